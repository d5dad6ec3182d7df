namespace Designer.Models.Kinds;

/// <summary>A label and how sure the model is of it, 0 to 1.</summary>
public sealed record LabelScore(string Label, float Score);

/// <summary>A stretch of a text with its label.</summary>
/// <param name="Start">In UTF-16 characters.</param>
public sealed record FoundSpan(string Label, int Start, int End, string Text, float Score);

/// <summary>A line of text in a picture: the upright rectangle around it, in pixels.</summary>
/// <param name="Degrees">How it is turned, clockwise; 0 runs from left to right.</param>
public sealed record TextLine(string Text, float Score, int X, int Y, int Width, int Height, float Degrees = 0);

/// <summary>What texts are made into vectors for, among an embedding call's additional properties: models trained with prefixes get theirs.</summary>
public static class EmbeddingPurpose
{
    public const string Property = "purpose";
    public const string Query = "query";
    public const string Document = "document";
}

/// <summary>Scores how well each passage answers a query.</summary>
public interface IReranker
{
    /// <summary>One score for each passage, 0 to 1, in the passages' order.</summary>
    Task<IReadOnlyList<float>> ScoreAsync(string query, IReadOnlyList<string> passages, CancellationToken cancellation);
}

/// <summary>Labels whole texts.</summary>
public interface ITextClassifier
{
    /// <summary>For each text the labels, likeliest first.</summary>
    Task<IReadOnlyList<IReadOnlyList<LabelScore>>> ClassifyAsync(IReadOnlyList<string> texts, CancellationToken cancellation);
}

/// <summary>Finds names, addresses, numbers of persons and the like in a text.</summary>
public interface ISpanFinder
{
    /// <summary>In the text's order, without overlaps. Texts longer than the model reads at once are read in overlapping pieces.</summary>
    Task<IReadOnlyList<FoundSpan>> FindAsync(string text, CancellationToken cancellation);
}

/// <summary>Labels a picture, or any file by its bytes.</summary>
public interface IFileClassifier
{
    /// <summary>The labels, likeliest first.</summary>
    /// <exception cref="ModelException">The bytes are not what the model looks at, e.g. no picture.</exception>
    Task<IReadOnlyList<LabelScore>> ClassifyAsync(ReadOnlyMemory<byte> content, CancellationToken cancellation);
}

/// <summary>Reads the text in a picture.</summary>
public interface IImageReader
{
    /// <summary>The lines from top to bottom.</summary>
    Task<IReadOnlyList<TextLine>> ReadAsync(ReadOnlyMemory<byte> image, CancellationToken cancellation);
}
