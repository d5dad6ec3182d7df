using Microsoft.EntityFrameworkCore;

namespace Designer.Storage;

public sealed partial class FlowStore
{
    /// <summary>Takes a deletion back. The flow gets another slug where its own was given away meanwhile. False when there is no such deleted flow.</summary>
    public async Task<bool> RestoreAsync(Guid workspaceId, Guid flowId, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        FlowRow? flow = await db.Flows.SingleOrDefaultAsync(f => f.WorkspaceId == workspaceId && f.Id == flowId && f.DeletedAt != null, cancellation);
        if (flow is null) return false;
        HashSet<string> taken = [.. await Of(db, workspaceId).Select(f => f.Slug).Where(s => s.StartsWith(flow.Slug)).ToListAsync(cancellation)];
        flow.Slug = Slug.Free(flow.Slug, taken);
        flow.DeletedAt = null;
        await db.SaveChangesAsync(cancellation);
        published.Forget(workspaceId);
        return true;
    }
}
