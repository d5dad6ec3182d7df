using Microsoft.EntityFrameworkCore;

namespace Designer.Storage;

/// <param name="SampleInputs">A JSON object, or null.</param>
/// <param name="Picture">SVG text; untrusted when shown.</param>
public sealed record Template(
    Guid Id, Guid WorkspaceId, string Name, string? Description, ReadOnlyMemory<byte> Document, string? SampleInputs, string? Picture, string CreatedBy, DateTimeOffset CreatedAt);

public sealed record NewTemplate(string Name, string? Description, ReadOnlyMemory<byte> Document, string? SampleInputs = null, string? Picture = null);

/// <summary>The workspace's gallery.</summary>
public sealed class TemplateStore(IDbContextFactory<DesignerDb> factory, TimeProvider clock)
{
    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<Template>> ListAsync(Guid workspaceId, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        List<TemplateRow> rows = await db.Templates.AsNoTracking().Where(t => t.WorkspaceId == workspaceId).OrderByDescending(t => t.CreatedAt).ToListAsync(cancellation);
        return rows.ConvertAll(Shown);
    }

    public async Task<Template?> FindAsync(Guid workspaceId, Guid templateId, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        TemplateRow? row = await db.Templates.AsNoTracking().SingleOrDefaultAsync(t => t.WorkspaceId == workspaceId && t.Id == templateId, cancellation);
        return row is null ? null : Shown(row);
    }

    public async Task<Template> AddAsync(Guid workspaceId, NewTemplate template, string author, CancellationToken cancellation = default)
    {
        DateTimeOffset now = clock.GetUtcNow();
        TemplateRow row = new()
        {
            Id = Guid.CreateVersion7(now),
            WorkspaceId = workspaceId,
            Name = template.Name,
            Description = template.Description,
            Document = template.Document.ToArray(),
            SampleInputs = template.SampleInputs,
            Picture = template.Picture,
            CreatedBy = author,
            CreatedAt = now,
        };
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        db.Templates.Add(row);
        await db.SaveChangesAsync(cancellation);
        return Shown(row);
    }

    public async Task<bool> DeleteAsync(Guid workspaceId, Guid templateId, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        return await db.Templates.Where(t => t.WorkspaceId == workspaceId && t.Id == templateId).ExecuteDeleteAsync(cancellation) > 0;
    }

    private static Template Shown(TemplateRow t) => new(t.Id, t.WorkspaceId, t.Name, t.Description, t.Document, t.SampleInputs, t.Picture, t.CreatedBy, t.CreatedAt);
}
