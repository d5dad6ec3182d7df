namespace Designer.Flows;

/// <summary>The cycles of a level: its strongly connected components, found in two passes (Kosaraju), without recursion.</summary>
internal static class Cycles
{
    /// <param name="suspects">The nodes that no order could be found for: those on cycles, and those behind them.</param>
    public static IEnumerable<IReadOnlyList<int>> Of(FlowLevel level, IReadOnlyList<int> suspects)
    {
        if (suspects.Count == 0) return [];
        HashSet<int> within = [.. suspects];
        Dictionary<int, List<int>> next = suspects.ToDictionary(n => n, n => level.Outgoing[n].Select(l => l.To).Where(within.Contains).ToList());
        foreach (int tool in suspects) foreach (int host in level.Hosts[tool].Where(within.Contains)) next[host].Add(tool);
        Dictionary<int, List<int>> previous = suspects.ToDictionary(n => n, _ => new List<int>());
        foreach ((int from, List<int> to) in next) foreach (int node in to) previous[node].Add(from);

        List<int> finished = [];
        HashSet<int> seen = [];
        foreach (int node in suspects) Visit(node, next, seen, finished);
        seen.Clear();
        List<IReadOnlyList<int>> cycles = [];
        foreach (int node in Enumerable.Reverse(finished))
        {
            List<int> component = [];
            Visit(node, previous, seen, component);
            if (component.Count > 1 || component.Count == 1 && next[node].Contains(node)) cycles.Add([.. component.Order()]);
        }
        return cycles.OrderBy(c => c[0]);
    }

    /// <summary>Depth first; a node is added to <paramref name="finished"/> after all that it leads to.</summary>
    private static void Visit(int start, Dictionary<int, List<int>> next, HashSet<int> seen, List<int> finished)
    {
        if (!seen.Add(start)) return;
        Stack<(int Node, int Child)> open = new([(start, 0)]);
        while (open.TryPop(out (int Node, int Child) top))
        {
            if (top.Child == next[top.Node].Count)
            {
                finished.Add(top.Node);
                continue;
            }
            open.Push((top.Node, top.Child + 1));
            int to = next[top.Node][top.Child];
            if (seen.Add(to)) open.Push((to, 0));
        }
    }
}
