using System.Numerics.Tensors;
using Designer.Models.Kinds;
using Designer.Models.Onnx.Encoders;
using Designer.Models.Onnx.Folders;
using Designer.Models.Onnx.Sessions;

namespace Designer.Models.Onnx.Classifying;

/// <summary>A text classifier or a cross-encoder in memory: one row of logits for each text or pair.</summary>
internal sealed class SequenceRuntime : IDisposable
{
    private const int UnsaidLength = 512;

    private readonly Encoder _encoder;
    private readonly int _longest;

    public SequenceRuntime(OnnxFolder folder, OnnxSettings settings)
    {
        Labels = Labels.Read(folder.Folder);
        _longest = folder.ContextTokens ?? UnsaidLength;
        var isMulti = JsonFile.Read(folder.Folder, "config.json").Text("problem_type") == "multi_label_classification";
        _encoder = new Encoder(folder, settings, (output, row, _) => Chances(output.Row(row), isMulti));
    }

    public Labels Labels { get; }

    public Task<float[][]> RunAsync(IEnumerable<(string First, string? Second)> texts, CancellationToken cancellation) =>
        _encoder.RunAsync([.. texts.Select(t => _encoder.Tokenizer.Tokenize(t.First, t.Second, maxTokens: _longest))], cancellation);

    // One label, or several that may all hold: each on its own. Else they share out one.
    private static float[] Chances(ReadOnlySpan<float> logits, bool isMulti)
    {
        var chances = new float[logits.Length];
        if (isMulti || logits.Length == 1) TensorPrimitives.Sigmoid(logits, chances);
        else TensorPrimitives.SoftMax(logits, chances);
        return chances;
    }

    public void Dispose() => _encoder.Dispose();
}

internal sealed class OnnxTextClassifier(OnnxModels models, OnnxFolder folder) : ITextClassifier
{
    public async Task<IReadOnlyList<IReadOnlyList<LabelScore>>> ClassifyAsync(IReadOnlyList<string> texts, CancellationToken cancellation)
    {
        using var lease = await models.UseAsync(folder, (f, settings) => new SequenceRuntime(f, settings), cancellation);
        var rows = await lease.Model.RunAsync(texts.Select(t => (t, (string?)null)), cancellation);
        return [.. rows.Select(lease.Model.Labels.Rank)];
    }
}

internal sealed class OnnxReranker(OnnxModels models, OnnxFolder folder) : IReranker
{
    public async Task<IReadOnlyList<float>> ScoreAsync(string query, IReadOnlyList<string> passages, CancellationToken cancellation)
    {
        using var lease = await models.UseAsync(folder, (f, settings) => new SequenceRuntime(f, settings), cancellation);
        var rows = await lease.Model.RunAsync(passages.Select(p => (query, (string?)p)), cancellation);
        return [.. rows.Select(r => r[0])];
    }
}
