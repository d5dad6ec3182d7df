namespace Designer.Models.Connections;

/// <summary>Where a workspace's model connections are kept. Saving raises <see cref="ModelConnection.Revision"/>.</summary>
public interface IModelStore
{
    /// <summary>All connections of the workspace, by name.</summary>
    Task<IReadOnlyList<ModelConnection>> ListAsync(Guid workspaceId, CancellationToken cancellation);

    Task<ModelConnection?> FindAsync(Guid workspaceId, string name, CancellationToken cancellation);

    /// <summary>Inserts or replaces by id and returns what was stored, with its new revision.</summary>
    Task<ModelConnection> SaveAsync(ModelConnection connection, CancellationToken cancellation);

    /// <summary>False when there was no such connection in the workspace.</summary>
    Task<bool> DeleteAsync(Guid workspaceId, string name, CancellationToken cancellation);
}
