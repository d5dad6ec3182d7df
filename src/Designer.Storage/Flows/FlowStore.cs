using Designer.Engine;
using Microsoft.EntityFrameworkCore;

namespace Designer.Storage;

/// <summary>Flows of a workspace: their drafts, command logs and published versions. One method, one intent, one transaction.</summary>
public sealed partial class FlowStore(IDbContextFactory<DesignerDb> factory, PublishedFlows published, TimeProvider clock)
{
    /// <summary>Last changed first.</summary>
    /// <param name="search">Part of the name, slug or description.</param>
    public async Task<FlowList> ListAsync(Guid workspaceId, string? search = null, int skip = 0, int take = 100, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        DateTimeOffset now = clock.GetUtcNow();
        IQueryable<FlowRow> flows = Of(db, workspaceId);
        if (!string.IsNullOrWhiteSpace(search))
        {
            string pattern = $"%{search.Trim().Replace(@"\", @"\\").Replace("%", @"\%").Replace("_", @"\_")}%".ToLowerInvariant();
#pragma warning disable CA1304, CA1311 // Translated to SQL's lower(); the culture plays no part.
            flows = flows.Where(f => EF.Functions.Like(f.Name.ToLower(), pattern, @"\") || EF.Functions.Like(f.Slug, pattern, @"\")
                || (f.Description != null && EF.Functions.Like(f.Description.ToLower(), pattern, @"\")));
#pragma warning restore CA1304, CA1311
        }
        int total = await flows.CountAsync(cancellation);
        List<FlowSummary> page = await flows.OrderByDescending(f => f.UpdatedAt).ThenBy(f => f.Slug).Skip(skip).Take(take)
            .Select(f => new FlowSummary(
                f.Id, f.Slug, f.Name, f.Description, f.LatestVersion, f.PublishedRevision == null || f.PublishedRevision != f.Revision,
                db.FlowVersions.Count(v => v.FlowId == f.Id),
                db.ApiKeys.Count(k => k.FlowId == f.Id && k.RevokedAt == null && (k.ExpiresAt == null || k.ExpiresAt > now)),
                f.Tags, f.CreatedBy, f.UpdatedAt))
            .ToListAsync(cancellation);
        return new FlowList(page, total);
    }

    public async Task<FlowDraft?> FindAsync(Guid workspaceId, Guid flowId, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        return Draft(await Of(db, workspaceId).AsNoTracking().SingleOrDefaultAsync(f => f.Id == flowId, cancellation));
    }

    /// <summary>By slug, or by id written as text.</summary>
    public async Task<FlowDraft?> FindAsync(Guid workspaceId, string slugOrId, CancellationToken cancellation = default)
    {
        if (Guid.TryParse(slugOrId, out Guid id)) return await FindAsync(workspaceId, id, cancellation);
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        return Draft(await Of(db, workspaceId).AsNoTracking().SingleOrDefaultAsync(f => f.Slug == slugOrId, cancellation));
    }

    /// <exception cref="StorageConflictException"><c>flow.exists</c>: a flow with this id is there, deleted ones included.</exception>
    public async Task<FlowDraft> CreateAsync(Guid workspaceId, NewFlow flow, string author, CancellationToken cancellation = default)
    {
        DateTimeOffset now = clock.GetUtcNow();
        string wanted = flow.Slug is { } slug && Slug.IsValid(slug) ? slug : Slug.From(flow.Slug ?? flow.Name);
        while (true)
        {
            await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
            if (await db.Flows.AnyAsync(f => f.Id == flow.Id, cancellation)) throw new StorageConflictException("flow.exists", "A flow with this id exists already.");
            HashSet<string> taken = [.. await Of(db, workspaceId).Select(f => f.Slug).Where(s => s.StartsWith(wanted)).ToListAsync(cancellation)];
            FlowRow row = new()
            {
                Id = flow.Id,
                WorkspaceId = workspaceId,
                Slug = Slug.Free(wanted, taken),
                Name = flow.Name,
                Description = flow.Description,
                Draft = flow.Document.ToArray(),
                Revision = 1,
                Bindings = flow.Bindings ?? new Dictionary<string, string>(),
                Tags = flow.Tags ?? [],
                CreatedBy = author,
                CreatedAt = now,
                UpdatedAt = now,
            };
            db.Flows.Add(row);
            try
            {
                await db.SaveChangesAsync(cancellation);
                return Draft(row)!;
            }
            catch (DbUpdateException taker) when (taker.IsUnique())
            {
                // Somebody took the slug in between; the next turn sees it.
            }
        }
    }

    /// <summary>False when there is no such flow.</summary>
    /// <exception cref="StorageConflictException"><c>slug.taken</c></exception>
    public async Task<bool> RenameSlugAsync(Guid workspaceId, Guid flowId, string slug, CancellationToken cancellation = default)
    {
        if (!Slug.IsValid(slug)) throw new ArgumentException("A slug has lower-case letters, digits and single hyphens.", nameof(slug));
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        FlowRow? flow = await Of(db, workspaceId).SingleOrDefaultAsync(f => f.Id == flowId, cancellation);
        if (flow is null) return false;
        flow.Slug = slug;
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException taken) when (taken.IsUnique())
        {
            throw new StorageConflictException("slug.taken", $"Another flow is called {slug}.", taken);
        }
        published.Forget(workspaceId);
        return true;
    }

    /// <summary>The flow disappears and its endpoint closes; its runs and versions are kept.</summary>
    public Task<bool> DeleteAsync(Guid workspaceId, Guid flowId, CancellationToken cancellation = default) =>
        ChangeAsync(workspaceId, flowId, flow => flow.DeletedAt = clock.GetUtcNow(), cancellation);

    /// <summary>What the slots are bound to from the next run of the draft and the next version on.</summary>
    public Task<bool> SetBindingsAsync(Guid workspaceId, Guid flowId, IReadOnlyDictionary<string, string> bindings, CancellationToken cancellation = default) =>
        ChangeAsync(workspaceId, flowId, flow => flow.Bindings = bindings, cancellation);

    public Task<bool> SetTagsAsync(Guid workspaceId, Guid flowId, IReadOnlyList<string> tags, CancellationToken cancellation = default) =>
        ChangeAsync(workspaceId, flowId, flow => flow.Tags = tags, cancellation);

    /// <summary>What the endpoint's runs keep.</summary>
    public Task<bool> SetRecordAsync(Guid workspaceId, Guid flowId, RunRecord record, CancellationToken cancellation = default) =>
        ChangeAsync(workspaceId, flowId, flow => flow.Record = record, cancellation);

    private async Task<bool> ChangeAsync(Guid workspaceId, Guid flowId, Action<FlowRow> change, CancellationToken cancellation)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        FlowRow? flow = await Of(db, workspaceId).SingleOrDefaultAsync(f => f.Id == flowId, cancellation);
        if (flow is null) return false;
        change(flow);
        await db.SaveChangesAsync(cancellation);
        published.Forget(workspaceId);
        return true;
    }

    private static IQueryable<FlowRow> Of(DesignerDb db, Guid workspaceId) => db.Flows.Where(f => f.WorkspaceId == workspaceId && f.DeletedAt == null);

    private static FlowDraft? Draft(FlowRow? f) => f is null ? null : new FlowDraft(
        f.Id, f.WorkspaceId, f.Slug, f.Name, f.Description, f.Draft, f.Revision, f.Bindings, f.LatestVersion, f.PublishedRevision, f.Record, f.Tags,
        f.CreatedBy, f.CreatedAt, f.UpdatedAt);
}
