using System.Collections.Concurrent;
using Designer.Models.Connections;
using Microsoft.EntityFrameworkCore;

namespace Designer.Storage;

/// <summary>Model connections of a workspace. Every call of a model asks for its own, so a known one costs no query.</summary>
/// <remarks>What this process changes is seen at once; what another one changes, after <see cref="PublishedFlows.Recheck"/> at most.</remarks>
public sealed class ModelStore(IDbContextFactory<DesignerDb> factory, TimeProvider clock) : IModelStore
{
    private const int MostKnown = 10_000;

    private readonly ConcurrentDictionary<(Guid Workspace, string Name), Known> _known = new();
    private readonly Lock _changing = new();
    private long _changes;

    public async Task<IReadOnlyList<ModelConnection>> ListAsync(Guid workspaceId, CancellationToken cancellation)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        List<ModelRow> rows = await db.Models.AsNoTracking().Where(m => m.WorkspaceId == workspaceId).OrderBy(m => m.Name).ToListAsync(cancellation);
        return rows.ConvertAll(Shown);
    }

    public Task<ModelConnection?> FindAsync(Guid workspaceId, string name, CancellationToken cancellation) =>
        _known.TryGetValue((workspaceId, name), out Known? known) && (clock.GetElapsedTime(known.CheckedAt) < PublishedFlows.Recheck || !known.TryRefresh())
            ? known.Connection
            : RefreshAsync(workspaceId, name, known, cancellation);

    private async Task<ModelConnection?> RefreshAsync(Guid workspaceId, string name, Known? known, CancellationToken cancellation)
    {
        try
        {
            return await LoadAsync(workspaceId, name, cancellation);
        }
        catch when (known is not null)
        {
            // A database that is away must not stop models that work; the next check comes after the usual pause.
            _known.TryUpdate((workspaceId, name), new Known(known.Connection, clock.GetTimestamp()), known);
            return await known.Connection;
        }
    }

    private async Task<ModelConnection?> LoadAsync(Guid workspaceId, string name, CancellationToken cancellation)
    {
        long asked = clock.GetTimestamp(), changes = Volatile.Read(ref _changes);
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        ModelRow? row = await db.Models.AsNoTracking().SingleOrDefaultAsync(m => m.WorkspaceId == workspaceId && m.Name == name, cancellation);
        ModelConnection? found = row is null ? null : Shown(row);
        lock (_changing)
        {
            // Otherwise it may be older than what was saved meanwhile.
            if (changes != _changes) return found;
            if (_known.Count >= MostKnown) _known.Clear();
            if (found is null) _known.TryRemove((workspaceId, name), out _);
            else _known[(workspaceId, name)] = new Known(Task.FromResult<ModelConnection?>(found), asked);
        }
        return found;
    }

    private void Forget(Guid workspaceId)
    {
        lock (_changing)
        {
            _changes++;
            foreach ((Guid Workspace, string Name) key in _known.Keys)
                if (key.Workspace == workspaceId) _known.TryRemove(key, out _);
        }
    }

    /// <exception cref="StorageConflictException"><c>name.taken</c></exception>
    public async Task<ModelConnection> SaveAsync(ModelConnection connection, CancellationToken cancellation)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        ModelRow? row = await db.Models.SingleOrDefaultAsync(m => m.Id == connection.Id && m.WorkspaceId == connection.WorkspaceId, cancellation);
        if (row is null)
        {
            row = new ModelRow { Id = connection.Id, WorkspaceId = connection.WorkspaceId, Name = "", Provider = "", Model = "" };
            db.Models.Add(row);
        }
        (row.Name, row.Provider, row.Endpoint, row.Model) = (connection.Name, connection.Provider, connection.Endpoint?.AbsoluteUri, connection.Model);
        (row.ProtectedKey, row.Capabilities, row.ContextTokens) = (connection.ProtectedKey, (int)connection.Capabilities, connection.ContextTokens);
        (row.InputPrice, row.OutputPrice) = (connection.InputPrice, connection.OutputPrice);
        (row.AllowPrivateNetwork, row.Enabled) = (connection.AllowPrivateNetwork, connection.Enabled);
        row.Options = connection.Options == new ModelOptions() ? null : connection.Options;
        row.Revision++;
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException taken) when (taken.IsUnique())
        {
            throw new StorageConflictException("name.taken", $"Another model is called {connection.Name}.", taken);
        }
        finally
        {
            // Whatever the caller hears: it may be committed.
            Forget(connection.WorkspaceId);
        }
        return Shown(row);
    }

    public async Task<bool> DeleteAsync(Guid workspaceId, string name, CancellationToken cancellation)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        try
        {
            return await db.Models.Where(m => m.WorkspaceId == workspaceId && m.Name == name).ExecuteDeleteAsync(cancellation) > 0;
        }
        finally
        {
            Forget(workspaceId);
        }
    }

    private static ModelConnection Shown(ModelRow m) => new()
    {
        Id = m.Id,
        WorkspaceId = m.WorkspaceId,
        Name = m.Name,
        Provider = m.Provider,
        Endpoint = m.Endpoint is null ? null : new Uri(m.Endpoint),
        Model = m.Model,
        ProtectedKey = m.ProtectedKey,
        Capabilities = (ModelCapabilities)m.Capabilities,
        ContextTokens = m.ContextTokens,
        InputPrice = m.InputPrice,
        OutputPrice = m.OutputPrice,
        AllowPrivateNetwork = m.AllowPrivateNetwork,
        Enabled = m.Enabled,
        Options = m.Options ?? new ModelOptions(),
        Revision = m.Revision,
    };

    private sealed class Known(Task<ModelConnection?> connection, long checkedAt)
    {
        private int _refreshing;
        public Task<ModelConnection?> Connection => connection;
        public long CheckedAt => checkedAt;
        // One caller asks the database; the others go on with what is known.
        public bool TryRefresh() => Interlocked.Exchange(ref _refreshing, 1) == 0;
    }
}
