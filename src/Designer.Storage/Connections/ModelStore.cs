using Designer.Models.Connections;
using Microsoft.EntityFrameworkCore;

namespace Designer.Storage;

/// <summary>Model connections of a workspace.</summary>
public sealed class ModelStore(IDbContextFactory<DesignerDb> factory) : IModelStore
{
    public async Task<IReadOnlyList<ModelConnection>> ListAsync(Guid workspaceId, CancellationToken cancellation)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        List<ModelRow> rows = await db.Models.AsNoTracking().Where(m => m.WorkspaceId == workspaceId).OrderBy(m => m.Name).ToListAsync(cancellation);
        return rows.ConvertAll(Shown);
    }

    public async Task<ModelConnection?> FindAsync(Guid workspaceId, string name, CancellationToken cancellation)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        ModelRow? row = await db.Models.AsNoTracking().SingleOrDefaultAsync(m => m.WorkspaceId == workspaceId && m.Name == name, cancellation);
        return row is null ? null : Shown(row);
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
        return Shown(row);
    }

    public async Task<bool> DeleteAsync(Guid workspaceId, string name, CancellationToken cancellation)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        return await db.Models.Where(m => m.WorkspaceId == workspaceId && m.Name == name).ExecuteDeleteAsync(cancellation) > 0;
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
}
