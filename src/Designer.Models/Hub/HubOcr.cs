using System.Text.RegularExpressions;

namespace Designer.Models.Hub;

/// <summary>OCR in a repository: a graph that finds lines, one that reads them, often one that turns them, and a list of characters, in one folder or in many. Each
/// graph that reads (a language, a size) is a form, with the others that stand nearest to it, under plain names in one folder.</summary>
internal static partial class HubOcr
{
    private const string Finds = "det", Reads = "rec", Turns = "cls";

    /// <summary>The smallest first; none where the repository holds something else.</summary>
    public static IReadOnlyList<HubVariant> Of(HubModel model)
    {
        var graphs = HubVariant.GraphsOf(model).Select(f => (File: f, Role: RoleOf(f.Path))).ToLookup(g => g.Role, g => g.File);
        if (!graphs[Finds].Any() || !graphs[Reads].Any()) return [];
        HubFile[] readers = [.. graphs[Reads]];
        return [.. readers.Select(reader => Make(model, graphs, reader, LabelOf(reader, readers))).OrderBy(v => v.Bytes).ThenBy(v => v.Graph, StringComparer.Ordinal)];
    }

    private static HubVariant Make(HubModel model, ILookup<string?, HubFile> graphs, HubFile reader, string label)
    {
        List<HubFile> files = [];
        foreach (var (role, graph) in ((string, HubFile?)[])[(Finds, Nearest(graphs[Finds], reader)), (Reads, reader), (Turns, Nearest(graphs[Turns], reader))])
        {
            if (graph is null) continue;
            files.Add(graph with { As = $"{role}.onnx" });
            // A graph names the file of its weights, so that this one keeps its name.
            files.AddRange(model.Files.Where(f => Onnx.Folders.ExternalData.IsOf(graph.Path, f.Path)).Select(f => f with { As = HubVariant.NameOf(f.Path) }));
        }
        // Many a graph that reads holds its characters itself.
        if (Nearest(model.Files.Where(f => Characters().IsMatch(HubVariant.NameOf(f.Path))), reader) is { } characters) files.Add(characters with { As = "keys.txt" });
        files.AddRange(model.Files.Where(f => Licence().IsMatch(f.Path)).Select(f => f with { As = f.Path }));
        return new HubVariant(label, reader.Path, "", [.. files.DistinctBy(f => f.As, StringComparer.OrdinalIgnoreCase).OrderBy(f => f.Size)]);
    }

    // The one with most of its way in common, then with most words of its name (server, mobile, v4), then the smallest.
    private static HubFile? Nearest(IEnumerable<HubFile> files, HubFile to) => files
        .OrderByDescending(f => FoldersOf(f.Path).Zip(FoldersOf(to.Path)).TakeWhile(pair => pair.First == pair.Second).Count())
        .ThenByDescending(f => WordsOf(f.Path).Intersect(WordsOf(to.Path)).Count())
        .ThenBy(f => WordsOf(f.Path).Length).ThenBy(f => f.Size).ThenBy(f => f.Path, StringComparer.Ordinal).FirstOrDefault();

    // Its name says it, or else the innermost folder that does.
    private static string? RoleOf(string path) => path.Split('/').Reverse().Select(part => WordsOf(part).Select(RoleOfWord).FirstOrDefault(role => role is not null)).FirstOrDefault(role => role is not null);

    private static string? RoleOfWord(string word) => word switch
    {
        "det" or "detection" or "detector" => Finds,
        "rec" or "recognition" or "recognizer" => Reads,
        "cls" or "orientation" or "textline" => Turns,
        _ => null,
    };

    private static string LabelOf(HubFile reader, HubFile[] all)
    {
        if (all.Length == 1) return "ocr";
        var folder = HubVariant.FolderOf(reader.Path).TrimEnd('/');
        return folder.Length > 0 && all.Count(r => HubVariant.FolderOf(r.Path).TrimEnd('/') == folder) == 1 ? folder : reader.Path[..^".onnx".Length];
    }

    private static string[] FoldersOf(string path) => path.Split('/')[..^1];

    private static string[] WordsOf(string path) => path.ToLowerInvariant().Split(['/', '.', '_', '-'], StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(@"(keys|dict).*\.txt\z", RegexOptions.IgnoreCase)]
    private static partial Regex Characters();

    [GeneratedRegex(@"\A(LICEN[CS]E|NOTICE)[A-Za-z0-9._-]*\z")]
    private static partial Regex Licence();
}
