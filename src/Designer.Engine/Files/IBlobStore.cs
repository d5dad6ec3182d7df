namespace Designer.Engine;

/// <summary>Bytes by content, per workspace: values too large for the log, and the files that flows handle.</summary>
/// <remarks>
/// A blob stays while a run that needs it is kept, and a while after somebody put it. An id is of the content, so the same content takes
/// its place once; it cannot be computed from outside, so that knowing a content does not tell whether a workspace has it.
/// </remarks>
public interface IBlobStore
{
    /// <summary>Takes all that the stream gives. It is on disk, and kept for <paramref name="run"/>, when this returns.</summary>
    /// <param name="most">In bytes; of a longer one nothing stays.</param>
    /// <exception cref="BlobTooLargeException">The stream gave more.</exception>
    ValueTask<Blob> PutAsync(Guid workspaceId, Stream content, long most, Guid? run, CancellationToken cancellation);

    /// <summary>Its bytes, in a stream that can seek; null when the workspace has no such blob.</summary>
    ValueTask<Stream?> OpenAsync(Guid workspaceId, string id, CancellationToken cancellation);

    /// <summary>From now on the run needs the blob. False when the workspace has no such blob.</summary>
    ValueTask<bool> KeepAsync(Guid workspaceId, string id, Guid run, CancellationToken cancellation);

    /// <summary>Whether the run needs the blob.</summary>
    ValueTask<bool> IsKeptAsync(Guid workspaceId, string id, Guid run, CancellationToken cancellation);

    /// <summary>How much the workspace has, in bytes. It is counted now and then, and what this process puts is added at once.</summary>
    long Used(Guid workspaceId);

    /// <summary>Removes what was put before that time and no run needs. Returns how many blobs.</summary>
    /// <param name="isRun">Whether there still is such a run.</param>
    ValueTask<int> SweepAsync(DateTimeOffset putBefore, Func<Guid, CancellationToken, ValueTask<bool>> isRun, CancellationToken cancellation);
}

/// <param name="Size">In bytes.</param>
public readonly record struct Blob(string Id, long Size)
{
    private const int IdLength = 64;

    /// <summary>Only such a text ever becomes a part of a path.</summary>
    public static bool IsId(string? text) => text is { Length: IdLength } && text.All(char.IsAsciiHexDigitLower);
}

public sealed class BlobTooLargeException(long most) : Exception($"It has more than {most:N0} bytes.")
{
    /// <summary>In bytes.</summary>
    public long Most { get; } = most;
}
