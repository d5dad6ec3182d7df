using System.Text.Json;
using System.Text.RegularExpressions;

namespace Designer.Flows;

/// <summary>Two people may add different nodes, notes or groups under the same id. Mine get another one, and what refers to them follows.</summary>
internal static partial class SameIds
{
    public static (FlowDocument Mine, Renames Renamed) Apart(FlowDocument @base, FlowDocument mine, FlowDocument theirs)
    {
        Parts b = new(@base), m = new(mine), t = new(theirs);
        HashSet<string> taken = [.. b.Nodes.Keys, .. m.Nodes.Keys, .. t.Nodes.Keys];
        Dictionary<string, string> renamed = new(StringComparer.Ordinal);
        foreach ((string id, PlacedNode node) in m.Nodes)
        {
            if (b.Nodes.ContainsKey(id) || !t.Nodes.TryGetValue(id, out PlacedNode? other)) continue;
            // The same one at the same place is one, e.g. pasted by both.
            if (node.Parent == other.Parent && Parts.Same(node.Node, other.Node)) continue;
            string free = Free(id, taken, FlowNodeIdLength);
            taken.Add(free);
            renamed[id] = free;
        }
        Dictionary<string, string> notes = Clashing(@base.Notes, mine.Notes, theirs.Notes, n => n.Id), groups = Clashing(@base.Groups, mine.Groups, theirs.Groups, g => g.Id);
        FlowDocument apart = renamed.Count + groups.Count == 0 ? mine : mine with { Nodes = Nodes(mine.Nodes, renamed, groups), Edges = Edges(mine.Edges, renamed) };
        return (apart with
        {
            Notes = [.. mine.Notes.Select(n => n with { Id = notes.GetValueOrDefault(n.Id, n.Id) })],
            Groups = [.. mine.Groups.Select(g => g with { Id = groups.GetValueOrDefault(g.Id, g.Id) })],
        }, new Renames(renamed, new Dictionary<string, string>(), notes, groups));
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

    private static List<FlowNode> Nodes(IReadOnlyList<FlowNode> nodes, Dictionary<string, string> renamed, Dictionary<string, string> groups) => [.. nodes.Select(node => node with
    {
        Id = renamed.GetValueOrDefault(node.Id, node.Id),
        Group = node.Group is { } group ? groups.GetValueOrDefault(group, group) : null,
        Settings = node.Settings.ValueKind == JsonValueKind.Object ? References(node.Settings, renamed) : node.Settings,
        Children = node.Children is { } body ? body with { Nodes = Nodes(body.Nodes, renamed, groups), Edges = Edges(body.Edges, renamed) } : null,
    })];

    private static List<FlowEdge> Edges(IReadOnlyList<FlowEdge> edges, Dictionary<string, string> renamed) => [.. edges.Select(edge =>
        renamed.ContainsKey(edge.Source.Node) || renamed.ContainsKey(edge.Target.Node) ? edge with { From = End(edge.Source, renamed), To = End(edge.Target, renamed) } : edge)];

    private static string End((string Node, string Port) end, Dictionary<string, string> renamed) => $"{renamed.GetValueOrDefault(end.Node, end.Node)}:{end.Port}";

    /// <summary>Of parts in a list, those that both added under one id; with the id that mine get.</summary>
    private static Dictionary<string, string> Clashing<T>(IReadOnlyList<T> @base, IReadOnlyList<T> mine, IReadOnlyList<T> theirs, Func<T, string> id) where T : class
    {
        HashSet<string> taken = [.. @base.Concat(mine).Concat(theirs).Select(id)];
        Dictionary<string, string> renamed = new(StringComparer.Ordinal);
        foreach (T part in mine)
        {
            if (@base.Any(p => id(p) == id(part)) || theirs.FirstOrDefault(p => id(p) == id(part)) is not { } other || Parts.Same(part, other)) continue;
            string free = Free(id(part), taken, int.MaxValue);
            taken.Add(free);
            renamed[id(part)] = free;
        }
        return renamed;
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
