namespace Designer.Flows;

/// <summary>One sequence edge of a level, its ends as indices.</summary>
internal readonly record struct Link(int From, string Port, int To);

/// <summary>
/// One level of a document with its names resolved: the top, or the body of a container. Sequence edges and attachments are kept apart;
/// edges that do not fit the level are left out here and told by the checker.
/// </summary>
internal sealed class FlowLevel
{
    private FlowLevel(IReadOnlyList<FlowNode> nodes, IReadOnlyList<FlowEdge> edges, INodeTypes types, FlowLevel? outer, int container)
    {
        Nodes = nodes;
        Edges = edges;
        Outer = outer;
        Container = container;
        Types = [.. nodes.Select(n => types.Find(n.Type))];
        Ports = [.. nodes.Select((n, i) => Types[i]?.PortsOf(n.Settings))];
        Incoming = [.. nodes.Select(_ => new List<Link>())];
        Outgoing = [.. nodes.Select(_ => new List<Link>())];
        Hosts = [.. nodes.Select(_ => new List<int>())];
        for (int i = 0; i < nodes.Count; i++) IndexOf.TryAdd(nodes[i].Id, i);
        foreach (FlowEdge edge in edges) Add(edge);
        Bodies = [.. nodes.Select((n, i) => n.Children is { } body ? new FlowLevel(body.Nodes, body.Edges, types, this, i) : null)];
    }

    public static FlowLevel Top(FlowDocument document, INodeTypes types) => new(document.Nodes, document.Edges, types, null, -1);

    public IReadOnlyList<FlowNode> Nodes { get; }
    public IReadOnlyList<FlowEdge> Edges { get; }
    public FlowLevel? Outer { get; }
    /// <summary>The container whose body this is, as an index of <see cref="Outer"/>.</summary>
    public int Container { get; }
    public NodeDescriptor?[] Types { get; }
    /// <summary>Null where the type is unknown.</summary>
    public IReadOnlyList<PortDescriptor>?[] Ports { get; }
    public List<Link>[] Incoming { get; }
    public List<Link>[] Outgoing { get; }
    /// <summary>The agents that a node hangs below.</summary>
    public List<int>[] Hosts { get; }
    public FlowLevel?[] Bodies { get; }
    public Dictionary<string, int> IndexOf { get; } = new(StringComparer.Ordinal);

    public FlowNode? ContainerNode => Outer?.Nodes[Container];
    public NodeDescriptor? ContainerType => Outer?.Types[Container];

    /// <summary>It runs only when its agent calls it.</summary>
    public bool IsAttached(int node) => Hosts[node].Count > 0;

    public static bool Branches(FlowNode node) => node.OnError?.Mode == "branch";

    /// <summary>The ports that a node may leave by; null when its type is unknown.</summary>
    public IEnumerable<string>? WaysOut(int node)
    {
        if (Nodes[node].Disabled) return ["out"];
        if (Ports[node] is not { } ports) return null;
        IEnumerable<string> ways = ports.Where(p => p.Kind == PortKind.Out).Select(p => p.Name);
        return Nodes[node].OnError is { Mode: "default" } policy ? ways.Append(policy.Port ?? "out").Distinct() : ways;
    }

    public PortKind? KindOf(int node, string port) => Ports[node]?.FirstOrDefault(p => p.Name == port)?.Kind
        ?? (port == "error" && Branches(Nodes[node]) ? PortKind.Out : null);

    private void Add(FlowEdge edge)
    {
        if (!IndexOf.TryGetValue(edge.Source.Node, out int from) || !IndexOf.TryGetValue(edge.Target.Node, out int to)) return;
        bool isAttachment = KindOf(from, edge.Source.Port) == PortKind.Attachment
            || (KindOf(to, edge.Target.Port) ?? (edge.Target.Port == "tool" ? PortKind.Tool : PortKind.In)) == PortKind.Tool;
        if (isAttachment)
        {
            Hosts[to].Add(from);
            return;
        }
        Link link = new(from, edge.Source.Port, to);
        Outgoing[from].Add(link);
        Incoming[to].Add(link);
    }
}
