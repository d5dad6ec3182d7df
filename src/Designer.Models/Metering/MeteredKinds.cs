using Designer.Models.Connections;
using Designer.Models.Kinds;

namespace Designer.Models.Metering;

/// <summary>The kinds for which the abstractions have no face, each call a span. What is read is never part of it.</summary>
internal static class MeteredKinds
{
    private const string Provider = "onnxruntime";

    /// <param name="provider">As the span names it; the other kinds run in this process alone.</param>
    public sealed class Reranker(IReranker inner, ModelConnection connection, string provider = Provider) : IReranker
    {
        public Task<IReadOnlyList<float>> ScoreAsync(string query, IReadOnlyList<string> passages, CancellationToken cancellation) =>
            ModelTelemetry.MeasureAsync("rerank", connection, provider, () => inner.ScoreAsync(query, passages, cancellation));
    }

    public sealed class TextClassifier(ITextClassifier inner, ModelConnection connection) : ITextClassifier
    {
        public Task<IReadOnlyList<IReadOnlyList<LabelScore>>> ClassifyAsync(IReadOnlyList<string> texts, CancellationToken cancellation) =>
            ModelTelemetry.MeasureAsync("classify", connection, Provider, () => inner.ClassifyAsync(texts, cancellation));
    }

    public sealed class SpanFinder(ISpanFinder inner, ModelConnection connection) : ISpanFinder
    {
        public Task<IReadOnlyList<FoundSpan>> FindAsync(string text, CancellationToken cancellation) =>
            ModelTelemetry.MeasureAsync("classify", connection, Provider, () => inner.FindAsync(text, cancellation));
    }

    public sealed class FileClassifier(IFileClassifier inner, ModelConnection connection) : IFileClassifier
    {
        public Task<IReadOnlyList<LabelScore>> ClassifyAsync(ReadOnlyMemory<byte> content, CancellationToken cancellation) =>
            ModelTelemetry.MeasureAsync("classify", connection, Provider, () => inner.ClassifyAsync(content, cancellation));
    }

    public sealed class ImageReader(IImageReader inner, ModelConnection connection) : IImageReader
    {
        public Task<IReadOnlyList<TextLine>> ReadAsync(ReadOnlyMemory<byte> image, CancellationToken cancellation) =>
            ModelTelemetry.MeasureAsync("ocr", connection, Provider, () => inner.ReadAsync(image, cancellation));
    }
}
