using System.Text.Json;
using Designer.Flows;

namespace Designer.Engine.Tests.RandomGraphs;

internal enum Kind { Text, Work, Route, Ask, Loop, Sub, Answer, Disabled }

internal readonly record struct Link(int From, string Port);

/// <summary>One node of a random flow. <see cref="Failures"/>: how many executions fail; 99 is always.</summary>
internal sealed record NodeSpec(string Id, Kind Kind, IReadOnlyList<Link> Links)
{
    public bool IsAny { get; init; }
    public string Port { get; init; } = "out";
    public int Failures { get; init; }
    public bool IsTransient { get; init; } = true;
    public int Attempts { get; init; } = 1;
    public string? OnError { get; init; }
    public int Items { get; init; }
    public bool IsParallel { get; init; }
    public bool SkipsItems { get; init; }
    public IReadOnlyList<NodeSpec> Body { get; init; } = [];
}

/// <summary>Draws random flows and writes them as documents.</summary>
internal sealed class GraphSpec
{
    private readonly Random random;
    private int named;

    private GraphSpec(int seed) => random = new Random(seed);

    public static IReadOnlyList<NodeSpec> Draw(int size, int seed) => new GraphSpec(seed).Level(size, depth: 0, isBody: false);

    private bool Once(int of) => random.Next(of) == 0;

    private List<NodeSpec> Level(int size, int depth, bool isBody)
    {
        List<NodeSpec> nodes = [];
        for (int i = 0; i < size; i++) nodes.Add(Node(nodes, depth, isBody));
        return nodes;
    }

    private NodeSpec Node(List<NodeSpec> before, int depth, bool isBody)
    {
        List<Link> links = [];
        // Link -1 is the start node; in a body a node without links is a source.
        if (before.Count == 0 || Once(6)) links.Add(new Link(-1, "out"));
        else
            for (int i = random.Next(1, 4); i > 0; i--)
            {
                int from = random.Next(Math.Max(0, before.Count - 4), before.Count);
                if (before[from].Kind == Kind.Answer || links.Exists(l => l.From == from)) continue;
                string[] ports = Ports(before[from]);
                links.Add(new Link(from, ports[random.Next(ports.Length)]));
            }
        if (links.Count == 0) links.Add(new Link(-1, "out"));
        if (isBody && links is [{ From: -1 }]) links.Clear();
        links.RemoveAll(l => isBody && l.From < 0);

        Kind kind = random.Next(20) switch
        {
            < 4 => Kind.Text,
            < 10 => Kind.Work,
            < 12 => Kind.Route,
            < 14 => Kind.Ask,
            < 16 => depth < 2 ? Kind.Loop : Kind.Work,
            < 17 => depth < 2 ? Kind.Sub : Kind.Text,
            < 19 => isBody ? Kind.Work : Kind.Answer,
            _ => Kind.Disabled,
        };
        NodeSpec node = new($"{(char)('a' + depth)}{named++}", kind, links) { IsAny = links.Count > 1 && Once(4) };
        return kind switch
        {
            Kind.Work => Failing(node),
            Kind.Route => node with { Port = Once(2) ? "a" : "b" },
            Kind.Ask => node with { Port = Once(2) ? "yes" : "no" },
            Kind.Loop => Policy(node with { Items = random.Next(0, 4), IsParallel = Once(2), SkipsItems = Once(3), Attempts = Once(3) ? 5 : 1, Body = Level(random.Next(1, 4), depth + 1, isBody: true) }),
            Kind.Sub => Policy(node with { Body = Level(random.Next(1, 4), depth + 1, isBody: false) }),
            _ => node,
        };
    }

    private NodeSpec Failing(NodeSpec node) => random.Next(12) switch
    {
        < 7 => node,
        < 9 => node with { Failures = 1, Attempts = 3 },
        < 10 => Policy(node with { Failures = 99, Attempts = random.Next(1, 3) }),
        < 11 => Policy(node with { Failures = 99, IsTransient = false, Attempts = 3 }),
        _ => node with { Failures = 99, OnError = "branch" },
    };

    private NodeSpec Policy(NodeSpec node) => node with { OnError = random.Next(5) switch { < 2 => "branch", < 4 => "default", _ => null } };

    private static string[] Ports(NodeSpec node) => node.Kind switch
    {
        Kind.Route => ["a", "b"],
        Kind.Ask => ["yes", "no"],
        _ => node.OnError == "branch" ? ["out", "error"] : ["out"],
    };

    /// <summary>What another node's text sees of this one.</summary>
    public static string Reference(NodeSpec node) => node.Kind switch
    {
        Kind.Text or Kind.Work or Kind.Disabled => $"{{{{ {node.Id}.text }}}}",
        Kind.Ask => $"{{{{ {node.Id}.by }}}}",
        _ => "",
    };

    public static FlowVersion Write(IReadOnlyList<NodeSpec> level, Dictionary<string, FlowVersion> published)
    {
        FlowNode start = new() { Id = "start", Type = "test.start", Name = "Start", Settings = JsonSerializer.SerializeToElement(new { inputs = Array.Empty<object>() }) };
        Dictionary<string, string> slots = [];
        FlowDocument document = new()
        {
            Id = Guid.CreateVersion7(),
            Name = "Random",
            Mode = FlowMode.Task,
            Nodes = [start, .. level.Select(n => Node(n, level, isBody: false, slots, published))],
            Edges = Edges(level),
            Slots = slots.ToDictionary(s => s.Key, _ => new FlowSlot("flow")),
        };
        return new FlowVersion(EngineHarness.Workspace, document.Id, "1", document, slots);
    }

    private static IReadOnlyList<FlowEdge> Edges(IReadOnlyList<NodeSpec> level) =>
        [.. level.SelectMany(n => n.Links.Select(l => new FlowEdge { Id = $"{l.From}_{l.Port}_{n.Id}", From = $"{(l.From < 0 ? "start" : level[l.From].Id)}:{l.Port}", To = $"{n.Id}:in" }))];

    private static FlowNode Node(NodeSpec node, IReadOnlyList<NodeSpec> level, bool isBody, Dictionary<string, string> slots, Dictionary<string, FlowVersion> published)
    {
        string text = $"{node.Id}{(isBody ? "{{ each.index }}" : "")}({string.Join(',', node.Links.Select(l => l.From < 0 ? "" : Reference(level[l.From])))})";
        object settings = node.Kind switch
        {
            Kind.Text or Kind.Answer or Kind.Disabled or Kind.Ask => new { text },
            Kind.Work => new { text, fail = node.Failures, transient = node.IsTransient },
            Kind.Route => new { port = node.Port },
            Kind.Loop => new { items = Enumerable.Range(0, node.Items), collect = Reference(Collected(node)) is { Length: > 0 } last ? last : "nothing", parallel = node.IsParallel, skip = node.SkipsItems },
            _ => new { flow = $"@slot:{node.Id}" },
        };
        if (node.Kind == Kind.Sub)
        {
            slots[node.Id] = node.Id;
            published[node.Id] = Write(node.Body, published);
        }
        return new FlowNode
        {
            Id = node.Id,
            Name = node.Id,
            Type = node.Kind switch { Kind.Work => "test.chaos", Kind.Sub => "test.subflow", Kind.Disabled => "test.text", _ => "test." + node.Kind.ToString().ToLowerInvariant() },
            Settings = JsonSerializer.SerializeToElement(settings),
            Join = node.IsAny ? "any" : null,
            Disabled = node.Kind == Kind.Disabled,
            Retry = node.Attempts > 1 ? new RetryPolicy(node.Attempts, "none", "1ms") : null,
            OnError = node.OnError switch { "branch" => new ErrorPolicy("branch"), "default" => new ErrorPolicy("default", JsonSerializer.SerializeToElement(new { text = "dflt" })), _ => null },
            Children = node.Kind == Kind.Loop ? new ChildGraph { Nodes = [.. node.Body.Select(n => Node(n, node.Body, isBody: true, slots, published))], Edges = Edges(node.Body) } : null,
        };
    }

    public static NodeSpec Collected(NodeSpec loop) => loop.Body[^1];
}
