using Designer.Knowledge;
using Designer.Web.Features.Access;

namespace Designer.Web.Features.Knowledge;

/// <summary>Knowledge bases of a workspace: their rows and their indexes together.</summary>
public sealed class KnowledgeBases(IKnowledgeStore store, KnowledgeIndex index, TimeProvider time)
{
    public Task<IReadOnlyList<KnowledgeBase>> ListAsync(Guid workspaceId, CancellationToken cancellation = default) => store.ListAsync(workspaceId, cancellation);

    public Task<KnowledgeBase?> FindAsync(Guid workspaceId, string slug, CancellationToken cancellation = default) => store.FindAsync(workspaceId, slug, cancellation);

    /// <summary>An empty one. A name whose slug is taken gets a number behind it.</summary>
    public async Task<KnowledgeBase> CreateAsync(SignedInMember member, string name, CancellationToken cancellation = default)
    {
        KnowledgeBase made = KnowledgeBase.Create(member.WorkspaceId, name, time);
        IReadOnlyList<KnowledgeBase> others = await store.ListAsync(member.WorkspaceId, cancellation);
        string slug = made.Slug;
        for (int n = 2; others.Any(other => other.Slug == made.Slug); n++) made = made with { Slug = $"{slug}-{n}" };
        await store.SaveAsync(made, cancellation);
        return made;
    }

    /// <summary>Adds the Markdown and text files below a folder of this server.</summary>
    public Task<IReadOnlyList<FileResult>> AddFolderAsync(KnowledgeBase target, string folder, CancellationToken cancellation = default) =>
        index.AddFolderAsync(target, folder, cancellation);

    /// <summary>The row goes last: without it nobody would find the file again if its removal failed.</summary>
    public async Task DeleteAsync(KnowledgeBase target, CancellationToken cancellation = default)
    {
        await index.DeleteAsync(target, cancellation);
        await store.DeleteAsync(target, cancellation);
    }
}
