using System.Text.Json;

namespace Designer.Flows;

/// <summary>
/// Finds the operations that lead from one document to another, as small as a person would have made them, so that undoing them leaves alone
/// what they did not touch. Members of the document that this build does not know stay as they were.
/// </summary>
internal sealed class OpsBetween
{
    private readonly Parts _before;
    private readonly Parts _after;
    private readonly HashSet<string> _kept;
    private readonly List<Op> _ops = [];

    private OpsBetween(FlowDocument before, FlowDocument after)
    {
        (_before, _after) = (new Parts(before), new Parts(after));
        _kept = [];
        // A container comes before its body in both, so the parent is decided first.
        foreach ((string id, PlacedNode now) in _after.Nodes) if (_before.Nodes.TryGetValue(id, out PlacedNode? was) && StaysInPlace(was, now)) _kept.Add(id);
    }

    public static IReadOnlyList<Op> Find(FlowDocument before, FlowDocument after)
    {
        OpsBetween found = new(before, after);
        found.Flow();
        found.Removals();
        found.Nodes();
        found.Edges();
        found.Lone(f => f.Notes, n => n.Id, n => new RemoveNote(n.Id), (n, i) => new AddNote(n, i), n => new SetNote(n));
        found.Lone(f => f.Groups, g => g.Id, g => new RemoveGroup(g.Id), (g, i) => new AddGroup(g, i), g => new SetGroup(g));
        return found._ops;
    }

    /// <summary>The node can be turned into what it shall be by setting its members.</summary>
    private bool StaysInPlace(PlacedNode was, PlacedNode now) =>
        was.Parent == now.Parent && (now.Parent is null || _kept.Contains(now.Parent)) && was.Node.Type == now.Node.Type && Parts.Same(was.Body, now.Body)
        && Parts.Same(was.Node.Extra, now.Node.Extra) && (HasSettings(now) || !HasSettings(was) || was.Node.Settings.EnumerateObject().Any()) && (HasSettings(was) || !HasSettings(now) || now.Node.Settings.EnumerateObject().Any());

    private static bool HasSettings(PlacedNode node) => node.Node.Settings.ValueKind == JsonValueKind.Object;

    private void Flow()
    {
        (FlowDocument was, FlowDocument now) = (_before.Document, _after.Document);
        void Set<T>(string field, T before, T after)
        {
            if (!Parts.Same(before, after)) _ops.Add(new SetFlow(field, Parts.Json(after)));
        }
        Set("name", was.Name, now.Name);
        Set("description", was.Description, now.Description);
        Set("mode", was.Mode, now.Mode);
        Set("variables", was.Variables, now.Variables);
        // Order counts: it is what people see, and what a file holds.
        if (!was.Slots.Keys.SequenceEqual(now.Slots.Keys) || !Parts.Same(was.Slots, now.Slots)) _ops.Add(new SetFlow("slots", Parts.Json(now.Slots)));
    }

    private bool Stays(PlacedEdge edge) =>
        _after.Edges.TryGetValue(edge.Edge.Id, out PlacedEdge? now) && now.Parent == edge.Parent && (edge.Parent is null || _kept.Contains(edge.Parent))
        && Parts.Same(edge.Edge, now.Edge) && _kept.Contains(edge.Edge.Source.Node) && _kept.Contains(edge.Edge.Target.Node);

    private void Removals()
    {
        foreach ((string id, PlacedEdge edge) in _before.Edges)
            if (id.Length > 0 && !Stays(edge) && (edge.Parent is null || _kept.Contains(edge.Parent))) _ops.Add(new RemoveEdge(id));
        foreach ((string id, PlacedNode node) in _before.Nodes)
            if (id.Length > 0 && !_kept.Contains(id) && (node.Parent is null || _kept.Contains(node.Parent))) _ops.Add(new RemoveNode(id));
    }

    private void Nodes()
    {
        foreach ((string id, PlacedNode now) in _after.Nodes)
        {
            if (_kept.Contains(id)) Members(_before.Nodes[id].Node, now.Node);
            else if (id.Length > 0 && (now.Parent is null || _kept.Contains(now.Parent))) _ops.Add(new AddNode(WithBody(now), now.Parent, now.Index));
        }
    }

    private FlowNode WithBody(PlacedNode node)
    {
        IReadOnlyList<FlowNode> level = node.Parent is null ? _after.Document.Nodes : Children(_after.Document.Nodes, node.Parent);
        return level.First(n => n.Id == node.Node.Id);
    }

    private static IReadOnlyList<FlowNode> Children(IReadOnlyList<FlowNode> nodes, string parent)
    {
        foreach (FlowNode node in nodes)
        {
            if (node.Children is not { } body) continue;
            if (node.Id == parent) return body.Nodes;
            if (Children(body.Nodes, parent) is { Count: > 0 } found) return found;
        }
        return [];
    }

    private void Members(FlowNode was, FlowNode now)
    {
        void Set<T>(string field, T before, T after)
        {
            if (!Parts.Same(before, after)) _ops.Add(new SetNode(now.Id, field, Parts.Json(after)));
        }
        if (!Parts.Same(was.Position, now.Position)) _ops.Add(new MoveNode(now.Id, now.Position));
        Set("name", was.Name, now.Name);
        Set("timeout", was.Timeout, now.Timeout);
        Set("retry", was.Retry, now.Retry);
        Set("onError", was.OnError, now.OnError);
        Set("join", was.Join, now.Join);
        if (was.Disabled != now.Disabled) _ops.Add(new SetNode(now.Id, "disabled", now.Disabled ? Parts.Json(true) : FlowJson.Null));
        Set("group", was.Group, now.Group);
        if (was.Collapsed != now.Collapsed) _ops.Add(new SetNode(now.Id, "collapsed", now.Collapsed ? Parts.Json(true) : FlowJson.Null));
        Set("typeVersion", was.TypeVersion, now.TypeVersion);
        Settings(was, now);
    }

    private void Settings(FlowNode was, FlowNode now)
    {
        List<JsonProperty> old = Properties(was), wanted = Properties(now);
        bool vanish = now.Settings.ValueKind != JsonValueKind.Object;
        foreach (JsonProperty gone in old.Where(o => !wanted.Exists(w => w.Name == o.Name))) _ops.Add(new SetSetting(now.Id, gone.Name, FlowJson.Null, vanish ? SetSetting.NoSettings : null));
        for (int i = 0; i < wanted.Count; i++)
        {
            int at = old.FindIndex(o => o.Name == wanted[i].Name);
            if (at < 0) _ops.Add(new SetSetting(now.Id, wanted[i].Name, wanted[i].Value, i));
            else if (!JsonElement.DeepEquals(old[at].Value, wanted[i].Value)) _ops.Add(new SetSetting(now.Id, wanted[i].Name, wanted[i].Value));
        }
    }

    // A member that is null counts as none: no operation could set it.
    private static List<JsonProperty> Properties(FlowNode node) =>
        node.Settings.ValueKind == JsonValueKind.Object ? [.. node.Settings.EnumerateObject().Where(p => p.Value.ValueKind != JsonValueKind.Null)] : [];

    private void Edges()
    {
        foreach ((string id, PlacedEdge now) in _after.Edges)
        {
            if (id.Length == 0 || (now.Parent is not null && !_kept.Contains(now.Parent))) continue;
            if (_before.Edges.TryGetValue(id, out PlacedEdge? was) && Stays(was)) continue;
            if (IsOn(now.Parent, now.Edge.Source.Node) && IsOn(now.Parent, now.Edge.Target.Node)) _ops.Add(new AddEdge(now.Edge, now.Parent, now.Index));
        }
    }

    private bool IsOn(string? parent, string node) => _after.Nodes.TryGetValue(node, out PlacedNode? found) && found.Parent == parent;

    /// <summary>Parts that stand in a list of the document by themselves: notes, groups.</summary>
    private void Lone<T>(Func<FlowDocument, IReadOnlyList<T>> list, Func<T, string> idOf, Func<T, Op> remove, Func<T, int, Op> add, Func<T, Op> set) where T : class
    {
        IReadOnlyList<T> was = list(_before.Document), now = list(_after.Document);
        foreach (T part in was) if (idOf(part).Length > 0 && !now.Any(p => idOf(p) == idOf(part))) _ops.Add(remove(part));
        for (int i = 0; i < now.Count; i++)
        {
            if (idOf(now[i]).Length == 0) continue;
            T? old = was.FirstOrDefault(p => idOf(p) == idOf(now[i]));
            if (old is null) _ops.Add(add(now[i], i));
            else if (!Parts.Same(old, now[i])) _ops.Add(set(now[i]));
        }
    }
}
