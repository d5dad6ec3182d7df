using System.Buffers;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Designer.Models.Hub;

/// <summary>Fetches one file: goes on where it was cut, takes no byte more than was said, and keeps it only if its checksum is right.</summary>
internal sealed class HubTransfer(HubClient client, TimeProvider time, string id, string commit, string? token)
{
    /// <summary>Without a byte between them.</summary>
    private const int MostFailures = 6;
    private const int BufferSize = 1 << 17;
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromSeconds(30);

    /// <summary>How many bytes of a file are here, whole or not.</summary>
    public static long Here(HubFile file, string target) => File.Exists(target) ? file.Size : Length(PartOf(target));

    /// <param name="at">Told how many bytes are here.</param>
    /// <exception cref="ModelException">It cannot be had, or is not what the hub said.</exception>
    public async Task FetchAsync(HubFile file, string target, Action<long> at, CancellationToken cancellation)
    {
        if (File.Exists(target)) return;
        if (file.Sha256 is null && file.GitSha1 is null) throw HubErrors.Refuse($"The hub gives no checksum for {file.Path}.");
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var part = PartOf(target);
        for (var isFresh = false; ;)
        {
            isFresh |= Length(part) == 0;
            await ReceiveAllAsync(file, part, at, cancellation);
            if (await IsRightAsync(file, part, cancellation)) break;
            Forget(part);
            at(0);
            // What was begun at another time may have been damaged here; what came in one piece was not.
            if (isFresh) throw new ModelException(HubErrors.Damaged, $"{file.Path} does not match its checksum: it was damaged on the way, or it is not the file that the hub names. It was deleted.");
        }
        File.Move(part, target);
        File.Delete(TagOf(part));
    }

    private async Task ReceiveAllAsync(HubFile file, string part, Action<long> at, CancellationToken cancellation)
    {
        for (var failures = 0; ;)
        {
            var before = Length(part);
            try
            {
                await ReceiveAsync(file, part, at, cancellation);
                return;
            }
            catch (ModelException e) when (e.IsTransient)
            {
                failures = Length(part) > before ? 1 : failures + 1;
                if (failures == MostFailures) throw;
                await Task.Delay(e.RetryAfter ?? Shorter(client.Settings.RetryDelay * Math.Pow(2, failures - 1), s_longestDelay), time, cancellation);
            }
        }
    }

    private async Task ReceiveAsync(HubFile file, string part, Action<long> at, CancellationToken cancellation)
    {
        if (Length(part) > file.Size) Forget(part);
        var have = Length(part);
        if (have == file.Size && File.Exists(part)) return;
        var tag = File.Exists(TagOf(part)) ? await File.ReadAllTextAsync(TagOf(part), cancellation) : null;
        using var response = await client.OpenAsync(id, commit, file.Path, have, tag, token, cancellation);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            Forget(part);
            throw HubErrors.Cut($"The hub cannot go on with {file.Path}.");
        }
        if (response.StatusCode == HttpStatusCode.PartialContent)
        {
            if (response.Content.Headers.ContentRange is not { } range || range.From != have || (range.Length ?? file.Size) != file.Size) throw HubErrors.Refuse($"The hub sends another part of {file.Path} than was asked for.");
        }
        else have = 0;
        if ((response.Content.Headers.ContentLength ?? file.Size - have) != file.Size - have) throw HubErrors.Refuse($"{file.Path} has another size than the hub lists: {have + response.Content.Headers.ContentLength:N0} bytes, not {file.Size:N0}.");
        if (have == 0) await RememberAsync(part, response, cancellation);
        await WriteAsync(response, file, part, have, at, cancellation);
    }

    // A weak tag promises nothing about bytes.
    private static async Task RememberAsync(string part, HttpResponseMessage response, CancellationToken cancellation)
    {
        Forget(part);
        if (response.Headers.ETag is { IsWeak: false } tag) await File.WriteAllTextAsync(TagOf(part), tag.Tag, cancellation);
    }

    private static async Task WriteAsync(HttpResponseMessage response, HubFile file, string part, long have, Action<long> at, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            await using var source = await response.Content.ReadAsStreamAsync(cancellation);
            await using var sink = new FileStream(part, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0, useAsync: true);
            while (await ReadAsync(source, buffer, file, cancellation) is > 0 and var read)
            {
                have += read;
                if (have > file.Size) throw HubErrors.Refuse($"The hub sends more of {file.Path} than the {file.Size:N0} bytes that it lists.");
                await sink.WriteAsync(buffer.AsMemory(0, read), cancellation);
                at(have);
            }
        }
        catch (IOException e)
        {
            throw new ModelException(HubErrors.DiskFull, $"{file.Path} cannot be written: {e.Message}", inner: e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        if (have < file.Size) throw HubErrors.Cut($"{file.Path} was cut after {have:N0} of {file.Size:N0} bytes.");
    }

    private static async ValueTask<int> ReadAsync(Stream source, byte[] buffer, HubFile file, CancellationToken cancellation)
    {
        try
        {
            return await source.ReadAsync(buffer, cancellation);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or TimeoutException or ObjectDisposedException)
        {
            throw HubErrors.Cut($"{file.Path} broke off: {e.Message}", inner: e);
        }
    }

    private static async Task<bool> IsRightAsync(HubFile file, string part, CancellationToken cancellation)
    {
        await using var content = new FileStream(part, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize, useAsync: true);
        if (file.Sha256 is not null) return Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellation)) == file.Sha256;
#pragma warning disable CA5350 // Git names its objects by SHA-1; large files have SHA-256.
        using var git = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
#pragma warning restore CA5350
        git.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {content.Length}\0")));
        var buffer = new byte[BufferSize];
        while (await content.ReadAsync(buffer, cancellation) is > 0 and var read) git.AppendData(buffer, 0, read);
        return Convert.ToHexStringLower(git.GetHashAndReset()) == file.GitSha1;
    }

    private static void Forget(string part)
    {
        File.Delete(part);
        File.Delete(TagOf(part));
    }

    private static string PartOf(string target) => target + ".part";

    private static string TagOf(string part) => part + ".etag";

    private static long Length(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
