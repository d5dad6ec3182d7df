using Microsoft.EntityFrameworkCore;

namespace Designer.Storage;

public sealed partial class FlowStore
{
    /// <summary>The shared draft (owner empty), or an author's own one.</summary>
    public async Task<FlowDraft?> FindAsync(Guid workspaceId, Guid flowId, string owner, CancellationToken cancellation = default)
    {
        if (await FindAsync(workspaceId, flowId, cancellation) is not { } shared) return null;
        if (owner.Length == 0) return shared;
        return await FindOwnDraftAsync(workspaceId, flowId, owner, cancellation) is { } own ? shared with { Owner = owner, Document = own.Document, Revision = own.Revision } : null;
    }

    public async Task<OwnDraft?> FindOwnDraftAsync(Guid workspaceId, Guid flowId, string owner, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        return await OwnOf(db, workspaceId, flowId, owner).AsNoTracking()
            .Select(d => new OwnDraft(d.Owner, d.Base, d.Document, d.Revision, d.UpdatedAt)).SingleOrDefaultAsync(cancellation);
    }

    /// <summary>Begins an own draft as a copy of the shared one; the one that is there stays. Null when there is no such flow.</summary>
    public async Task<OwnDraft?> BeginOwnDraftAsync(Guid workspaceId, Guid flowId, string owner, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(owner);
        if (await FindOwnDraftAsync(workspaceId, flowId, owner, cancellation) is { } there) return there;
        if (await FindAsync(workspaceId, flowId, cancellation) is not { } shared) return null;
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        byte[] document = shared.Document.ToArray();
        db.OwnDrafts.Add(new OwnDraftRow
        {
            FlowId = flowId,
            Owner = owner,
            WorkspaceId = workspaceId,
            Base = document,
            Document = document,
            Revision = 1,
            UpdatedAt = clock.GetUtcNow(),
        });
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException begun) when (begun.IsUnique())
        {
            // Begun in another browser at the same time.
        }
        return await FindOwnDraftAsync(workspaceId, flowId, owner, cancellation);
    }

    /// <summary>What others did up to here is in the own draft now; from here on only what they do next is new to it.</summary>
    public async Task<bool> SetOwnBaseAsync(Guid workspaceId, Guid flowId, string owner, ReadOnlyMemory<byte> shared, CancellationToken cancellation = default)
    {
        byte[] document = shared.ToArray();
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        return await OwnOf(db, workspaceId, flowId, owner).ExecuteUpdateAsync(set => set.SetProperty(d => d.Base, document), cancellation) > 0;
    }

    /// <summary>Removes an own draft with its log: after a merge, or because its author gave it up. False when it is not there or has moved on.</summary>
    public async Task<bool> EndOwnDraftAsync(Guid workspaceId, Guid flowId, string owner, long revision, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(owner);
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await OwnOf(db, workspaceId, flowId, owner).Where(d => d.Revision == revision).ExecuteDeleteAsync(cancellation) == 0) return false;
        await Saved(db, workspaceId, flowId, owner).ExecuteDeleteAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }
}
