using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Designer.Benchmarks.Streams;

/// <summary>How a scripted model speaks.</summary>
internal sealed record Pace(int WaitMs, int GapMs, int Tokens);

/// <summary>Times as tokens carry them: short, because the length of a token is part of what is measured.</summary>
internal static class Marks
{
    /// <summary>A hundred thousandth of a second.</summary>
    public static readonly long Unit = Stopwatch.Frequency / 100_000;

    public static long Of(long timestamp, long epoch) => (timestamp - epoch) / Unit;
}

/// <summary>
/// A scripted model server on raw sockets that speaks OpenAI's streaming protocol at a pace. Each token says when it left, and the first one
/// also when its request had come, by the machine's monotonic clock: whoever reads it knows how long it was on its way.
/// One thread sends for all streams, so that the server takes as little of the machine as it can.
/// </summary>
internal sealed class PacedModel(Pace pace, long epoch)
{
    private static readonly byte[] s_head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray();
    private static readonly byte[] s_end = Chunk("""data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""" + "\n\ndata: [DONE]\n\n", last: true);

    private readonly PriorityQueue<Speaking, long> _due = new();
    private readonly byte[] _buffer = new byte[2048];

    private sealed class Speaking(Socket socket, long asked, TaskCompletionSource done)
    {
        public Socket Socket { get; } = socket;
        public long Asked { get; } = asked;
        public TaskCompletionSource Done { get; } = done;
        public int Said { get; set; }
        public long LastMark { get; set; }
    }

    /// <summary>Serves until the parent closes the standard input.</summary>
    public async Task RunAsync()
    {
        using Socket listener = new(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(4096);
        new Thread(Speak) { IsBackground = true, Priority = ThreadPriority.AboveNormal }.Start();
        _ = AcceptAsync(listener);
        await Child.ServeAsync($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndPoint!).Port}");
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            Socket socket = await listener.AcceptAsync();
            socket.NoDelay = true;
            _ = ServeAsync(socket);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        byte[] buffer = new byte[8192];
        using (socket)
        {
            try
            {
                while (await ReadRequestAsync(socket, buffer))
                {
                    TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
                    long now = Stopwatch.GetTimestamp();
                    lock (_due)
                    {
                        _due.Enqueue(new Speaking(socket, now, done), now + Ticks(pace.WaitMs));
                        Monitor.Pulse(_due);
                    }
                    await done.Task;
                }
            }
            catch (SocketException)
            {
                // The caller has hung up.
            }
        }
    }

    private static async Task<bool> ReadRequestAsync(Socket socket, byte[] buffer)
    {
        for (int have = 0; ;)
        {
            int read = await socket.ReceiveAsync(buffer.AsMemory(have));
            if (read == 0) return false;
            have += read;
            if (IsWhole(buffer.AsSpan(0, have))) return true;
            if (have == buffer.Length) throw new InvalidOperationException("The request is larger than a benchmark's.");
        }
    }

    private static bool IsWhole(ReadOnlySpan<byte> request)
    {
        int head = request.IndexOf("\r\n\r\n"u8);
        if (head < 0) return false;
        string text = Encoding.ASCII.GetString(request[..head]);
        int at = text.IndexOf("content-length:", StringComparison.OrdinalIgnoreCase);
        if (at < 0) return request.EndsWith("0\r\n\r\n"u8);
        return request.Length >= head + 4 + int.Parse(text.AsSpan(at + 15).TrimStart().ToString().Split('\r')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    private void Speak()
    {
        while (true)
        {
            Speaking next;
            lock (_due)
            {
                while (true)
                {
                    if (!_due.TryPeek(out _, out long due)) Monitor.Wait(_due);
                    else if (due - Stopwatch.GetTimestamp() is > 0 and long left) Monitor.Wait(_due, TimeSpan.FromSeconds((double)left / Stopwatch.Frequency));
                    else break;
                }
                _due.TryDequeue(out next!, out long was);
                // The end goes out with the last token.
                if (next.Said < pace.Tokens - 1) _due.Enqueue(next, was + Ticks(pace.GapMs));
            }
            Say(next);
        }
    }

    private void Say(Speaking speaker)
    {
        // No two tokens of a stream have one time, by which they are told apart.
        long now = speaker.LastMark = Math.Max(Marks.Of(Stopwatch.GetTimestamp(), epoch), speaker.LastMark + 1);
        string mark = speaker.Said++ == 0 ? $"@{Marks.Of(speaker.Asked, epoch)},{now};" : $"@{now};";
        int length = 0;
        if (speaker.Said == 1) Add(s_head);
        Add(Chunk($$$"""data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"{{{mark}}}"},"finish_reason":null}]}""" + "\n\n"));
        if (speaker.Said == pace.Tokens) Add(s_end);
        try
        {
            speaker.Socket.Send(_buffer.AsSpan(0, length));
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            speaker.Said = pace.Tokens;
        }
        if (speaker.Said == pace.Tokens) speaker.Done.TrySetResult();

        void Add(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_buffer.AsSpan(length));
            length += bytes.Length;
        }
    }

    private static byte[] Chunk(string text, bool last = false) => Encoding.ASCII.GetBytes($"{text.Length:x}\r\n{text}\r\n{(last ? "0\r\n\r\n" : "")}");

    private static long Ticks(int milliseconds) => milliseconds * Stopwatch.Frequency / 1000;
}
