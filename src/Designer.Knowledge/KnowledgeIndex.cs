using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Designer.Flows;

namespace Designer.Knowledge;

/// <summary>
/// The documents of all knowledge bases, searchable. One SQLite file for each, which holds the texts and what is made of them. All
/// members may be called at the same time; changes of one knowledge base queue. They throw <see cref="KnowledgeException"/> when a document
/// is refused or a file cannot be used.
/// </summary>
public sealed class KnowledgeIndex(KnowledgeOptions options, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<Guid, IndexFile> _files = new();

    /// <summary>Adds a document, or replaces the one with the same name.</summary>
    public async Task<AddResult> AddAsync(KnowledgeBase knowledgeBase, DocumentInput input, CancellationToken cancel = default)
    {
        string name = DocumentLabel.Of(input.Name);
        string mediaType = DocumentReader.MediaTypeOf(input, name);
        string text = await DocumentReader.ReadAsync(input.Content, options.MaxDocumentBytes, cancel);
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

        IndexFile file = FileOf(knowledgeBase);
        if (await file.ReadAsync(connection => DocumentRows.FindByName(connection, name), null, cancel) is { } same && IsSame(same)) return Unchanged(same);

        IndexedText indexed = await Task.Run(() => IndexedText.Of(text, mediaType, name), cancel);
        if (indexed.Passages.Count > options.MaxDocumentChunks)
            throw new KnowledgeException(KnowledgeException.TooLarge, $"The document falls into {indexed.Passages.Count} parts, more than the {options.MaxDocumentChunks} that one document may have.");
        return await file.WriteAsync(connection =>
        {
            KnowledgeDocument? before = DocumentRows.FindByName(connection, name);
            if (before != null && IsSame(before)) return (Unchanged(before), false);
            DateTimeOffset now = time.GetUtcNow();
            string id = before?.Id ?? Guid.CreateVersion7(now).ToString("N");
            DocumentRows.Put(connection, new KnowledgeDocument(id, indexed.Title, name, mediaType, input.Url, hash, text.Length, 0, now), text, indexed);
            return (new AddResult(id, name, indexed.Passages.Count, before is null ? AddOutcome.Added : AddOutcome.Replaced), true);
        }, cancel);

        bool IsSame(KnowledgeDocument other) => other.Hash == hash && other.MediaType == mediaType && other.Url == input.Url;
        AddResult Unchanged(KnowledgeDocument other) => new(other.Id, name, other.Chunks, AddOutcome.Unchanged);
    }

    /// <summary>
    /// Adds every .md, .markdown and .txt file below a folder, named by its path within. A file that is refused does not stop the others.
    /// Links are refused and hidden folders left out, so nothing outside the folder is read.
    /// </summary>
    public async Task<IReadOnlyList<FileResult>> AddFolderAsync(KnowledgeBase knowledgeBase, string folder, CancellationToken cancel = default)
    {
        var results = new List<FileResult>();
        foreach (FolderFiles.Found file in FolderFiles.Below(folder))
        {
            try
            {
                if (file.IsLink) throw new KnowledgeException(KnowledgeException.Link, "The file is a link. Links are not followed.");
                await using FileStream content = File.OpenRead(file.FullPath);
                results.Add(new FileResult(file.RelativePath, await AddAsync(knowledgeBase, new DocumentInput(file.RelativePath, content), cancel), null));
            }
            catch (Exception error) when (error is KnowledgeException or IOException or UnauthorizedAccessException)
            {
                results.Add(new FileResult(file.RelativePath, null, KnowledgeException.From(error)));
            }
        }
        return results;
    }

    /// <summary>A page of the documents, by name.</summary>
    public Task<IReadOnlyList<KnowledgeDocument>> ListDocumentsAsync(KnowledgeBase knowledgeBase, int skip = 0, int take = 1000, CancellationToken cancel = default) =>
        FileOf(knowledgeBase).ReadAsync(connection => DocumentRows.List(connection, skip, take), [], cancel);

    /// <summary>One document; null when there is none with this id.</summary>
    public Task<KnowledgeDocument?> GetDocumentAsync(KnowledgeBase knowledgeBase, string documentId, CancellationToken cancel = default) =>
        FileOf(knowledgeBase).ReadAsync(connection => DocumentRows.Find(connection, documentId), null, cancel);

    /// <summary>The text of a document, to which <see cref="Chunk.Position"/> counts; null when there is none with this id.</summary>
    public Task<string?> GetTextAsync(KnowledgeBase knowledgeBase, string documentId, CancellationToken cancel = default) =>
        FileOf(knowledgeBase).ReadAsync(connection => DocumentRows.Text(connection, documentId), null, cancel);

    /// <summary>Removes a document; false when there is none with this id.</summary>
    public async Task<bool> DeleteDocumentAsync(KnowledgeBase knowledgeBase, string documentId, CancellationToken cancel = default) =>
        await GetDocumentAsync(knowledgeBase, documentId, cancel) != null && await FileOf(knowledgeBase).WriteAsync(connection =>
        {
            bool existed = DocumentRows.Delete(connection, documentId);
            return (existed, existed);
        }, cancel);

    /// <summary>
    /// The chunks that answer a question best, at most <paramref name="topK"/> (and 100). The score is not bounded; it compares results of the
    /// same question only. <c>Scores["bm25"]</c> is its part without the bonuses for completeness, closeness and title.
    /// <c>Metadata</c> has <c>source</c> (the document's name), <c>document</c> (its title) and, if known, <c>url</c>.
    /// </summary>
    public Task<IReadOnlyList<Chunk>> SearchAsync(KnowledgeBase knowledgeBase, string query, int topK, CancellationToken cancel = default) =>
        FileOf(knowledgeBase).ReadAsync(connection => Search.Run(connection, query, topK), [], cancel);

    /// <summary>One chunk, with score 0; null when the index has it no more.</summary>
    public Task<Chunk?> GetChunkAsync(KnowledgeBase knowledgeBase, string chunkId, CancellationToken cancel = default) =>
        FileOf(knowledgeBase).ReadAsync(connection => Search.Find(connection, chunkId), null, cancel);

    /// <summary>A number that grows with every change and never comes again; 0 when nothing was ever added.</summary>
    public Task<long> RevisionAsync(KnowledgeBase knowledgeBase, CancellationToken cancel = default) =>
        FileOf(knowledgeBase).ReadAsync(connection => connection.Scalar<long>("SELECT revision FROM state"), 0, cancel);

    public Task<KnowledgeSummary> SummaryAsync(KnowledgeBase knowledgeBase, CancellationToken cancel = default) =>
        FileOf(knowledgeBase).ReadAsync(connection => connection.Rows(
            row => new KnowledgeSummary(row.GetInt32(0), row.GetInt32(1), row.GetInt64(2), row.GetInt64(3)),
            "SELECT count(*), coalesce(sum(chunks), 0), coalesce(sum(characters), 0), (SELECT revision FROM state) FROM documents").Single(),
            new KnowledgeSummary(0, 0, 0, 0), cancel);

    /// <summary>Cuts and indexes all stored texts anew. It happens by itself when the file is of an older version or its index is broken.</summary>
    public Task RebuildAsync(KnowledgeBase knowledgeBase, CancellationToken cancel = default) => FileOf(knowledgeBase).RebuildAsync(cancel);

    /// <summary>Writes a copy of the file for a backup, consistent although others write; nothing when there is no file. The target must not exist.</summary>
    public Task CopyToAsync(KnowledgeBase knowledgeBase, string target, CancellationToken cancel = default) => FileOf(knowledgeBase).CopyToAsync(target, cancel);

    /// <summary>Removes the file with all documents.</summary>
    public Task DeleteAsync(KnowledgeBase knowledgeBase, CancellationToken cancel = default) => FileOf(knowledgeBase).DeleteAsync(cancel);

    public void Dispose()
    {
        foreach (IndexFile file in _files.Values) file.Dispose();
    }

    private IndexFile FileOf(KnowledgeBase knowledgeBase) =>
        _files.GetOrAdd(knowledgeBase.Id, id => new IndexFile(Path.GetFullPath(Path.Combine(options.Folder, $"{id:N}.db")), options.BusyTimeout, time));
}
