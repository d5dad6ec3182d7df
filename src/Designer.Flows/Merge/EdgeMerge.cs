namespace Designer.Flows;

/// <summary>Merges edges. An edge is what it connects, so there is nothing to ask: drawn by one is drawn, deleted by one is deleted.</summary>
internal static class EdgeMerge
{
    public static IReadOnlyList<PlacedEdge> Merge(Parts @base, Parts mine, Parts theirs, IReadOnlyList<PlacedNode> nodes)
    {
        HashSet<(string, string)> b = Ends(@base), m = Ends(mine), t = Ends(theirs);
        Dictionary<string, string?> levels = nodes.ToDictionary(n => n.Node.Id, n => n.Parent);
        HashSet<string> used = [];
        List<PlacedEdge> merged = [];
        foreach (FlowEdge edge in theirs.Edges.Values.Concat(mine.Edges.Values).Select(e => e.Edge).DistinctBy(Key))
        {
            (string, string) key = Key(edge);
            bool stays = b.Contains(key) ? m.Contains(key) && t.Contains(key) : m.Contains(key) || t.Contains(key);
            if (!stays || !levels.TryGetValue(edge.Source.Node, out string? level) || !levels.TryGetValue(edge.Target.Node, out string? other) || level != other) continue;
            string id = edge.Id;
            for (int n = merged.Count + 1; id.Length == 0 || used.Contains(id) || (id != edge.Id && (theirs.Edges.ContainsKey(id) || mine.Edges.ContainsKey(id))); n++) id = $"e{n}";
            used.Add(id);
            merged.Add(new PlacedEdge(edge with { Id = id }, level, merged.Count));
        }
        return merged;
    }

    private static (string, string) Key(FlowEdge edge) => (edge.From, edge.To);

    private static HashSet<(string, string)> Ends(Parts parts) => [.. parts.Edges.Values.Select(e => Key(e.Edge))];
}
