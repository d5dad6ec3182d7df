namespace Designer.Flows;

/// <summary>Merges edges. An edge is what it connects, so there is nothing to ask: drawn by one is drawn, deleted by one is deleted.</summary>
internal static class EdgeMerge
{
    /// <returns>The edges, and the ids of mine that are others now.</returns>
    public static (IReadOnlyList<PlacedEdge> Edges, Dictionary<string, string> Renamed) Merge(Parts @base, Parts mine, Parts theirs, IReadOnlyList<PlacedNode> nodes)
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
        Dictionary<(string, string), string> ids = merged.ToDictionary(e => Key(e.Edge), e => e.Edge.Id);
        Dictionary<string, string> renamed = mine.Edges.Values.Select(e => (e.Edge.Id, Now: ids.GetValueOrDefault(Key(e.Edge), e.Edge.Id))).Where(e => e.Id != e.Now).ToDictionary(e => e.Id, e => e.Now);
        return (merged, renamed);
    }

    private static (string, string) Key(FlowEdge edge) => (edge.From, edge.To);

    private static HashSet<(string, string)> Ends(Parts parts) => [.. parts.Edges.Values.Select(e => Key(e.Edge))];
}
