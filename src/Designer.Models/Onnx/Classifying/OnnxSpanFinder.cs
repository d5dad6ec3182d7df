using System.Numerics.Tensors;
using Designer.Models.Kinds;
using Designer.Models.Onnx.Encoders;
using Designer.Models.Onnx.Folders;
using Designer.Models.Onnx.Sessions;
using Designer.Models.Onnx.Tokenizers;

namespace Designer.Models.Onnx.Classifying;

/// <summary>A token classifier in memory.</summary>
internal sealed class SpanRuntime : IDisposable
{
    private const int UnsaidLength = 512;
    private const int Overlap = 32;

    private readonly Encoder _encoder;
    private readonly SpanLabels _labels;
    private readonly int _longest;

    public SpanRuntime(OnnxFolder folder, OnnxSettings settings)
    {
        _labels = new SpanLabels(Labels.Read(folder.Folder));
        _longest = folder.ContextTokens ?? UnsaidLength;
        _encoder = new Encoder(folder, settings, (output, row, text) => Chances(output.Row(row), (int)output.Shape[2], text.Ids.Length));
    }

    public async Task<IReadOnlyList<FoundSpan>> FindAsync(string text, CancellationToken cancellation)
    {
        var pieces = Pieces(text).ToList();
        var tokens = pieces.ConvertAll(p => _encoder.Tokenizer.Tokenize(text[p.Start..p.End], maxTokens: _longest));
        var rows = await _encoder.RunAsync(tokens, cancellation);
        var found = rows.SelectMany((chances, i) => _labels.Join(text, pieces[i].Start, tokens[i], chances));
        return SpanLabels.WithoutOverlaps(found);
    }

    // Nothing is cut off: what one piece sees only in part, the next sees whole.
    private IEnumerable<(int Start, int End)> Pieces(string text)
    {
        var special = _encoder.Tokenizer.Tokenize("").Ids.Length;
        var room = Math.Max(Overlap + 1, _longest - special - Overlap / 4);
        var spans = _encoder.Tokenizer.Tokenize(text, addSpecial: false).Spans;
        if (spans.Length <= room)
        {
            yield return (0, text.Length);
            yield break;
        }
        for (var first = 0; ; first += room - Overlap)
        {
            var last = Math.Min(first + room, spans.Length) - 1;
            yield return (spans[first].Start, spans[last].End);
            if (last == spans.Length - 1) yield break;
        }
    }

    private static float[] Chances(ReadOnlySpan<float> logits, int labels, int tokens)
    {
        var chances = new float[tokens * labels];
        for (var i = 0; i < tokens; i++) TensorPrimitives.SoftMax(logits.Slice(i * labels, labels), chances.AsSpan(i * labels, labels));
        return chances;
    }

    public void Dispose() => _encoder.Dispose();
}

internal sealed class OnnxSpanFinder(OnnxModels models, OnnxFolder folder) : ISpanFinder
{
    public async Task<IReadOnlyList<FoundSpan>> FindAsync(string text, CancellationToken cancellation)
    {
        using var lease = await models.UseAsync(folder, (f, settings) => new SpanRuntime(f, settings), cancellation);
        return await lease.Model.FindAsync(text, cancellation);
    }
}
