using System.Security.Cryptography;

namespace Designer.Engine;

/// <summary>The blob store in memory, with the durable one's semantics: for tests, and where nothing is to outlive the process.</summary>
public sealed class MemoryBlobStore(TimeProvider? clock = null) : IBlobStore
{
    private readonly TimeProvider clock = clock ?? TimeProvider.System;
    private readonly byte[] salt = RandomNumberGenerator.GetBytes(32);
    private readonly Dictionary<(Guid Workspace, string Id), Entry> entries = [];

    public long Used(Guid workspaceId)
    {
        lock (entries) return entries.Where(entry => entry.Key.Workspace == workspaceId).Sum(entry => (long)entry.Value.Bytes.Length);
    }

    public async ValueTask<Blob> PutAsync(Guid workspaceId, Stream content, long most, Guid? run, CancellationToken cancellation)
    {
        using MemoryStream copy = new();
        byte[] piece = new byte[81920];
        while (await content.ReadAsync(piece, cancellation).ConfigureAwait(false) is > 0 and var read)
        {
            if (copy.Length + read > most) throw new BlobTooLargeException(most);
            copy.Write(piece, 0, read);
        }
        byte[] bytes = copy.ToArray();
        string id = Convert.ToHexStringLower(SHA256.HashData([.. salt, .. workspaceId.ToByteArray(), .. bytes]));
        lock (entries)
        {
            if (!entries.TryGetValue((workspaceId, id), out Entry? entry)) entries[(workspaceId, id)] = entry = new Entry(bytes);
            entry.PutAt = clock.GetUtcNow();
            if (run is { } keeper) entry.Runs.Add(keeper);
        }
        return new Blob(id, bytes.Length);
    }

    public ValueTask<Stream?> OpenAsync(Guid workspaceId, string id, CancellationToken cancellation)
    {
        lock (entries) return new(entries.TryGetValue((workspaceId, id), out Entry? entry) ? new MemoryStream(entry.Bytes, writable: false) : null);
    }

    public ValueTask<bool> KeepAsync(Guid workspaceId, string id, Guid run, CancellationToken cancellation)
    {
        lock (entries)
        {
            if (!entries.TryGetValue((workspaceId, id), out Entry? entry)) return new(false);
            entry.Runs.Add(run);
            return new(true);
        }
    }

    public ValueTask<bool> IsKeptAsync(Guid workspaceId, string id, Guid run, CancellationToken cancellation)
    {
        lock (entries) return new(entries.TryGetValue((workspaceId, id), out Entry? entry) && entry.Runs.Contains(run));
    }

    public async ValueTask<int> SweepAsync(DateTimeOffset putBefore, Func<Guid, CancellationToken, ValueTask<bool>> isRun, CancellationToken cancellation)
    {
        List<((Guid, string) Key, Guid[] Runs)> old;
        lock (entries) old = [.. entries.Where(e => e.Value.PutAt < putBefore).Select(e => (e.Key, e.Value.Runs.ToArray()))];
        int removed = 0;
        foreach (((Guid, string) key, Guid[] runs) in old)
        {
            HashSet<Guid> gone = [];
            foreach (Guid run in runs)
                if (!await isRun(run, cancellation).ConfigureAwait(false)) gone.Add(run);
            lock (entries)
            {
                Entry entry = entries[key];
                entry.Runs.ExceptWith(gone);
                if (entry.Runs.Count > 0 || entry.PutAt >= putBefore) continue;
                entries.Remove(key);
                removed++;
            }
        }
        return removed;
    }

    private sealed class Entry(byte[] bytes)
    {
        public byte[] Bytes { get; } = bytes;
        public DateTimeOffset PutAt { get; set; }
        public HashSet<Guid> Runs { get; } = [];
    }
}
