using System.Text;

namespace Designer.Knowledge;

/// <summary>A document on its way into a knowledge base: a name that people know it by, and its bytes, read once; the caller disposes the stream.</summary>
/// <param name="MediaType">Decides between Markdown and plain text; the name's ending does where it is null or says nothing.</param>
/// <param name="Url">Where people find the original.</param>
public sealed record DocumentInput(string Name, Stream Content, string? MediaType = null, string? Url = null)
{
    public static DocumentInput FromText(string name, string text, string? mediaType = null, string? url = null) =>
        new(name, new MemoryStream(Encoding.UTF8.GetBytes(text), writable: false), mediaType, url);
}

public enum AddOutcome
{
    /// <summary>No document had this name.</summary>
    Added,

    /// <summary>A document with this name had another text; it keeps its id.</summary>
    Replaced,

    /// <summary>A document with this name has the same text and media type; nothing was written.</summary>
    Unchanged,
}

/// <summary>What became of a document.</summary>
/// <param name="Name">The label it got; see <see cref="KnowledgeDocument.Name"/>.</param>
public sealed record AddResult(string DocumentId, string Name, int Chunks, AddOutcome Outcome);

/// <summary>What became of one file of a folder: either a result or the reason why it was refused.</summary>
/// <param name="Path">Relative to the folder, with forward slashes.</param>
public sealed record FileResult(string Path, AddResult? Result, KnowledgeException? Refusal);

/// <summary>A document as the index knows it.</summary>
/// <param name="Title">Its own title (front matter, first heading) or else its name without the ending.</param>
/// <param name="Name">A label, unique in the knowledge base; never used as a path.</param>
/// <param name="Hash">SHA-256 of the text, in hex.</param>
/// <param name="Characters">UTF-16 units of the text.</param>
public sealed record KnowledgeDocument(
    string Id, string Title, string Name, string MediaType, string? Url, string Hash, int Characters, int Chunks, DateTimeOffset AddedAt);

/// <summary>How much a knowledge base holds.</summary>
/// <param name="Revision">See <see cref="KnowledgeIndex.RevisionAsync"/>.</param>
public sealed record KnowledgeSummary(int Documents, int Chunks, long Characters, long Revision);
