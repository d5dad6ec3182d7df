using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Designer.Benchmarks.Streams;

/// <summary>What one reader of a stream saw.</summary>
internal sealed class Heard
{
    /// <summary>From the request to the first token, the model's own time left out; in units of <see cref="Marks"/>.</summary>
    public long First { get; set; }
    /// <summary>How much later, or earlier, than the model's own gap the next token came; in units of <see cref="Marks"/>.</summary>
    public List<long> Gaps { get; } = [];
    /// <summary>From the model's socket to here; in units of <see cref="Marks"/>.</summary>
    public List<long> Ways { get; } = [];
    public int Tokens { get; set; }
    public bool IsWhole { get; set; }
}

/// <summary>Reads streams of a <see cref="PacedModel"/> through whatever stands between, over raw sockets.</summary>
internal sealed class StreamDriver(long epoch, Uri address, string path, string? key, string body, string end)
{
    private readonly byte[] _request = Encoding.ASCII.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: {address.Authority}\r\nAccept: text/event-stream\r\n{(key is null ? "" : $"Authorization: Bearer {key}\r\n")}Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    private readonly byte[] _end = Encoding.ASCII.GetBytes(end);

    public async Task<Socket> ConnectAsync()
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, address.Port);
        return socket;
    }

    /// <summary>One call on a kept connection.</summary>
    public async Task<Heard> CallAsync(Socket socket)
    {
        Heard heard = new();
        byte[] buffer = new byte[16 * 1024];
        long sent = Marks.Of(Stopwatch.GetTimestamp(), epoch), lastMark = 0, lastHeard = 0;
        await socket.SendAsync(_request);
        for (int have = 0; ;)
        {
            int read = await socket.ReceiveAsync(buffer.AsMemory(have));
            if (read == 0) return heard;
            long now = Marks.Of(Stopwatch.GetTimestamp(), epoch);
            have += read;
            int used = Read(buffer.AsSpan(0, have), heard, now, sent, ref lastMark, ref lastHeard);
            heard.IsWhole |= buffer.AsSpan(0, have).IndexOf(_end) >= 0;
            if (buffer.AsSpan(0, have).EndsWith("0\r\n\r\n"u8)) return heard;
            // A little is kept, so that an end that comes in two pieces is seen; a token in it is known by its time.
            used = Math.Min(used, Math.Max(0, have - _end.Length - 8));
            buffer.AsSpan(used, have - used).CopyTo(buffer);
            have -= used;
        }
    }

    /// <summary>Takes the tokens in; returns how much of the bytes is done with.</summary>
    private static int Read(ReadOnlySpan<byte> bytes, Heard heard, long now, long sent, ref long lastMark, ref long lastHeard)
    {
        int at = 0;
        while (true)
        {
            int mark = bytes[at..].IndexOf((byte)'@');
            if (mark < 0) return bytes.Length;
            int length = bytes[(at + mark)..].IndexOf((byte)';');
            if (length < 0) return at + mark;
            ReadOnlySpan<byte> inside = bytes.Slice(at + mark + 1, length - 1);
            at += mark + length + 1;
            int comma = inside.IndexOf((byte)',');
            if (!long.TryParse(inside[(comma + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out long left) || left <= lastMark) continue;
            if (comma > 0) heard.First = now - sent - (left - long.Parse(inside[..comma], CultureInfo.InvariantCulture));
            else heard.Gaps.Add(now - lastHeard - (left - lastMark));
            heard.Ways.Add(now - left);
            heard.Tokens++;
            (lastMark, lastHeard) = (left, now);
        }
    }
}
