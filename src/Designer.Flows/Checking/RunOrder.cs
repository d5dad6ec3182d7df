namespace Designer.Flows;

/// <summary>Whether one node has run when another starts.</summary>
public enum RanBefore
{
    /// <summary>It cannot have: it comes later, in parallel, or inside another container.</summary>
    Never,
    Possibly,
    /// <summary>It ran, and left by its error port.</summary>
    Failed,
    /// <summary>It ran and has outputs.</summary>
    Surely,
}

/// <summary>
/// What is certain about the order of a run before there is one. A join of all waits for each of its branches; a join of any knows only of the
/// branch that started it. The checker warns by it, and the engine lets text stream by it.
/// </summary>
public sealed class RunOrder
{
    private readonly Dictionary<string, Place> _places = new(StringComparer.Ordinal);
    private readonly Dictionary<FlowLevel, LevelOrder> _orders = [];

    internal RunOrder(FlowLevel top) => Add(top);

    public static RunOrder Of(FlowDocument document, INodeTypes types) => new(FlowLevel.Top(document, types));

    /// <summary>What is known of <paramref name="target"/> at the moment <paramref name="node"/> starts. A tool starts when its agent calls it.</summary>
    public RanBefore Before(string node, string target)
    {
        if (!_places.TryGetValue(node, out Place place) || !_places.TryGetValue(target, out Place other)) return RanBefore.Never;
        Place? at = place.Outwards().Cast<Place?>().FirstOrDefault(p => p!.Value.Level == other.Level);
        return at is null ? RanBefore.Never : _orders[other.Level].Before(at.Value.Index, other.Index);
    }

    /// <summary>What is known of a body's node when an iteration of <paramref name="container"/> has ended.</summary>
    public RanBefore AtEnd(string container, string target) =>
        _places.TryGetValue(target, out Place place) && place.Level.ContainerNode?.Id == container ? _orders[place.Level].AtEnd(place.Index) : RanBefore.Never;

    /// <summary>Nodes that no order can be found for.</summary>
    internal IReadOnlyList<int> Cyclic(FlowLevel level) => _orders[level].Cyclic;

    /// <summary>As for names, of nodes of one level; null where there is a cycle.</summary>
    internal RanBefore? Before(Place place, int target) => _orders[place.Level] is { Cyclic.Count: 0 } level ? level.Before(place.Index, target) : null;

    internal RanBefore? AtEnd(FlowLevel body, int target) => _orders[body] is { Cyclic.Count: 0 } level ? level.AtEnd(target) : null;

    private void Add(FlowLevel level)
    {
        _orders[level] = new LevelOrder(level);
        for (int i = 0; i < level.Nodes.Count; i++)
        {
            _places.TryAdd(level.Nodes[i].Id, new Place(level, i));
            if (level.Bodies[i] is { } body) Add(body);
        }
    }
}
