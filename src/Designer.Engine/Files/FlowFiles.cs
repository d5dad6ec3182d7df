using System.Collections.Concurrent;
using Designer.Flows;

namespace Designer.Engine;

/// <summary>Files as flows see them: bytes in the blob store, a clean name, and a media type that the bytes say themselves.</summary>
public sealed class FlowFiles(IBlobStore blobs, FileLimits? limits = null)
{
    // Of each workspace, how much has been read of files that are not in the store yet.
    private readonly ConcurrentDictionary<Guid, long> arriving = new();

    public FileLimits Limits { get; } = limits ?? new FileLimits();

    /// <summary>How much the workspace has in files and large values of runs, in bytes.</summary>
    public long Used(Guid workspaceId) => blobs.Used(workspaceId);

    /// <summary>Takes a file in.</summary>
    /// <param name="run">The run it belongs to, if any; else it stays for a while only.</param>
    /// <exception cref="FileRefusedException">It is empty, too large, of a kind that is not taken, or more than the workspace may have.</exception>
    public async ValueTask<FileRef> AddAsync(Guid workspaceId, string? name, Stream content, Guid? run, CancellationToken cancellation)
    {
        string clean = FileName.Clean(name);
        byte[] head = new byte[MediaType.HeadBytes];
        int read = await content.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        if (read == 0) throw new FileRefusedException("file.empty", $"“{clean}” is empty.");
        string type = MediaType.Of(head.AsSpan(0, read), clean) ?? throw new FileRefusedException("file.type",
            $"“{clean}” is of a kind that is not taken. Texts, PNG, JPEG, GIF and WebP pictures, PDF, Word, Excel and PowerPoint documents, sound and video are.");
        using Rejoined whole = new(head.AsMemory(0, read), content, count => Count(workspaceId, clean, count));
        try
        {
            Blob blob = await blobs.PutAsync(workspaceId, whole, Limits.MostBytes, run, cancellation).ConfigureAwait(false);
            return new FileRef(blob.Id, clean, type, blob.Size);
        }
        catch (BlobTooLargeException)
        {
            throw new FileRefusedException("file.tooLarge", $"“{clean}” has more than {Limits.MostBytes:N0} bytes.");
        }
        finally
        {
            arriving.AddOrUpdate(workspaceId, 0, (_, all) => all - whole.Count);
        }
    }

    // Counted while it is read, so that many files at once cannot go beyond together.
    private void Count(Guid workspaceId, string name, int count)
    {
        long all = arriving.AddOrUpdate(workspaceId, count, (_, before) => before + count);
        if (Limits.MostPerWorkspace is { } most && blobs.Used(workspaceId) + all > most)
            throw new FileRefusedException("file.quota", $"“{name}” does not fit: the workspace may have {most:N0} bytes in files and large values of runs. Old runs make room when they are forgotten, unused files after a while; whoever runs Designer can raise the limit (files:workspaceMegabytes).");
    }

    /// <summary>The file as it is, whatever a caller says of it; null when the workspace has no such file.</summary>
    public async ValueTask<FileRef?> FindAsync(Guid workspaceId, string id, string? name, CancellationToken cancellation)
    {
        if (await blobs.OpenAsync(workspaceId, id, cancellation).ConfigureAwait(false) is not { } content) return null;
        await using (content.ConfigureAwait(false)) return await LookAsync(id, name, content, cancellation).ConfigureAwait(false);
    }

    /// <summary>Its bytes, and what it is; null when the workspace has no such file.</summary>
    public async ValueTask<(FileRef File, Stream Content)?> OpenAsync(Guid workspaceId, string id, string? name, CancellationToken cancellation)
    {
        if (await blobs.OpenAsync(workspaceId, id, cancellation).ConfigureAwait(false) is not { } content) return null;
        FileRef file = await LookAsync(id, name, content, cancellation).ConfigureAwait(false);
        content.Position = 0;
        return (file, content);
    }

    /// <inheritdoc cref="IBlobStore.KeepAsync"/>
    public ValueTask<bool> KeepAsync(Guid workspaceId, string id, Guid run, CancellationToken cancellation) => blobs.KeepAsync(workspaceId, id, run, cancellation);

    /// <inheritdoc cref="IBlobStore.IsKeptAsync"/>
    public ValueTask<bool> IsKeptAsync(Guid workspaceId, string id, Guid run, CancellationToken cancellation) => blobs.IsKeptAsync(workspaceId, id, run, cancellation);

    private static async ValueTask<FileRef> LookAsync(string id, string? name, Stream content, CancellationToken cancellation)
    {
        string clean = FileName.Clean(name);
        byte[] head = new byte[Math.Min(MediaType.HeadBytes, content.Length)];
        await content.ReadExactlyAsync(head, cancellation).ConfigureAwait(false);
        return new FileRef(id, clean, MediaType.Of(head, clean) ?? "application/octet-stream", content.Length);
    }

    /// <summary>What was read to look at, and the rest.</summary>
    private sealed class Rejoined(ReadOnlyMemory<byte> head, Stream rest, Action<int> counted) : Stream
    {
        private ReadOnlyMemory<byte> left = head;

        /// <summary>How many bytes were read.</summary>
        public long Count { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int count = left.Length == 0 ? await rest.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) : TakeLeft(buffer);
            Count += count;
            counted(count);
            return count;
        }

        private int TakeLeft(Memory<byte> buffer)
        {
            int count = Math.Min(left.Length, buffer.Length);
            left[..count].CopyTo(buffer);
            left = left[count..];
            return count;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
        public override void Flush() => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

/// <summary>A file that is not taken. <see cref="Code"/>: <c>file.empty</c>, <c>file.tooLarge</c>, <c>file.type</c>, <c>file.quota</c>.</summary>
public sealed class FileRefusedException(string code, Sentence message) : Exception(message.ToString()), ISaid
{
    public Sentence Said { get; } = message;
    public string Code { get; } = code;
}
