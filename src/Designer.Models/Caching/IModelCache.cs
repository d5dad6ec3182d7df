namespace Designer.Models.Caching;

/// <summary>Keeps small values for a while, each workspace's apart. It may forget any of them at any time; a miss is never an error.</summary>
public interface IModelCache
{
    /// <summary>One for each key, in their order; null where nothing is kept.</summary>
    ValueTask<byte[]?[]> FindAsync(Guid workspaceId, IReadOnlyList<string> keys, CancellationToken cancellation);

    ValueTask KeepAsync(Guid workspaceId, IReadOnlyList<(string Key, byte[] Value)> values, TimeSpan time, CancellationToken cancellation);
}
