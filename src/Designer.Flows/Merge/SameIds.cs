using System.Text.Json;
using System.Text.RegularExpressions;

namespace Designer.Flows;

/// <summary>Two people may add different nodes or notes under the same id. Mine get another one, and what refers to them follows.</summary>
internal static partial class SameIds
{
    public static FlowDocument Apart(FlowDocument @base, FlowDocument mine, FlowDocument theirs)
    {
        Parts b = new(@base), m = new(mine), t = new(theirs);
        HashSet<string> taken = [.. b.Nodes.Keys, .. m.Nodes.Keys, .. t.Nodes.Keys];
        Dictionary<string, string> renamed = new(StringComparer.Ordinal);
        foreach ((string id, PlacedNode node) in m.Nodes)
        {
            if (b.Nodes.ContainsKey(id) || !t.Nodes.TryGetValue(id, out PlacedNode? other)) continue;
            if (node.Parent == other.Parent && Parts.Same(node.Node with { Position = other.Node.Position }, other.Node)) continue;
            string free = Free(id, taken, FlowNodeIdLength);
            taken.Add(free);
            renamed[id] = free;
        }
        FlowDocument apart = renamed.Count == 0 ? mine : mine with { Nodes = Nodes(mine.Nodes, renamed), Edges = Edges(mine.Edges, renamed) };
        return apart with { Notes = Notes(@base, apart, theirs) };
    }

    private const int FlowNodeIdLength = 48;

    private static string Free(string wanted, HashSet<string> taken, int longest)
    {
        string stem = Numbered().Replace(wanted, "");
        for (int n = 2; ; n++)
        {
            string suffix = $"_{n}", id = stem[..Math.Min(stem.Length, longest - suffix.Length)] + suffix;
            if (!taken.Contains(id)) return id;
        }
    }

    private static List<FlowNode> Nodes(IReadOnlyList<FlowNode> nodes, Dictionary<string, string> renamed) => [.. nodes.Select(node => node with
    {
        Id = renamed.GetValueOrDefault(node.Id, node.Id),
        Settings = node.Settings.ValueKind == JsonValueKind.Object ? References(node.Settings, renamed) : node.Settings,
        Children = node.Children is { } body ? body with { Nodes = Nodes(body.Nodes, renamed), Edges = Edges(body.Edges, renamed) } : null,
    })];

    private static List<FlowEdge> Edges(IReadOnlyList<FlowEdge> edges, Dictionary<string, string> renamed) => [.. edges.Select(edge =>
        renamed.ContainsKey(edge.Source.Node) || renamed.ContainsKey(edge.Target.Node) ? edge with { From = End(edge.Source, renamed), To = End(edge.Target, renamed) } : edge)];

    private static string End((string Node, string Port) end, Dictionary<string, string> renamed) => $"{renamed.GetValueOrDefault(end.Node, end.Node)}:{end.Port}";

    private static List<FlowNote> Notes(FlowDocument @base, FlowDocument mine, FlowDocument theirs)
    {
        HashSet<string> taken = [.. @base.Notes.Concat(mine.Notes).Concat(theirs.Notes).Select(n => n.Id)];
        return [.. mine.Notes.Select(note =>
        {
            if (@base.Notes.Any(n => n.Id == note.Id) || theirs.Notes.FirstOrDefault(n => n.Id == note.Id) is not { } other || Parts.Same(note, other)) return note;
            string free = Free(note.Id, taken, int.MaxValue);
            taken.Add(free);
            return note with { Id = free };
        })];
    }

    private static JsonElement References(JsonElement value, Dictionary<string, string> renamed)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String: return JsonSerializer.SerializeToElement(Text(value.GetString()!, renamed));
            case JsonValueKind.Array: return Parts.Json(value.EnumerateArray().Select(item => References(item, renamed)).ToList());
            case JsonValueKind.Object: return Parts.Json(new OrderedMap<JsonElement>([.. value.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, References(p.Value, renamed)))]));
            default: return value;
        }
    }

    // As the canvas renames: only names that begin a path inside a template, and not inside quotes.
    private static string Text(string text, Dictionary<string, string> renamed) => InTemplates().Replace(text, template =>
        PathStart().Replace(template.Value, name => name.Groups["id"].Success ? renamed.GetValueOrDefault(name.Value, name.Value) : name.Value));

    [GeneratedRegex(@"\{\{.*?\}\}|\{%.*?%\}", RegexOptions.Singleline)]
    private static partial Regex InTemplates();

    [GeneratedRegex("""
        "[^"]*"|'[^']*'|(?<![\w.$])(?<id>[a-z][a-z0-9_]*)(?=\s*[.\[])
        """)]
    private static partial Regex PathStart();

    [GeneratedRegex(@"_\d+$")]
    private static partial Regex Numbered();
}
