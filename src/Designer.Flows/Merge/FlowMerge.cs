using System.Text.Json;

namespace Designer.Flows;

public enum MergeSide { Mine, Theirs }

/// <summary>The same setting was changed on both sides, or a part was changed on one and deleted on the other.</summary>
/// <param name="Place">Names it for a choice, e.g. <c>node:reply/settings.prompt</c>; for a deletion the part alone, <c>node:reply</c>.</param>
/// <param name="Part"><c>flow</c>, <c>node</c>, <c>variable</c>, <c>slot</c>, <c>note</c> or <c>group</c>.</param>
/// <param name="Path">The member, empty where the whole part is meant.</param>
/// <param name="Mine">Null where it is gone.</param>
/// <param name="Theirs">Null where it is gone.</param>
public sealed record MergeConflict(string Place, string Part, string Label, string Path, JsonElement? Base, JsonElement? Mine, JsonElement? Theirs);

/// <summary>Parts of mine that go by another id now, because theirs has another part under it.</summary>
public sealed record Renames(IReadOnlyDictionary<string, string> Nodes, IReadOnlyDictionary<string, string> Edges, IReadOnlyDictionary<string, string> Notes, IReadOnlyDictionary<string, string> Groups)
{
    public static readonly Renames None = new(new Dictionary<string, string>(), new Dictionary<string, string>(), new Dictionary<string, string>(), new Dictionary<string, string>());
    public bool IsEmpty => Nodes.Count + Edges.Count + Notes.Count + Groups.Count == 0;
}

/// <param name="Document">With every conflict that nobody decided settled for <c>Theirs</c>.</param>
/// <param name="Conflicts">Those that no choice was made for.</param>
/// <param name="Renamed">What mine called otherwise: whoever goes on from mine has to follow.</param>
public sealed record MergeResult(FlowDocument Document, IReadOnlyList<MergeConflict> Conflicts, Renames Renamed);

/// <summary>
/// Three-way merge of flow documents, on the level of parts and their settings. What one side alone changed is taken; the same change on both
/// sides is one; positions never ask (mine is taken). A node that both added under one id is kept twice, mine under another id.
/// </summary>
public static class FlowMerge
{
    public static MergeResult Merge(FlowDocument @base, FlowDocument mine, FlowDocument theirs, IReadOnlyDictionary<string, MergeSide>? choices = null)
    {
        if (Parts.Same(mine, @base) || Parts.Same(mine, theirs)) return new MergeResult(theirs, [], Renames.None);
        if (Parts.Same(theirs, @base)) return new MergeResult(mine, [], Renames.None);
        Choices settled = new(choices ?? new Dictionary<string, MergeSide>());
        (mine, Renames renamed) = SameIds.Apart(@base, mine, theirs);
        Parts b = new(@base), m = new(mine), t = new(theirs);
        IReadOnlyList<PlacedNode> nodes = new NodeMerge(b, m, t, settled).Merge();
        (IReadOnlyList<PlacedEdge> edges, Dictionary<string, string> edgeIds) = EdgeMerge.Merge(b, m, t, nodes);
        FlowDocument flow = HeadMerge.Merge(@base, mine, theirs, settled);
        return new MergeResult(flow with { Nodes = Level(nodes, edges, null), Edges = EdgesOn(edges, null) }, settled.Open, renamed with { Edges = edgeIds });
    }

    private static List<FlowNode> Level(IReadOnlyList<PlacedNode> nodes, IReadOnlyList<PlacedEdge> edges, string? parent) =>
        [.. nodes.Where(n => n.Parent == parent).Select(n => n.Body is { } body ? n.Node with { Children = body with { Nodes = Level(nodes, edges, n.Node.Id), Edges = EdgesOn(edges, n.Node.Id) } } : n.Node)];

    private static List<FlowEdge> EdgesOn(IReadOnlyList<PlacedEdge> edges, string? parent) => [.. edges.Where(e => e.Parent == parent).Select(e => e.Edge)];
}

/// <summary>What was decided, and what is still to decide.</summary>
internal sealed class Choices(IReadOnlyDictionary<string, MergeSide> made)
{
    public List<MergeConflict> Open { get; } = [];

    public MergeSide Of(MergeConflict conflict)
    {
        if (made.TryGetValue(conflict.Place, out MergeSide side)) return side;
        Open.Add(conflict);
        return MergeSide.Theirs;
    }

    /// <summary>One value out of three; JSON that is not there is null.</summary>
    public JsonElement? Value(string part, string id, string label, string path, JsonElement? @base, JsonElement? mine, JsonElement? theirs)
    {
        if (Same(mine, @base) || Same(mine, theirs)) return theirs;
        if (Same(theirs, @base)) return mine;
        MergeConflict conflict = new($"{part}:{id}{(path.Length == 0 ? "" : $"/{path}")}", part, label, path, @base, mine, theirs);
        return Of(conflict) == MergeSide.Mine ? mine : theirs;
    }

    public static bool Same(JsonElement? a, JsonElement? b) => a is { } x && b is { } y ? JsonElement.DeepEquals(x, y) : a is null && b is null;
}
