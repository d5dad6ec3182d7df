using System.Text.RegularExpressions;

namespace Designer.Models.Hub;

/// <summary>One of the forms in which a model is offered, with all files that its folder needs.</summary>
/// <param name="Label">What a person chooses by: <c>full</c>, <c>fp16</c>, <c>q4f16</c> …</param>
/// <param name="Graph">The graph's path in the repository.</param>
/// <param name="Base">The folder in the repository that becomes the model's folder; empty, or ending with a slash.</param>
public sealed partial record HubVariant(string Label, string Graph, string Base, IReadOnlyList<HubFile> Files)
{
    private const string Onnx = "onnx/";

    public long Bytes => Files.Sum(f => f.Size);

    /// <summary>Where a file stands in the model's folder.</summary>
    public string Local(string path) => path[Base.Length..];

    /// <summary>Chooses the files of a model's folder: its settings, its tokenizer, and one graph with its external data. The smallest stands first.</summary>
    public static IReadOnlyList<HubVariant> Of(HubModel model)
    {
        HubFile[] graphs = [.. model.Files.Where(f => f.Path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) && f.Path.Count(c => c == '/') <= 4)];
        if (graphs.Any(g => NameOf(g.Path).StartsWith("model", StringComparison.OrdinalIgnoreCase)))
            graphs = [.. graphs.Where(g => NameOf(g.Path).StartsWith("model", StringComparison.OrdinalIgnoreCase))];
        HubVariant[] all = [.. graphs.Select(graph => Make(model, graph)).OrderBy(v => v.Bytes).ThenBy(v => v.Graph, StringComparer.Ordinal)];
        var taken = all.CountBy(v => v.Label).Where(l => l.Value > 1).Select(l => l.Key).ToHashSet();
        return [.. all.Select(v => taken.Contains(v.Label) ? v with { Label = v.Graph } : v)];
    }

    private static HubVariant Make(HubModel model, HubFile graph)
    {
        var folder = FolderOf(graph.Path);
        // Exports of the hub keep the graphs in a folder of their own, beside the settings.
        var root = folder.EndsWith(Onnx, StringComparison.Ordinal) && folder[..^Onnx.Length] is "" or [.., '/'] && model.Files.All(f => f.Path != folder + "config.json") ? folder[..^Onnx.Length] : folder;
        IEnumerable<HubFile> files = model.Files.Where(f => f.Path == graph.Path || IsDataOf(graph.Path, f.Path)
            || (f.Path.StartsWith(root, StringComparison.Ordinal) && Settings().IsMatch(f.Path[root.Length..])) || (folder == root && IsAdapter(root, f.Path)));
        return new HubVariant(LabelOf(graph.Path, root), graph.Path, root, [.. files.OrderBy(f => f.Size)]);
    }

    private static string LabelOf(string graph, string root)
    {
        var name = NameOf(graph)[..^".onnx".Length];
        var label = name.StartsWith("model_", StringComparison.OrdinalIgnoreCase) || name.StartsWith("model-", StringComparison.OrdinalIgnoreCase) ? name["model_".Length..] : name is "model" ? "full" : name;
        return root.Length == 0 ? label : label == "full" ? root.TrimEnd('/') : $"{root}{label}";
    }

    // model.onnx_data, model.onnx.data, model.onnx_data_1 …
    private static bool IsDataOf(string graph, string path) => path.StartsWith(graph, StringComparison.Ordinal) && path[graph.Length..] is ['_' or '.', 'd', 'a', 't', 'a', .. var rest] && rest.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    private static bool IsAdapter(string root, string path) => path.EndsWith(".onnx_adapter", StringComparison.Ordinal) && FolderOf(path) == root;

    private static string FolderOf(string path) => path[..(path.LastIndexOf('/') + 1)];

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    [GeneratedRegex(@"\A(config|generation_config|special_tokens_map|added_tokens|preprocessor_config|config_sentence_transformers|sentence_bert_config|modules|tokenizer[A-Za-z0-9._-]*|chat_template)\.json\z|\A(tokenizer[A-Za-z0-9._-]*|spiece)\.model\z|\Achat_template\.jinja\z|\A1_Pooling/config\.json\z|\A(LICEN[CS]E|NOTICE)[A-Za-z0-9._-]*\z")]
    private static partial Regex Settings();
}
