namespace Designer.Knowledge;

/// <summary>Where indexes are kept and how much a document may hold.</summary>
public sealed class KnowledgeOptions
{
    /// <summary>The folder of the index files; made when the first document is added.</summary>
    public string Folder { get; set; } = Path.Combine("data", "knowledge");

    /// <summary>How long a change waits for another program that holds the file.</summary>
    public TimeSpan BusyTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The largest document, in bytes.</summary>
    public long MaxDocumentBytes { get; set; } = 10 * 1024 * 1024;

    /// <summary>The most chunks of one document. A full-sized one has about 13,000; a file of nothing but headings would have a million.</summary>
    public int MaxDocumentChunks { get; set; } = 50_000;
}
