using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;

namespace Designer.Storage;

/// <summary>A key as people see it; its text is not kept.</summary>
public sealed record ApiKey(
    Guid Id, Guid WorkspaceId, Guid FlowId, string Name, string Prefix, bool CanRun, bool CanApprove,
    string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt, DateTimeOffset? LastUsedAt);

/// <param name="Text">Shown once.</param>
public sealed record CreatedApiKey(ApiKey Key, string Text);

/// <summary>Keys of flows' endpoints. A call with a known key costs a hash and a look-up in memory.</summary>
/// <remarks>A key that this process revokes stops at once; one that another process revokes, after <see cref="PublishedFlows.Recheck"/> at most.</remarks>
public sealed class ApiKeyStore(IDbContextFactory<DesignerDb> factory, TimeProvider clock)
{
    public const string Prefix = "dk_";
    private const int ShownCharacters = 9;
    private const int MostKnown = 10_000;
    private static readonly TimeSpan UseResolution = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Int128, Known> _known = new();

    /// <summary>Null when the workspace has no such flow.</summary>
    public async Task<CreatedApiKey?> CreateAsync(
        Guid workspaceId, Guid flowId, string name, bool canApprove, string author, DateTimeOffset? expiresAt = null, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        if (!await db.Flows.AnyAsync(f => f.WorkspaceId == workspaceId && f.Id == flowId && f.DeletedAt == null, cancellation)) return null;
        string text = Tokens.Create(Prefix);
        DateTimeOffset now = clock.GetUtcNow();
        ApiKeyRow row = new()
        {
            Id = Guid.CreateVersion7(now),
            WorkspaceId = workspaceId,
            FlowId = flowId,
            Name = name,
            Prefix = text[..ShownCharacters],
            Hash = Tokens.Hash(text),
            CanApprove = canApprove,
            CreatedBy = author,
            CreatedAt = now,
            ExpiresAt = expiresAt,
        };
        db.ApiKeys.Add(row);
        await db.SaveChangesAsync(cancellation);
        return new CreatedApiKey(Shown(row), text);
    }

    /// <summary>The key of this text; null when it is unknown, revoked or expired, or its flow is deleted.</summary>
    public ValueTask<ApiKey?> FindAsync(string text, CancellationToken cancellation = default)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || text.Length > 100) return default;
        byte[] hash = Tokens.Hash(text);
        Int128 place = BinaryPrimitives.ReadInt128LittleEndian(hash);
        if (_known.TryGetValue(place, out Known? known) && CryptographicOperations.FixedTimeEquals(known.Hash, hash)
            && (clock.GetElapsedTime(known.CheckedAt) < PublishedFlows.Recheck || !known.TryRefresh()))
            return new(known.Key.ExpiresAt <= clock.GetUtcNow() ? null : known.Key);
        return new(RefreshAsync(hash, place, known, cancellation));
    }

    private async Task<ApiKey?> RefreshAsync(byte[] hash, Int128 place, Known? known, CancellationToken cancellation)
    {
        try
        {
            return await LoadAsync(hash, place, cancellation);
        }
        catch when (known is not null)
        {
            // A database that is away must not close doors that stood open; the next check comes after the usual pause.
            if (known.Key.ExpiresAt <= clock.GetUtcNow()) return null;
            _known[place] = new Known(hash, known.Key, clock.GetTimestamp());
            return known.Key;
        }
    }

    private async Task<ApiKey?> LoadAsync(byte[] hash, Int128 place, CancellationToken cancellation)
    {
        long asked = clock.GetTimestamp();
        DateTimeOffset now = clock.GetUtcNow();
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        ApiKeyRow? row = await db.ApiKeys.AsNoTracking()
            .Where(k => k.Hash == hash && k.RevokedAt == null && db.Flows.Any(f => f.Id == k.FlowId && f.DeletedAt == null)).SingleOrDefaultAsync(cancellation);
        if (row is null || row.ExpiresAt <= now)
        {
            _known.TryRemove(place, out _);
            return null;
        }
        if (row.LastUsedAt is null || now - row.LastUsedAt > UseResolution)
            await db.ApiKeys.Where(k => k.Id == row.Id).ExecuteUpdateAsync(set => set.SetProperty(k => k.LastUsedAt, now), cancellation);
        if (_known.Count >= MostKnown) _known.Clear();
        ApiKey key = Shown(row);
        _known[place] = new Known(hash, key, asked);
        return key;
    }

    /// <summary>The workspace's keys, or one flow's; newest first, revoked ones included.</summary>
    public async Task<IReadOnlyList<ApiKey>> ListAsync(Guid workspaceId, Guid? flowId = null, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        List<ApiKeyRow> rows = await db.ApiKeys.AsNoTracking().Where(k => k.WorkspaceId == workspaceId && (flowId == null || k.FlowId == flowId))
            .OrderByDescending(k => k.CreatedAt).ToListAsync(cancellation);
        return rows.ConvertAll(Shown);
    }

    /// <summary>False when the workspace has no such key, or it was revoked before.</summary>
    public async Task<bool> RevokeAsync(Guid workspaceId, Guid keyId, CancellationToken cancellation = default)
    {
        DateTimeOffset now = clock.GetUtcNow();
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        int revoked = await db.ApiKeys.Where(k => k.WorkspaceId == workspaceId && k.Id == keyId && k.RevokedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(k => k.RevokedAt, now), cancellation);
        foreach ((Int128 place, Known known) in _known)
            if (known.Key.Id == keyId) _known.TryRemove(place, out _);
        return revoked > 0;
    }

    private static ApiKey Shown(ApiKeyRow k) => new(
        k.Id, k.WorkspaceId, k.FlowId, k.Name, k.Prefix, k.CanRun, k.CanApprove, k.CreatedBy, k.CreatedAt, k.ExpiresAt, k.RevokedAt, k.LastUsedAt);

    private sealed class Known(byte[] hash, ApiKey key, long checkedAt)
    {
        private int _refreshing;
        public byte[] Hash => hash;
        public ApiKey Key => key;
        public long CheckedAt => checkedAt;
        // One caller asks the database; the others go on with what is known.
        public bool TryRefresh() => Interlocked.Exchange(ref _refreshing, 1) == 0;
    }
}
