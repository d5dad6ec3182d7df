using System.Text.Json;

namespace Designer.Flows;

/// <summary>A file that a flow handles; its bytes are in the blob store. An image is a file of an <c>image/*</c> type.</summary>
/// <param name="Size">Bytes.</param>
public sealed record FileRef(string Id, string Name, string MediaType, long Size);

/// <summary>A conversation message. <see cref="Role"/>: system, user, assistant or tool.</summary>
public sealed record Message(string Role, IReadOnlyList<MessagePart> Parts)
{
    public static Message Text(string role, string text) => new(role, [new MessagePart("text", Text: text)]);
    public string AllText() => string.Concat(Parts.Select(p => p.Text));
}

/// <summary>One part of a message. <see cref="Kind"/>: text, image, file, toolCall or toolResult.</summary>
public sealed record MessagePart(
    string Kind, string? Text = null, FileRef? File = null, string? CallId = null, string? Tool = null, JsonElement? Arguments = null, string? Result = null);

/// <summary>A document of a knowledge base.</summary>
public sealed record DocumentRef(string Id, string Title, string MediaType, string? Url = null, IReadOnlyDictionary<string, string>? Metadata = null);

/// <summary>A passage of a document with the score that found it.</summary>
/// <param name="Score">The final score; higher is better. <paramref name="Scores"/> holds its parts by name, e.g. <c>bm25</c>.</param>
/// <param name="Position">Characters from the start of the document's text.</param>
public sealed record Chunk(
    string Id, string DocumentId, string Title, string Text, double Score,
    IReadOnlyDictionary<string, double>? Scores = null, int? Page = null, int? Position = null, IReadOnlyDictionary<string, string>? Metadata = null);

/// <summary>Says where the mark <c>[n]</c> of an answer comes from.</summary>
public sealed record Citation(int N, string ChunkId, string Title, int? Page = null, string? Quote = null);

/// <summary>One call of a model, as the trace keeps it. Times in milliseconds; null where nobody measured them.</summary>
/// <param name="Model">The name of the model that answered, or failed.</param>
/// <param name="QueueMs">Until it was this call's turn.</param>
/// <param name="LoadMs">Until the model was in memory.</param>
/// <param name="InsteadOf">The model that was asked first and left, <paramref name="Because"/> of what it said.</param>
/// <param name="Error">Why there is no answer.</param>
/// <param name="FromCache">True where the answer was known and the model was not asked.</param>
public sealed record CallTrace(
    string Model, double TotalMs, double? QueueMs = null, double? LoadMs = null, double? FirstTokenMs = null, long InputTokens = 0, long OutputTokens = 0,
    decimal? Cost = null, string? InsteadOf = null, string? Because = null, string? Error = null, long? CachedTokens = null, bool? FromCache = null);

/// <summary>What model calls consumed. <see cref="Cost"/> in US dollars.</summary>
public sealed record Usage(long InputTokens = 0, long OutputTokens = 0, decimal Cost = 0, int ModelCalls = 0)
{
    public static readonly Usage None = new();
    public static Usage operator +(Usage a, Usage b) => new(a.InputTokens + b.InputTokens, a.OutputTokens + b.OutputTokens, a.Cost + b.Cost, a.ModelCalls + b.ModelCalls);
    public static Usage Add(Usage left, Usage right) => left + right;
}
