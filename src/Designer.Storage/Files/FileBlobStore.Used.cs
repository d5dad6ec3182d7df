using System.Collections.Concurrent;

namespace Designer.Storage;

public sealed partial class FileBlobStore
{
    /// <summary>What other processes put or swept away is noticed after so long.</summary>
    private static readonly TimeSpan Recount = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Guid, Counted> _used = new();

    private sealed record Counted(long Bytes, long At);

    public long Used(Guid workspaceId)
    {
        if (_used.TryGetValue(workspaceId, out Counted? known) && clock.GetElapsedTime(known.At) < Recount) return known.Bytes;
        Place place = new(options.BlobFolder, workspaceId);
        Counted counted = new(Directory.Exists(place.Folder) ? place.Blobs().Sum(Size) : 0, clock.GetTimestamp());
        _used[workspaceId] = counted;
        return counted.Bytes;
    }

    // Only where it was counted before: the first count finds it.
    private void CountNew(Guid workspaceId, long size)
    {
        while (_used.TryGetValue(workspaceId, out Counted? known) && !_used.TryUpdate(workspaceId, known with { Bytes = known.Bytes + size }, known)) { }
    }

    private static long Size(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            // Swept away meanwhile.
            return 0;
        }
    }
}
