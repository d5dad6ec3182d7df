using Microsoft.EntityFrameworkCore;

namespace Designer.Storage;

public sealed partial class FlowStore
{
    /// <summary>Keeps a document under a name. Null when there is no such flow.</summary>
    public async Task<CheckpointInfo?> AddCheckpointAsync(
        Guid workspaceId, Guid flowId, string name, ReadOnlyMemory<byte> document, long revision, string author, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        if (!await Of(db, workspaceId).AnyAsync(f => f.Id == flowId, cancellation)) return null;
        FlowCheckpointRow row = new()
        {
            Id = Guid.CreateVersion7(),
            FlowId = flowId,
            WorkspaceId = workspaceId,
            Name = name,
            Revision = revision,
            Document = document.ToArray(),
            Author = author,
            At = clock.GetUtcNow(),
        };
        db.FlowCheckpoints.Add(row);
        await db.SaveChangesAsync(cancellation);
        return new CheckpointInfo(row.Id, row.Name, row.Revision, row.Author, row.At);
    }

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<CheckpointInfo>> CheckpointsAsync(Guid workspaceId, Guid flowId, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        return await CheckpointsOf(db, workspaceId, flowId).OrderByDescending(c => c.At).ThenByDescending(c => c.Id)
            .Select(c => new CheckpointInfo(c.Id, c.Name, c.Revision, c.Author, c.At)).ToListAsync(cancellation);
    }

    /// <summary>A checkpoint's document.</summary>
    public async Task<byte[]?> FindCheckpointAsync(Guid workspaceId, Guid flowId, Guid id, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        return await CheckpointsOf(db, workspaceId, flowId).Where(c => c.Id == id).Select(c => c.Document).SingleOrDefaultAsync(cancellation);
    }

    public async Task<bool> DeleteCheckpointAsync(Guid workspaceId, Guid flowId, Guid id, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        return await CheckpointsOf(db, workspaceId, flowId).Where(c => c.Id == id).ExecuteDeleteAsync(cancellation) > 0;
    }

    private static IQueryable<FlowCheckpointRow> CheckpointsOf(DesignerDb db, Guid workspaceId, Guid flowId) =>
        db.FlowCheckpoints.Where(c => c.WorkspaceId == workspaceId && c.FlowId == flowId);
}
