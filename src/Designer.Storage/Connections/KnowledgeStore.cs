using Designer.Knowledge;
using Microsoft.EntityFrameworkCore;

namespace Designer.Storage;

/// <summary>Knowledge bases of a workspace; their indexes are files of Designer.Knowledge.</summary>
public sealed class KnowledgeStore(IDbContextFactory<DesignerDb> factory) : IKnowledgeStore
{
    public async Task<IReadOnlyList<KnowledgeBase>> ListAsync(Guid workspaceId, CancellationToken cancel = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancel);
        List<KnowledgeBaseRow> rows = await db.KnowledgeBases.AsNoTracking().Where(k => k.WorkspaceId == workspaceId).OrderBy(k => k.Name).ToListAsync(cancel);
        return rows.ConvertAll(Shown);
    }

    public async Task<KnowledgeBase?> FindAsync(Guid workspaceId, string slugOrName, CancellationToken cancel = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancel);
        KnowledgeBaseRow? row = await db.KnowledgeBases.AsNoTracking()
            .Where(k => k.WorkspaceId == workspaceId && (k.Slug == slugOrName || k.Name == slugOrName))
            .OrderBy(k => k.Slug == slugOrName ? 0 : 1).ThenBy(k => k.CreatedAt).FirstOrDefaultAsync(cancel);
        return row is null ? null : Shown(row);
    }

    /// <exception cref="StorageConflictException"><c>name.taken</c></exception>
    public async Task SaveAsync(KnowledgeBase knowledgeBase, CancellationToken cancel = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancel);
        KnowledgeBaseRow? row = await db.KnowledgeBases.SingleOrDefaultAsync(k => k.Id == knowledgeBase.Id && k.WorkspaceId == knowledgeBase.WorkspaceId, cancel);
        if (row is null)
        {
            row = new KnowledgeBaseRow { Id = knowledgeBase.Id, WorkspaceId = knowledgeBase.WorkspaceId, Name = "", Slug = "", CreatedAt = knowledgeBase.CreatedAt };
            db.KnowledgeBases.Add(row);
        }
        (row.Name, row.Slug) = (knowledgeBase.Name, knowledgeBase.Slug);
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException taken) when (taken.IsUnique())
        {
            throw new StorageConflictException("name.taken", $"Another knowledge base is called {knowledgeBase.Slug}.", taken);
        }
    }

    public async Task DeleteAsync(KnowledgeBase knowledgeBase, CancellationToken cancel = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancel);
        await db.KnowledgeBases.Where(k => k.Id == knowledgeBase.Id && k.WorkspaceId == knowledgeBase.WorkspaceId).ExecuteDeleteAsync(cancel);
    }

    private static KnowledgeBase Shown(KnowledgeBaseRow k) => new(k.Id, k.WorkspaceId, k.Name, k.Slug, k.CreatedAt);
}
