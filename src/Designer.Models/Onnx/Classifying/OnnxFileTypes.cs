using Designer.Models.Kinds;
using Designer.Models.Onnx.Folders;
using Designer.Models.Onnx.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace Designer.Models.Onnx.Classifying;

/// <summary>A file-type model (Magika) in memory: it looks at the first and the last bytes.</summary>
internal sealed class FileTypeRuntime : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _options = SessionOpening.Run();
    private readonly int _first, _last, _block, _padding, _least;
    private readonly IReadOnlyList<string> _labels;
    private readonly Dictionary<string, float> _thresholds;
    private readonly Dictionary<string, string> _renamed;
    private readonly float _usualThreshold;

    public FileTypeRuntime(OnnxFolder folder, OnnxSettings settings)
    {
        var config = JsonFile.Read(folder.Folder, "config.min.json");
        (_first, _last) = (config.Whole("beg_size") ?? 1024, config.Whole("end_size") ?? 1024);
        (_block, _padding, _least) = (config.Whole("block_size") ?? 4096, config.Whole("padding_token") ?? 256, config.Whole("min_file_size_for_dl") ?? 8);
        if (config.Whole("mid_size") is > 0) throw BadFolder.Because("The model looks at the middle of a file, which is not supported.");
        _labels = config.Texts("target_labels_space");
        _usualThreshold = config.Number("medium_confidence_threshold") ?? 0.5f;
        _thresholds = Entries(config, "thresholds").ToDictionary(p => p.Name, p => p.Value.GetSingle());
        _renamed = Entries(config, "overwrite_map").ToDictionary(p => p.Name, p => p.Value.GetString() ?? "");
        _session = SessionOpening.Open(folder.Graph, settings);
    }

    /// <summary>Types with their scores, likeliest first. Where the model is not sure enough, <c>txt</c> or <c>unknown</c> leads.</summary>
    public IReadOnlyList<LabelScore> Classify(ReadOnlySpan<byte> content)
    {
        if (content.Length == 0) return [new LabelScore("empty", 1)];
        var bytes = Look(content);
        if (bytes[Math.Min(_least, _first) - 1] == _padding) return [new LabelScore(Plain(content), 1)];
        using var input = OrtValue.CreateTensorValueFromMemory(bytes, [1, bytes.Length]);
        using var outputs = _session.Run(_options, _session.InputNames, [input], _session.OutputNames);
        var ranked = Labels.Of(_labels).Rank(outputs[0].GetTensorDataAsSpan<float>().ToArray());
        var best = ranked[0];
        if (best.Score < _thresholds.GetValueOrDefault(best.Label, _usualThreshold)) return [new LabelScore(Plain(content), best.Score), .. ranked];
        return [best with { Label = _renamed.GetValueOrDefault(best.Label, best.Label) }, .. ranked.Skip(1)];
    }

    // Blank bytes at both ends say nothing; the beginning is filled up behind, the end before.
    private int[] Look(ReadOnlySpan<byte> content)
    {
        var bytes = new int[_first + _last];
        Array.Fill(bytes, _padding);
        var head = content[..Math.Min(_block, content.Length)].TrimStart(" \t\n\r\v\f"u8);
        head = head[..Math.Min(_first, head.Length)];
        for (var i = 0; i < head.Length; i++) bytes[i] = head[i];
        var tail = content[^Math.Min(_block, content.Length)..].TrimEnd(" \t\n\r\v\f"u8);
        tail = tail[^Math.Min(_last, tail.Length)..];
        for (var i = 0; i < tail.Length; i++) bytes[bytes.Length - tail.Length + i] = tail[i];
        return bytes;
    }

    private static string Plain(ReadOnlySpan<byte> content) => System.Text.Unicode.Utf8.IsValid(content) ? "txt" : "unknown";

    private static List<System.Text.Json.JsonProperty> Entries(JsonFile config, string name) =>
        config[name] is { ValueKind: System.Text.Json.JsonValueKind.Object } entries ? [.. entries.EnumerateObject()] : [];

    public void Dispose()
    {
        _options.Dispose();
        _session.Dispose();
    }
}

internal sealed class OnnxFileTypes(OnnxModels models, OnnxFolder folder) : IFileClassifier
{
    public async Task<IReadOnlyList<LabelScore>> ClassifyAsync(ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        using var lease = await models.UseAsync(folder, (f, settings) => new FileTypeRuntime(f, settings), cancellation);
        var model = lease.Model;
        return await Task.Run(() => model.Classify(content.Span), cancellation);
    }
}
