using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Designer.Storage;

public sealed partial class FlowStore
{
    /// <summary>Freezes the draft and its bindings as the next version. Null when there is no such flow.</summary>
    /// <param name="revision">The revision that was checked and is meant.</param>
    /// <param name="bindings">Instead of the draft's, e.g. with sub-flows pinned to a version.</param>
    /// <exception cref="StorageConflictException"><c>draft.changed</c>: the draft has moved on.</exception>
    public async Task<VersionInfo?> PublishAsync(
        Guid workspaceId, Guid flowId, long revision, string author, string? notes = null, IReadOnlyDictionary<string, string>? bindings = null, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        await using IDbContextTransaction transaction = await db.Database.BeginTransactionAsync(cancellation);
        // The update comes first: it locks the row, so that two publications get two numbers.
        int moved = await Of(db, workspaceId).Where(f => f.Id == flowId && f.Revision == revision)
            .ExecuteUpdateAsync(set => set
                .SetProperty(f => f.LatestVersion, f => (f.LatestVersion ?? 0) + 1)
                .SetProperty(f => f.PublishedRevision, revision), cancellation);
        FlowRow? flow = await Of(db, workspaceId).AsNoTracking().SingleOrDefaultAsync(f => f.Id == flowId, cancellation);
        if (flow is null) return null;
        if (moved == 0) throw new StorageConflictException("draft.changed", "The draft was changed meanwhile. Check it again, then publish.");
        FlowVersionRow version = new()
        {
            FlowId = flowId,
            WorkspaceId = workspaceId,
            Number = flow.LatestVersion!.Value,
            Revision = revision,
            Document = flow.Draft,
            Bindings = bindings ?? flow.Bindings,
            Notes = notes,
            PublishedBy = author,
            PublishedAt = clock.GetUtcNow(),
        };
        db.FlowVersions.Add(version);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        published.Forget(workspaceId);
        return new VersionInfo(version.Number, revision, notes, author, version.PublishedAt);
    }

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<VersionInfo>> VersionsAsync(Guid workspaceId, Guid flowId, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        return await db.FlowVersions.Where(v => v.WorkspaceId == workspaceId && v.FlowId == flowId).OrderByDescending(v => v.Number)
            .Select(v => new VersionInfo(v.Number, v.Revision, v.Notes, v.PublishedBy, v.PublishedAt)).ToListAsync(cancellation);
    }

    public async Task<VersionContent?> FindVersionAsync(Guid workspaceId, Guid flowId, int number, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        FlowVersionRow? v = await db.FlowVersions.AsNoTracking()
            .SingleOrDefaultAsync(v => v.WorkspaceId == workspaceId && v.FlowId == flowId && v.Number == number, cancellation);
        return v is null ? null : new VersionContent(new VersionInfo(v.Number, v.Revision, v.Notes, v.PublishedBy, v.PublishedAt), v.Document, v.Bindings);
    }
}
