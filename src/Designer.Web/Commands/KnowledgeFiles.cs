using System.Security.Cryptography;
using System.Text;
using Designer.Knowledge;
using Designer.Storage;
using Designer.Web.Features.Access;

namespace Designer.Web.Commands;

/// <summary>Files and folders of this machine as documents of a knowledge base.</summary>
internal sealed class KnowledgeFiles(KnowledgeIndex index)
{
    /// <summary>One result for each file; what is missing or refused is a result, too.</summary>
    public async Task<IReadOnlyList<FileResult>> AddAsync(KnowledgeBase target, string path, CancellationToken cancellation)
    {
        if (Directory.Exists(path)) return await index.AddFolderAsync(target, path, cancellation);
        try
        {
            await using FileStream content = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return [new FileResult(path, await index.AddAsync(target, new DocumentInput(Path.GetFileName(path), content), cancellation), null)];
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            string why = refused is FileNotFoundException or DirectoryNotFoundException ? "There is no such file or folder." : refused.Message;
            return [new FileResult(path, null, new KnowledgeException(KnowledgeException.Unavailable, why, refused))];
        }
        catch (KnowledgeException refused)
        {
            return [new FileResult(path, null, refused)];
        }
    }

    /// <summary>
    /// A knowledge base that mirrors a folder or file, for a slot that names one. The same path finds the same knowledge base again, so
    /// that only what changed is read anew.
    /// </summary>
    public async Task<KnowledgeBase> MirrorAsync(IKnowledgeStore store, SignedInMember by, string path, CancellationToken cancellation)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        string mark = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(full)))[..8];
        KnowledgeBase fresh = KnowledgeBase.Create(by.WorkspaceId, $"{Path.GetFileName(full)} {mark}", TimeProvider.System);
        KnowledgeBase target = await store.FindAsync(by.WorkspaceId, fresh.Slug, cancellation) ?? await SaveAsync(store, fresh, cancellation);
        IReadOnlyList<FileResult> results = await AddAsync(target, full, cancellation);
        if (results.FirstOrDefault(r => r.Refusal is not null) is { } refused) throw new CommandFailure($"{refused.Path}: {refused.Refusal!.Message}");
        if (results.Count == 0) throw new CommandFailure($"{path} holds no Markdown or text files.");
        HashSet<string> kept = [.. results.Select(r => r.Result!.DocumentId)];
        foreach (KnowledgeDocument gone in (await index.ListDocumentsAsync(target, take: int.MaxValue, cancel: cancellation)).Where(d => !kept.Contains(d.Id)))
            await index.DeleteDocumentAsync(target, gone.Id, cancellation);
        return target;
    }

    private static async Task<KnowledgeBase> SaveAsync(IKnowledgeStore store, KnowledgeBase fresh, CancellationToken cancellation)
    {
        try
        {
            await store.SaveAsync(fresh, cancellation);
            return fresh;
        }
        catch (StorageConflictException)
        {
            // Another process made it for the same path at this moment.
            return await store.FindAsync(fresh.WorkspaceId, fresh.Slug, cancellation) ?? throw new CommandFailure("The knowledge base for this folder was removed meanwhile. Try again.");
        }
    }
}
