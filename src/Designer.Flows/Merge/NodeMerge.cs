using System.Text.Json;

namespace Designer.Flows;

/// <summary>Merges nodes, containers before their bodies.</summary>
internal sealed class NodeMerge(Parts @base, Parts mine, Parts theirs, Choices choices)
{
    private readonly Dictionary<string, PlacedNode> _merged = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];
    /// <summary>Nodes inside a container that was deleted on one side: they stay or go with it.</summary>
    private readonly HashSet<string> _kept = [], _gone = [];

    public IReadOnlyList<PlacedNode> Merge()
    {
        foreach (string id in theirs.Nodes.Keys.Concat(mine.Nodes.Keys).Distinct().ToList())
        {
            if (Merge(id) is not { } node) continue;
            _merged[id] = node;
            _order.Add(id);
        }
        BreakRings();
        DropOrphans();
        OpenParents();
        return [.. _order.Where(_merged.ContainsKey).Select(id => _merged[id])];
    }

    private PlacedNode? Merge(string id)
    {
        (PlacedNode? b, PlacedNode? m, PlacedNode? t) = (Find(@base, id), Find(mine, id), Find(theirs, id));
        if (_gone.Contains(id)) return null;
        if (m is null || t is null) return b is null || _kept.Contains(id) ? t ?? m : Deleted(id, b, m, t);
        if (b is null) return t;
        string? parent = m.Parent == b.Parent ? t.Parent : m.Parent;
        FlowNode node = Members.Merge("node", id, Label(t.Node), b.Node, m.Node, t.Node, choices);
        return t with { Node = node, Parent = parent, Body = t.Body ?? m.Body };
    }

    /// <summary>One side deleted the node. That is right as long as the other did nothing to it.</summary>
    private PlacedNode? Deleted(string id, PlacedNode b, PlacedNode? m, PlacedNode? t)
    {
        (Parts side, PlacedNode left) = m is null ? (theirs, t!) : (mine, m);
        bool stays = !IsUntouched(id, side);
        if (stays)
        {
            JsonElement now = Whole(side, id);
            MergeConflict conflict = new($"node:{id}", "node", Label(left.Node), "", Whole(@base, id), m is null ? null : now, t is null ? null : now);
            stays = choices.Of(conflict) == (m is null ? MergeSide.Theirs : MergeSide.Mine);
        }
        Parts deleter = m is null ? mine : theirs;
        // What was taken out of the container before it was deleted does not go with it.
        if (stays) _kept.UnionWith(Below(side, id));
        else _gone.UnionWith(Below(side, id).Where(n => !deleter.Nodes.ContainsKey(n)));
        return stays ? left : null;
    }

    private bool IsUntouched(string id, Parts side)
    {
        HashSet<string> before = [.. Below(@base, id)];
        if (!before.SetEquals(Below(side, id))) return false;
        HashSet<(string, string)> known = [.. @base.Edges.Values.Select(e => (e.Edge.From, e.Edge.To))];
        bool IsNew(FlowEdge edge) => (before.Contains(edge.Source.Node) || before.Contains(edge.Target.Node)) && !known.Contains((edge.From, edge.To));
        return before.All(n => IsSame(@base.Nodes[n], side.Nodes[n])) && !side.Edges.Values.Any(e => IsNew(e.Edge));
    }

    private static bool IsSame(PlacedNode was, PlacedNode now) => was.Parent == now.Parent && Parts.Same(was.Node with { Position = now.Node.Position }, now.Node);

    private static IEnumerable<string> Below(Parts parts, string id) =>
        parts.Nodes.ContainsKey(id) ? parts.Nodes.Values.Where(n => n.Parent == id).SelectMany(n => Below(parts, n.Node.Id)).Prepend(id) : [];

    private static JsonElement Whole(Parts parts, string id) => Parts.Json(Below(parts, id).Select(n => parts.Nodes[n].Node).ToList());

    /// <summary>A went into B on one side, B into A on the other: theirs counts.</summary>
    private void BreakRings()
    {
        foreach (string id in _order)
        {
            HashSet<string> seen = [];
            for (string? at = id; at is not null && _merged.TryGetValue(at, out PlacedNode? node); at = node.Parent)
            {
                if (seen.Add(at)) continue;
                foreach (string ringed in seen) if (theirs.Nodes.TryGetValue(ringed, out PlacedNode? there)) _merged[ringed] = _merged[ringed] with { Parent = there.Parent };
                break;
            }
        }
    }

    private void DropOrphans()
    {
        for (bool found = true; found;)
        {
            found = false;
            foreach (PlacedNode orphan in _merged.Values.Where(n => n.Parent is { } parent && !_merged.ContainsKey(parent)).ToList()) found |= _merged.Remove(orphan.Node.Id);
        }
    }

    private void OpenParents()
    {
        foreach (string parent in _merged.Values.Select(n => n.Parent).OfType<string>().Distinct().ToList())
            if (_merged[parent].Body is null) _merged[parent] = _merged[parent] with { Body = new ChildGraph() };
    }

    private static PlacedNode? Find(Parts parts, string id) => parts.Nodes.GetValueOrDefault(id);

    private static string Label(FlowNode node) => node.Name.Length > 0 ? node.Name : node.Id;
}
