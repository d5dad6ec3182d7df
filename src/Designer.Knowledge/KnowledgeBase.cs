using System.Globalization;
using System.Text;

namespace Designer.Knowledge;

/// <summary>A named collection of documents of one workspace. Its index is the file <c>&lt;Id&gt;.db</c>; this row is kept by the storage.</summary>
/// <param name="Slug">Unique in its workspace; lower-case ASCII letters, digits and hyphens.</param>
public sealed record KnowledgeBase(Guid Id, Guid WorkspaceId, string Name, string Slug, DateTimeOffset CreatedAt)
{
    private const int LongestSlug = 48;

    /// <summary>A new knowledge base with an id of its own and a slug made from its name. Whoever saves it sees to it that the slug is unique.</summary>
    /// <exception cref="ArgumentException">The name has no visible character.</exception>
    public static KnowledgeBase Create(Guid workspaceId, string name, TimeProvider time)
    {
        string visible = DocumentLabel.Visible(name).Trim();
        ArgumentException.ThrowIfNullOrWhiteSpace(visible, nameof(name));
        DateTimeOffset now = time.GetUtcNow();
        Guid id = Guid.CreateVersion7(now);
        return new KnowledgeBase(id, workspaceId, visible, SlugOf(visible, id), now);
    }

    // A name without Latin letters (人事手册) leaves nothing for a slug, so the id's random end stands in.
    private static string SlugOf(string name, Guid id)
    {
        var slug = new StringBuilder();
        foreach (char c in name.ToWellFormed().Normalize(NormalizationForm.FormKD))
        {
            if (slug.Length == LongestSlug) break;
            if (char.IsAsciiLetterOrDigit(c)) slug.Append(char.ToLowerInvariant(c));
            else if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark && slug.Length > 0 && slug[^1] != '-') slug.Append('-');
        }
        string text = slug.ToString().Trim('-');
        return text.Length > 0 ? text : "knowledge-" + id.ToString("N")[^8..];
    }
}

/// <summary>The rows of knowledge bases. Every call is limited to one workspace or to a row that was read from one.</summary>
public interface IKnowledgeStore
{
    /// <summary>All knowledge bases of a workspace, by name.</summary>
    Task<IReadOnlyList<KnowledgeBase>> ListAsync(Guid workspaceId, CancellationToken cancel = default);

    /// <summary>The knowledge base with this slug or, failing that, this name; null when the workspace has none.</summary>
    Task<KnowledgeBase?> FindAsync(Guid workspaceId, string slugOrName, CancellationToken cancel = default);

    /// <summary>Adds the row, or replaces the one with the same id.</summary>
    Task SaveAsync(KnowledgeBase knowledgeBase, CancellationToken cancel = default);

    /// <summary>Removes the row. The index file is removed by <see cref="KnowledgeIndex.DeleteAsync"/>.</summary>
    Task DeleteAsync(KnowledgeBase knowledgeBase, CancellationToken cancel = default);
}
