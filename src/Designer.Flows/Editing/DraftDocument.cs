using System.Text.Json;

namespace Designer.Flows;

/// <summary>
/// A document while a command is applied: its levels as lists that can change, and an index of all ids, so that tidying 2,000 nodes is not
/// 2,000 copies.
/// </summary>
internal sealed class DraftDocument
{
    private sealed record Graph(string? Parent, List<FlowNode> Nodes, List<FlowEdge> Edges, ExtraMembers? Extra);

    private readonly Graph _top;
    private readonly PartList<FlowNote> _notes;
    private readonly PartList<FlowGroup> _groups;
    private readonly Dictionary<string, Graph> _levelOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Graph> _edgeLevelOf = new(StringComparer.Ordinal);
    /// <summary>The bodies of containers; the nodes themselves hold none while they are here.</summary>
    private readonly Dictionary<string, Graph> _bodies = new(StringComparer.Ordinal);
    private FlowDocument _document;

    public DraftDocument(FlowDocument document)
    {
        _document = document;
        _notes = new PartList<FlowNote>($"note", document.Notes, n => n.Id);
        _groups = new PartList<FlowGroup>($"group", document.Groups, g => g.Id);
        _top = Open(null, document.Nodes, document.Edges, null);
    }

    public FlowDocument ToDocument() => _document with { Nodes = Close(_top), Edges = [.. _top.Edges], Notes = _notes.ToList(), Groups = _groups.ToList() };

    /// <returns>What undoes the operation, in the order to apply it.</returns>
    public IReadOnlyList<Op> Apply(Op op)
    {
        switch (op)
        {
            case AddNode add: return [Add(add)];
            case RemoveNode remove: return Remove(remove.Id);
            case AddEdge add: return [Add(add)];
            case RemoveEdge remove: return Remove(remove);
            case MoveNode move: return [Change(move.Id, n => (n with { Position = move.Position }, move with { Position = n.Position }))];
            case SetNode set: return [Change(set.Id, n => NodeFields.Set(n, set))];
            case SetSetting set: return [Change(set.Id, n => NodeFields.Set(n, set))];
            case AddNote add: return [new RemoveNote(_notes.Add(add.Note, add.Index))];
            case RemoveNote remove: return [_notes.Remove(remove.Id, (note, at) => new AddNote(note, at))];
            case SetNote set: return [new SetNote(_notes.Set(set.Note))];
            case AddGroup add: return [new RemoveGroup(_groups.Add(add.Group, add.Index))];
            case RemoveGroup remove: return [_groups.Remove(remove.Id, (group, at) => new AddGroup(group, at))];
            case SetGroup set: return [new SetGroup(_groups.Set(set.Group))];
            case SetFlow set:
                (_document, Op inverse) = FlowFields.Set(_document, set);
                return [inverse];
            default: throw new EditRefused("edit.invalid", $"This operation is not known.");
        }
    }

    private RemoveNode Add(AddNode add)
    {
        Graph level = Level(add.Parent);
        foreach (FlowNode node in Descendants(add.Node))
        {
            if (node.Id.Length == 0) throw new EditRefused("edit.invalid", $"A node needs an id.");
            if (_levelOf.ContainsKey(node.Id)) throw EditRefused.Exists($"node", node.Id);
            foreach (FlowEdge edge in node.Children?.Edges ?? []) if (_edgeLevelOf.ContainsKey(edge.Id)) throw EditRefused.Exists($"edge", edge.Id);
        }
        RequireUnique(Descendants(add.Node).Select(n => n.Id), $"node");
        RequireUnique(Descendants(add.Node).SelectMany(n => n.Children?.Edges ?? []).Select(e => e.Id), $"edge");
        if (_levelOf.Count + Descendants(add.Node).Count() > FlowJson.MaxNodes) throw new EditRefused("flow.tooLarge", $"A flow has at most {FlowJson.MaxNodes:N0} nodes.");
        if (Depth(add.Parent) + Depth(add.Node) > FlowJson.MaxContainers) throw new EditRefused("flow.tooLarge", $"Containers stand in each other at most {FlowJson.MaxContainers} deep.");
        Insert(level.Nodes, Open(add.Node), add.Index);
        _levelOf[add.Node.Id] = level;
        return new RemoveNode(add.Node.Id);
    }

    private List<Op> Remove(string id)
    {
        (Graph level, int index) = Find(id);
        FlowNode node = Close(level.Nodes[index]);
        level.Nodes.RemoveAt(index);
        Forget(node);
        List<Op> inverse = [new AddNode(node, level.Parent, index)];
        for (int i = 0, at = 0; i < level.Edges.Count; at++)
        {
            FlowEdge edge = level.Edges[i];
            if (edge.Source.Node != id && edge.Target.Node != id)
            {
                i++;
                continue;
            }
            level.Edges.RemoveAt(i);
            _edgeLevelOf.Remove(edge.Id);
            // An edge to nowhere was broken before, and could not be added again.
            string other = edge.Source.Node == id ? edge.Target.Node : edge.Source.Node;
            if (other == id || IsOn(level, other)) inverse.Add(new AddEdge(edge, level.Parent, at));
        }
        return inverse;
    }

    private RemoveEdge Add(AddEdge add)
    {
        Graph level = Level(add.Parent);
        if (add.Edge.Id.Length == 0) throw new EditRefused("edit.invalid", $"An edge needs an id.");
        if (_edgeLevelOf.ContainsKey(add.Edge.Id)) throw EditRefused.Exists($"edge", add.Edge.Id);
        foreach (string end in (string[])[add.Edge.Source.Node, add.Edge.Target.Node])
            if (!IsOn(level, end)) throw new EditRefused("edit.notFound", $"There is no node \"{end}\" on this level.");
        Insert(level.Edges, add.Edge, add.Index);
        _edgeLevelOf[add.Edge.Id] = level;
        return new RemoveEdge(add.Edge.Id);
    }

    private List<Op> Remove(RemoveEdge remove)
    {
        if (!_edgeLevelOf.Remove(remove.Id, out Graph? level)) throw EditRefused.NotFound($"edge", remove.Id);
        int index = level.Edges.FindIndex(e => e.Id == remove.Id);
        FlowEdge edge = level.Edges[index];
        level.Edges.RemoveAt(index);
        return IsOn(level, edge.Source.Node) && IsOn(level, edge.Target.Node) ? [new AddEdge(edge, level.Parent, index)] : [];
    }

    private Op Change(string id, Func<FlowNode, (FlowNode Node, Op Inverse)> change)
    {
        (Graph level, int index) = Find(id);
        (level.Nodes[index], Op inverse) = change(level.Nodes[index]);
        return inverse;
    }

    private Graph Level(string? parent)
    {
        if (parent is null) return _top;
        if (!_levelOf.ContainsKey(parent)) throw EditRefused.NotFound($"node", parent);
        if (!_bodies.TryGetValue(parent, out Graph? body)) _bodies[parent] = body = new Graph(parent, [], [], null);
        return body;
    }

    private (Graph Level, int Index) Find(string id) =>
        _levelOf.TryGetValue(id, out Graph? level) ? (level, level.Nodes.FindIndex(n => n.Id == id)) : throw EditRefused.NotFound($"node", id);

    private bool IsOn(Graph level, string node) => _levelOf.TryGetValue(node, out Graph? found) && found == level;

    private Graph Open(string? parent, IReadOnlyList<FlowNode> nodes, IReadOnlyList<FlowEdge> edges, ExtraMembers? extra)
    {
        Graph level = new(parent, [], [.. edges], extra);
        foreach (FlowNode node in nodes)
        {
            level.Nodes.Add(Open(node));
            _levelOf[node.Id] = level;
        }
        foreach (FlowEdge edge in edges) _edgeLevelOf[edge.Id] = level;
        return level;
    }

    private FlowNode Open(FlowNode node)
    {
        if (node.Children is not { } body) return node;
        _bodies[node.Id] = Open(node.Id, body.Nodes, body.Edges, body.Extra);
        return node with { Children = null };
    }

    private List<FlowNode> Close(Graph level) => [.. level.Nodes.Select(Close)];

    private FlowNode Close(FlowNode node) =>
        _bodies.TryGetValue(node.Id, out Graph? body) ? node with { Children = new ChildGraph { Nodes = Close(body), Edges = [.. body.Edges], Extra = body.Extra } } : node;

    private void Forget(FlowNode node)
    {
        foreach (FlowNode gone in Descendants(node))
        {
            _levelOf.Remove(gone.Id);
            _bodies.Remove(gone.Id);
            foreach (FlowEdge edge in gone.Children?.Edges ?? []) _edgeLevelOf.Remove(edge.Id);
        }
    }

    private int Depth(string? parent)
    {
        int depth = 0;
        for (; parent is not null; parent = _levelOf[parent].Parent) depth++;
        return depth;
    }

    private static int Depth(FlowNode node) => node.Children is null ? 0 : 1 + node.Children.Nodes.Select(Depth).DefaultIfEmpty().Max();

    private static IEnumerable<FlowNode> Descendants(FlowNode node) => (node.Children?.Nodes ?? []).SelectMany(Descendants).Prepend(node);

    private static void RequireUnique(IEnumerable<string> ids, Sentence what)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string id in ids) if (!seen.Add(id)) throw EditRefused.Exists(what, id);
    }

    private static void Insert<T>(List<T> list, T item, int? index) => list.Insert(Math.Clamp(index ?? list.Count, 0, list.Count), item);
}
