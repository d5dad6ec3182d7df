using System.Text.RegularExpressions;
using Designer.Models.Kinds;
using Designer.Models.Onnx.Folders;
using Designer.Models.Onnx.Sessions;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Designer.Models.Onnx.Classifying;

/// <summary>A classifier that counts words (TF-IDF) in memory: lower-case words of two letters and more in, one chance out.</summary>
internal sealed class WordRuntime(OnnxFolder folder, OnnxSettings settings) : IDisposable
{
    private readonly InferenceSession _session = SessionOpening.Open(folder.Graph, settings);

    /// <summary>The graph's file names what it looks for, as in <c>jailbreak.onnx</c>.</summary>
    public string Label { get; } = Path.GetFileNameWithoutExtension(folder.Graph);

    public float[] Run(IReadOnlyList<string> texts)
    {
        var words = texts.Select(Words).ToList();
        var width = Math.Max(1, words.Max(w => w.Count));
        var tokens = new DenseTensor<string>([texts.Count, width]);
        for (var row = 0; row < texts.Count; row++)
            for (var i = 0; i < width; i++) tokens[row, i] = i < words[row].Count ? words[row][i] : "";
        using var outputs = _session.Run([NamedOnnxValue.CreateFromTensor(_session.InputNames[0], tokens)]);
        return [.. outputs[0].AsEnumerable<float>()];
    }

    private static IReadOnlyList<string> Words(string text) => [.. WordRule.Matches(text.ToLowerInvariant()).Select(m => m.Value)];

    // The rule of scikit-learn's vectorizer for ASCII, with which such models are made.
    private static readonly Regex WordRule = new("[a-z0-9_]{2,}", RegexOptions.Compiled);

    public void Dispose() => _session.Dispose();
}

internal sealed class OnnxWordClassifier(OnnxModels models, OnnxFolder folder) : ITextClassifier
{
    public async Task<IReadOnlyList<IReadOnlyList<LabelScore>>> ClassifyAsync(IReadOnlyList<string> texts, CancellationToken cancellation)
    {
        if (texts.Count == 0) return [];
        using var lease = await models.UseAsync(folder, (f, settings) => new WordRuntime(f, settings), cancellation);
        var model = lease.Model;
        var chances = await Task.Run(() => model.Run(texts), cancellation);
        return [.. chances.Select(c => Labels.Of(["none", model.Label]).Rank([1 - c, c]))];
    }
}
