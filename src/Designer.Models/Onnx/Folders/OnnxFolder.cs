using System.Globalization;
using Designer.Models.Connections;
using Designer.Models.Onnx.ToolCalls;

namespace Designer.Models.Onnx.Folders;

/// <summary>What a model in a folder does.</summary>
public enum OnnxKind { Chat, Embedding, Reranker, TextClassifier, TokenClassifier, WordClassifier, ImageClassifier, FileType, Ocr }

/// <summary>A model on disk, recognised by its files and by its graph's inputs and outputs; nothing is loaded for that.</summary>
/// <param name="Folder">Where its files stand.</param>
/// <param name="Graph">The graph's file; of OCR the one that finds lines.</param>
/// <param name="Bytes">What loading takes, about.</param>
public sealed record OnnxFolder(string Folder, string Graph, OnnxKind Kind, long Bytes)
{
    private static readonly string[] s_usual = ["model.onnx", "onnx/model.onnx", "onnx/model_q4f16.onnx", "onnx/model_q4.onnx", "onnx/model_fp16.onnx"];

    /// <summary>Longest input in tokens, as the model was trained; null where that means nothing.</summary>
    public int? ContextTokens { get; init; }

    /// <summary>What running it takes, as its folder says.</summary>
    internal ModelSizes Sizes { get; init; } = ModelSizes.Unsaid;

    /// <summary>Of a chat model: whether its chat template teaches it to call tools.</summary>
    public bool CallsTools { get; init; }

    /// <summary>What its connection says otherwise than the settings.</summary>
    public ModelOptions Own { get; init; } = new();

    /// <summary>Two connections with the same graph and the same wishes share what is in memory.</summary>
    internal string Key => (Own.ExecutionProvider, Own.FallBackToCpu, Own.CacheMegabytes, Own.MaxConcurrent) is var own && own == default
        ? Place
        : string.Create(CultureInfo.InvariantCulture, $"{Place} ({own.ExecutionProvider ?? "-"}, {own.FallBackToCpu?.ToString() ?? "-"}, {own.CacheMegabytes ?? 0} MiB, {own.MaxConcurrent ?? 0} at once)");

    // OCR is several graphs in one.
    private string Place => Kind == OnnxKind.Ocr ? Folder : Graph;

    internal GraphFile File { get; init; } = null!;

    public ModelCapabilities Capabilities => Kind switch
    {
        // Any model can be held to a schema; calling tools is taught by the chat template.
        OnnxKind.Chat => ModelCapabilities.Chat | ModelCapabilities.JsonSchema | (CallsTools ? ModelCapabilities.Tools : ModelCapabilities.None),
        OnnxKind.Embedding => ModelCapabilities.Embedding,
        OnnxKind.Reranker => ModelCapabilities.Rerank,
        OnnxKind.TokenClassifier => ModelCapabilities.FindSpans,
        OnnxKind.TextClassifier or OnnxKind.WordClassifier => ModelCapabilities.ClassifyText,
        OnnxKind.ImageClassifier or OnnxKind.FileType => ModelCapabilities.ClassifyFile,
        _ => ModelCapabilities.ReadImage,
    };

    /// <param name="path">A folder, or one graph of several in it.</param>
    /// <exception cref="ModelException">No model of a known kind is there.</exception>
    public static OnnxFolder Read(string path)
    {
        var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(path)!;
        if (Directory.Exists(path) && LineFinder(folder) is { } finder) return new OnnxFolder(folder, finder, OnnxKind.Ocr, Directory.EnumerateFiles(folder, "*.onnx").Sum(f => new FileInfo(f).Length));
        var graph = Directory.Exists(path) ? Choose(folder) : path;
        // Exports of the hub keep the graphs in a folder of their own.
        if (Path.GetFileName(folder) == "onnx" && System.IO.File.Exists(Path.Combine(folder, "..", "config.json"))) folder = Path.GetDirectoryName(folder)!;
        var file = GraphFile.Read(graph);
        var said = ModelFolder.Open(folder);
        return new OnnxFolder(folder, graph, KindOf(folder, graph, file, JsonFile.Read(folder, "config.json")), file.Bytes)
        {
            File = file,
            CallsTools = ToolCallFormats.Of(string.Concat(said.ChatTemplates.Values)) != ToolCallFormat.None,
            Sizes = new ModelSizes(said.Config),
            // The tokenizer may say less than the graph: some models count positions from two on.
            ContextTokens = said.ContextLength is > 0 and var longest ? longest : null,
        };
    }

    private static string? LineFinder(string folder) =>
        Directory.EnumerateFiles(folder, "*rec*.onnx").Any() ? Directory.EnumerateFiles(folder, "*det*.onnx").FirstOrDefault() : null;

    private static string Choose(string folder)
    {
        var usual = s_usual.Select(name => Path.Combine(folder, name)).FirstOrDefault(System.IO.File.Exists);
        if (usual is not null) return usual;
        string[] graphs = [.. Directory.EnumerateFiles(folder, "*.onnx").Order(StringComparer.Ordinal)];
        return graphs switch
        {
            [] => throw BadFolder.Because($"There is no .onnx file in '{Path.GetFileName(folder)}'."),
            [var one] => one,
            _ => throw BadFolder.Because($"There are several models in '{Path.GetFileName(folder)}': name one, e.g. {Path.GetFileName(folder)}/{Path.GetFileName(graphs[0])}. It has {string.Join(", ", graphs.Select(Path.GetFileName))}."),
        };
    }

    private static OnnxKind KindOf(string folder, string graph, GraphFile file, JsonFile config)
    {
        if (file.Inputs.Any(i => i.StartsWith("past_", StringComparison.Ordinal)) && file.Outputs.Contains("logits")) return OnnxKind.Chat;
        if (file.Inputs.Contains("bytes") && System.IO.File.Exists(Path.Combine(folder, "config.min.json"))) return OnnxKind.FileType;
        if (file.Inputs.Contains("tokens")) return OnnxKind.WordClassifier;
        if (file.Inputs.Contains("pixel_values") || file.Inputs.Contains("image")) return OnnxKind.ImageClassifier;
        if (!file.Inputs.Contains("input_ids")) throw BadFolder.Because($"What {Path.GetFileName(graph)} does is not known: it takes {string.Join(", ", file.Inputs.Take(5))}.");
        if (!file.Outputs.Contains("logits")) return OnnxKind.Embedding;
        var architecture = config.Texts("architectures") is [var first, ..] ? first : "";
        if (architecture.EndsWith("ForTokenClassification", StringComparison.Ordinal)) return OnnxKind.TokenClassifier;
        if (!architecture.EndsWith("ForSequenceClassification", StringComparison.Ordinal))
            throw BadFolder.Because($"What {Path.GetFileName(graph)} does is not known: config.json names no architecture that ends with ForSequenceClassification or ForTokenClassification, and it keeps no key-value cache.");
        return (config["id2label"] is { ValueKind: System.Text.Json.JsonValueKind.Object } labels ? labels.EnumerateObject().Count() : config.Whole("num_labels") ?? 2) == 1 ? OnnxKind.Reranker : OnnxKind.TextClassifier;
    }
}
