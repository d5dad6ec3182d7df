using System.Collections.Concurrent;
using Designer.Engine;
using Designer.Flows;
using Microsoft.EntityFrameworkCore;

namespace Designer.Storage;

/// <summary>What a flow's endpoint runs.</summary>
public sealed record PublishedFlow(string Slug, FlowVersion Version, RunRecord Record);

/// <summary>
/// Published versions by slug or id, without a query per call. A version is always the same object while anybody uses it, because the
/// engine keeps the compiled plan by reference.
/// </summary>
/// <remarks>What this process publishes is seen at once; what another one publishes, after <see cref="Recheck"/> at most.</remarks>
public sealed class PublishedFlows(IDbContextFactory<DesignerDb> factory, TimeProvider clock) : IFlowVersions
{
    public static readonly TimeSpan Recheck = TimeSpan.FromSeconds(3);
    private const int MostFlows = 2_000;

    private readonly ConcurrentDictionary<(Guid Workspace, string Flow), Entry> _entries = new();
    private readonly ConcurrentDictionary<(Guid Flow, int Number), WeakReference<FlowVersion>> _versions = new();

    /// <summary>The latest version of <c>slug</c>, or that very one of <c>slug@3</c>.</summary>
    public async ValueTask<FlowVersion?> FindPublishedAsync(Guid workspaceId, string flow, CancellationToken cancellation)
    {
        int at = flow.LastIndexOf('@');
        PublishedFlow? latest = await FindAsync(workspaceId, at < 0 ? flow : flow[..at], cancellation);
        if (latest is null || at < 0 || latest.Version.Version == flow[(at + 1)..]) return latest?.Version;
        if (!int.TryParse(flow[(at + 1)..], out int number)) return null;
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        bool exists = await db.FlowVersions.AnyAsync(v => v.WorkspaceId == workspaceId && v.FlowId == latest.Version.FlowId && v.Number == number, cancellation);
        return exists ? await VersionAsync(db, workspaceId, latest.Version.FlowId, number, cancellation) : null;
    }

    /// <summary>By slug or id; null when there is none, it is deleted, or nothing was published.</summary>
    public ValueTask<PublishedFlow?> FindAsync(Guid workspaceId, string flow, CancellationToken cancellation = default)
    {
        if (_entries.TryGetValue((workspaceId, flow), out Entry? entry) && (clock.GetElapsedTime(entry.CheckedAt) < Recheck || !entry.TryRefresh()))
            return new(entry.Flow);
        return new(RefreshAsync(workspaceId, flow, entry, cancellation));
    }

    private async Task<PublishedFlow?> RefreshAsync(Guid workspaceId, string flow, Entry? known, CancellationToken cancellation)
    {
        try
        {
            return await LoadAsync(workspaceId, flow, cancellation);
        }
        catch when (known is not null)
        {
            // A database that is away must not close endpoints that work; the next check comes after the usual pause.
            _entries[(workspaceId, flow)] = new Entry(known.Flow, clock.GetTimestamp());
            return known.Flow;
        }
    }

    /// <summary>Something of this workspace's flows was changed.</summary>
    internal void Forget(Guid workspaceId)
    {
        foreach ((Guid Workspace, string Flow) key in _entries.Keys)
            if (key.Workspace == workspaceId) _entries.TryRemove(key, out _);
    }

    private async Task<PublishedFlow?> LoadAsync(Guid workspaceId, string flow, CancellationToken cancellation)
    {
        long now = clock.GetTimestamp();
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        bool isId = Guid.TryParse(flow, out Guid id);
        var found = await db.Flows
            .Where(f => f.WorkspaceId == workspaceId && f.DeletedAt == null && f.LatestVersion != null && (isId ? f.Id == id : f.Slug == flow))
            .Select(f => new { f.Id, f.Slug, f.LatestVersion, f.Record }).SingleOrDefaultAsync(cancellation);
        PublishedFlow? loaded = found is null
            ? null
            : new PublishedFlow(found.Slug, await VersionAsync(db, workspaceId, found.Id, found.LatestVersion!.Value, cancellation), found.Record);
        // Guessed names must not fill the memory.
        if (_entries.Count >= MostFlows) _entries.Clear();
        _entries[(workspaceId, flow)] = new Entry(loaded, now);
        return loaded;
    }

    private async Task<FlowVersion> VersionAsync(DesignerDb db, Guid workspaceId, Guid flowId, int number, CancellationToken cancellation)
    {
        if (_versions.TryGetValue((flowId, number), out WeakReference<FlowVersion>? known) && known.TryGetTarget(out FlowVersion? version)) return version;
        FlowVersionRow row = await db.FlowVersions.AsNoTracking().SingleAsync(v => v.FlowId == flowId && v.Number == number, cancellation);
        version = new FlowVersion(workspaceId, flowId, $"{number}", FlowJson.Read(row.Document), row.Bindings);
        lock (_versions)
        {
            if (_versions.TryGetValue((flowId, number), out known) && known.TryGetTarget(out FlowVersion? other)) return other;
            foreach ((var key, WeakReference<FlowVersion> reference) in _versions)
                if (!reference.TryGetTarget(out _)) _versions.TryRemove(key, out _);
            _versions[(flowId, number)] = new WeakReference<FlowVersion>(version);
            return version;
        }
    }

    private sealed class Entry(PublishedFlow? flow, long checkedAt)
    {
        private int _refreshing;
        public PublishedFlow? Flow => flow;
        public long CheckedAt => checkedAt;
        // One caller asks the database; the others go on with what is known.
        public bool TryRefresh() => Interlocked.Exchange(ref _refreshing, 1) == 0;
    }
}
