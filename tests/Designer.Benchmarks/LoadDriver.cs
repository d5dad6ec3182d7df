using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Designer.Benchmarks;

/// <summary>What a load of so many callers saw.</summary>
internal sealed record LoadResult(double PerSecond, double P50, double P99, double BytesPerRequest);

/// <summary>Callers with one kept connection each, over raw sockets, so that the driver takes as little of the two cores as it can.</summary>
internal static class LoadDriver
{
    public static async Task<LoadResult> RunAsync(Uri address, string path, string? key, string body, int callers, TimeSpan length)
    {
        byte[] request = Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: {address.Authority}\r\n{(key is null ? "" : $"Authorization: Bearer {key}\r\n")}Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        await DriveAsync(address, request, callers, length / 2);
        GC.Collect();
        long bytes = GC.GetTotalAllocatedBytes(precise: true), from = Stopwatch.GetTimestamp();
        List<long>[] all = await DriveAsync(address, request, callers, length);
        double seconds = Stopwatch.GetElapsedTime(from).TotalSeconds;
        bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        long[] times = [.. all.SelectMany(t => t).Order()];
        double Ms(double share) => times[(int)(share * (times.Length - 1))] * 1000.0 / Stopwatch.Frequency;
        return new LoadResult(times.Length / seconds, Ms(0.5), Ms(0.99), (double)bytes / times.Length);
    }

    private static async Task<List<long>[]> DriveAsync(Uri address, byte[] request, int callers, TimeSpan length)
    {
        long end = Stopwatch.GetTimestamp() + (long)(length.TotalSeconds * Stopwatch.Frequency);
        return await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(() => CallAsync(address, request, end))));
    }

    private static async Task<List<long>> CallAsync(Uri address, byte[] request, long end)
    {
        List<long> times = new(4096);
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, address.Port);
        byte[] buffer = new byte[16 * 1024];
        while (true)
        {
            long from = Stopwatch.GetTimestamp();
            if (from >= end) return times;
            await socket.SendAsync(request);
            await ReadAnswerAsync(socket, buffer);
            times.Add(Stopwatch.GetTimestamp() - from);
        }
    }

    private static async Task ReadAnswerAsync(Socket socket, byte[] buffer)
    {
        int have = 0, need = int.MaxValue;
        while (have < need)
        {
            int read = await socket.ReceiveAsync(buffer.AsMemory(have));
            if (read == 0) throw new IOException("The server closed the connection.");
            have += read;
            if (need == int.MaxValue) need = Length(buffer.AsSpan(0, have));
        }
    }

    /// <summary>Of the whole answer, once its head is there.</summary>
    private static int Length(ReadOnlySpan<byte> answer)
    {
        int head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0) return int.MaxValue;
        if (!answer.StartsWith("HTTP/1.1 200"u8)) throw new IOException(Encoding.ASCII.GetString(answer));
        int at = answer.IndexOf("Content-Length: "u8);
        if (at >= 0 && at < head && System.Buffers.Text.Utf8Parser.TryParse(answer[(at + 16)..], out int length, out _)) return head + 4 + length;
        // Chunked: these answers end with the empty chunk.
        return answer.EndsWith("0\r\n\r\n"u8) ? answer.Length : int.MaxValue;
    }
}
