using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Designer.Models.Onnx.Folders;

namespace Designer.Models.Hub;

/// <summary>One of the forms in which a model is offered, with all files that its folder needs.</summary>
/// <param name="Label">What a person chooses by: <c>full</c>, <c>fp16</c>, <c>q4f16</c> …</param>
/// <param name="Graph">The graph's path in the repository.</param>
/// <param name="Base">The folder in the repository that becomes the model's folder; empty, or ending with a slash.</param>
public sealed partial record HubVariant(string Label, string Graph, string Base, IReadOnlyList<HubFile> Files)
{
    private const string Onnx = "onnx/";

    public long Bytes => Files.Sum(f => f.Size);

    /// <summary>Several graphs that are one model: its folder is what runs, and not one of its files.</summary>
    [JsonIgnore]
    public bool IsSet => Files.Any(f => f.As is not null);

    /// <summary>What runs, in the model's folder; empty where that is the folder itself.</summary>
    [JsonIgnore]
    public string Entry => IsSet ? "" : Local(Graph);

    /// <summary>Where a file stands in the model's folder.</summary>
    public string Local(string path) => Files.FirstOrDefault(f => f.Path == path)?.As ?? path[Base.Length..];

    /// <summary>Chooses the files of a model's folder: its settings, its tokenizer, and one graph with its external data, or all graphs of what is several in one
    /// (<see cref="HubOcr"/>). The smallest stands first.</summary>
    public static IReadOnlyList<HubVariant> Of(HubModel model)
    {
        if (HubOcr.Of(model) is { Count: > 0 } sets) return sets;
        HubFile[] graphs = GraphsOf(model);
        if (ArePartsOfOne(graphs)) return [];
        if (graphs.Any(g => NameOf(g.Path).StartsWith("model", StringComparison.OrdinalIgnoreCase)))
            graphs = [.. graphs.Where(g => NameOf(g.Path).StartsWith("model", StringComparison.OrdinalIgnoreCase))];
        HubVariant[] all = [.. graphs.Select(graph => Make(model, graph)).OrderBy(v => v.Bytes).ThenBy(v => v.Graph, StringComparer.Ordinal)];
        var taken = all.CountBy(v => v.Label).Where(l => l.Value > 1).Select(l => l.Key).ToHashSet();
        return [.. all.Select(v => taken.Contains(v.Label) ? v with { Label = v.Graph } : v)];
    }

    /// <summary>Why <see cref="Of"/> finds nothing: the model has graphs, but each does a part of the work, and no kind of model that runs here is made of them.</summary>
    public static bool IsMadeOfParts(HubModel model) => HubOcr.Of(model).Count == 0 && ArePartsOfOne(GraphsOf(model));

    internal static HubFile[] GraphsOf(HubModel model) => [.. model.Files.Where(f => f.Path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) && f.Path.Count(c => c == '/') <= 4)];

    // Speech, translation and seeing chat: what the encoder gives goes into the decoder. A decoder alone is a chat model.
    private static bool ArePartsOfOne(HubFile[] graphs) =>
        graphs.Length > 0 && !graphs.Any(g => NameOf(g.Path).StartsWith("model", StringComparison.OrdinalIgnoreCase)) && graphs.Any(g => Part().IsMatch(NameOf(g.Path)));

    private static HubVariant Make(HubModel model, HubFile graph)
    {
        var folder = FolderOf(graph.Path);
        // Exports of the hub keep the graphs in a folder of their own, beside the settings.
        var root = folder.EndsWith(Onnx, StringComparison.Ordinal) && folder[..^Onnx.Length] is "" or [.., '/'] && model.Files.All(f => f.Path != folder + "config.json") ? folder[..^Onnx.Length] : folder;
        IEnumerable<HubFile> files = model.Files.Where(f => f.Path == graph.Path || ExternalData.IsOf(graph.Path, f.Path)
            || (f.Path.StartsWith(root, StringComparison.Ordinal) && Settings().IsMatch(f.Path[root.Length..])) || IsAdapter(root, f.Path));
        return new HubVariant(LabelOf(graph.Path, root), graph.Path, root, [.. files.OrderBy(f => f.Size)]);
    }

    private static string LabelOf(string graph, string root)
    {
        var name = NameOf(graph)[..^".onnx".Length];
        var label = name.StartsWith("model_", StringComparison.OrdinalIgnoreCase) || name.StartsWith("model-", StringComparison.OrdinalIgnoreCase) ? name["model_".Length..] : name is "model" ? "full" : name;
        return root.Length == 0 ? label : label == "full" ? root.TrimEnd('/') : $"{root}{label}";
    }

    private static bool IsAdapter(string root, string path) => path.EndsWith(".onnx_adapter", StringComparison.Ordinal) && FolderOf(path) == root;

    internal static string FolderOf(string path) => path[..(path.LastIndexOf('/') + 1)];

    internal static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    [GeneratedRegex(@"\A(encoder_model|vision_encoder|audio_encoder|speech_encoder|embed_tokens|prepare_inputs_embeds)", RegexOptions.IgnoreCase)]
    private static partial Regex Part();

    [GeneratedRegex(@"\A(config|config\.min|generation_config|special_tokens_map|added_tokens|preprocessor_config|config_sentence_transformers|sentence_bert_config|modules|tokenizer[A-Za-z0-9._-]*|chat_template)\.json\z|\A(tokenizer[A-Za-z0-9._-]*|spiece)\.model\z|\Achat_template\.jinja\z|\A1_Pooling/config\.json\z|\A(LICEN[CS]E|NOTICE)[A-Za-z0-9._-]*\z")]
    private static partial Regex Settings();
}
