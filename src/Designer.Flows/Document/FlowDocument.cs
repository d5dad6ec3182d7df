using System.Text.Json;

namespace Designer.Flows;

/// <summary>One flow as the canvas edits it, the engine executes it and git reviews it. Never holds a secret.</summary>
/// <remarks>Unknown members of any part are kept in its <c>Extra</c> and written back after the known ones.</remarks>
public sealed record FlowDocument
{
    /// <summary>The schema this build reads and writes.</summary>
    public const string CurrentSchema = "designer.flow/1";

    public string Schema { get; init; } = CurrentSchema;
    public Guid Id { get; init; }
    public string Name { get; init; } = "";
    public string? Description { get; init; }
    public FlowMode Mode { get; init; } = FlowMode.Task;
    public IReadOnlyList<FlowVariable> Variables { get; init; } = [];
    public IReadOnlyList<FlowNode> Nodes { get; init; } = [];
    public IReadOnlyList<FlowEdge> Edges { get; init; } = [];
    public IReadOnlyDictionary<string, FlowSlot> Slots { get; init; } = OrderedMap<FlowSlot>.Empty;
    public IReadOnlyList<FlowNote> Notes { get; init; } = [];
    public IReadOnlyList<FlowGroup> Groups { get; init; } = [];
    public ExtraMembers? Extra { get; init; }
}

/// <summary><c>chat</c>: has a conversation; <c>task</c>: one input, one output.</summary>
public enum FlowMode { Task, Chat }

/// <summary>A named value that <c>data.set</c> writes. Conversation variables live from run to run.</summary>
public sealed record FlowVariable
{
    public string Name { get; init; } = "";
    public string Type { get; init; } = "string";
    public JsonElement? Default { get; init; }
    /// <summary><c>run</c> or <c>conversation</c>.</summary>
    public string Scope { get; init; } = "run";
    public ExtraMembers? Extra { get; init; }
}

/// <summary>A node in a flow. <see cref="Settings"/> is what its node type declares; templates stand in its strings.</summary>
public sealed record FlowNode
{
    public string Id { get; init; } = "";
    public string Type { get; init; } = "";
    public int TypeVersion { get; init; } = 1;
    public string Name { get; init; } = "";
    public Position Position { get; init; } = new(0, 0);
    /// <summary>A JSON object, or <c>default</c> when the document has none.</summary>
    public JsonElement Settings { get; init; }
    /// <summary>Per attempt, as <c>500ms</c>, <c>10s</c>, <c>5m</c> or <c>1h</c>.</summary>
    public string? Timeout { get; init; }
    public RetryPolicy? Retry { get; init; }
    public ErrorPolicy? OnError { get; init; }
    /// <summary><c>all</c> (default) or <c>any</c>.</summary>
    public string? Join { get; init; }
    public bool Disabled { get; init; }
    /// <summary>The id of the group it is drawn in. A run knows nothing of groups.</summary>
    public string? Group { get; init; }
    /// <summary>Drawn as its title alone.</summary>
    public bool Collapsed { get; init; }
    /// <summary>The body of a container node.</summary>
    public ChildGraph? Children { get; init; }
    public ExtraMembers? Extra { get; init; }
}

/// <summary>Canvas pixels at zoom 1.</summary>
public sealed record Position(double X, double Y) { public ExtraMembers? Extra { get; init; } }

/// <summary>How often a failed attempt is repeated.</summary>
/// <param name="Attempts">Attempts in total, the first included.</param>
/// <param name="Backoff"><c>none</c>, <c>linear</c> or <c>exponential</c>.</param>
/// <param name="Delay">The first pause; <c>1s</c> when absent.</param>
public sealed record RetryPolicy(int Attempts, string? Backoff = null, string? Delay = null) { public ExtraMembers? Extra { get; init; } }

/// <summary>What happens after the last attempt failed.</summary>
/// <param name="Mode"><c>fail</c>, <c>branch</c> (port <c>error</c>) or <c>default</c>.</param>
/// <param name="Value">Outputs to go on with, for <c>default</c>.</param>
/// <param name="Port">The port to leave by, for <c>default</c>; <c>out</c> when absent.</param>
public sealed record ErrorPolicy(string Mode, JsonElement? Value = null, string? Port = null) { public ExtraMembers? Extra { get; init; } }

public sealed record ChildGraph
{
    public IReadOnlyList<FlowNode> Nodes { get; init; } = [];
    public IReadOnlyList<FlowEdge> Edges { get; init; } = [];
    public ExtraMembers? Extra { get; init; }
}

/// <summary>An edge between <c>node:port</c> and <c>node:port</c>. It carries control, or attaches a tool to an agent.</summary>
public sealed record FlowEdge
{
    public string Id { get; init; } = "";
    public string From { get; init; } = "";
    public string To { get; init; } = "";
    public ExtraMembers? Extra { get; init; }

    public (string Node, string Port) Source => Split(From, "out");
    public (string Node, string Port) Target => Split(To, "in");

    // A port may itself hold colons (case:billing), so only the first one splits.
    private static (string, string) Split(string end, string port)
    {
        int colon = end.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (end, port) : (end[..colon], end[(colon + 1)..]);
    }
}

/// <summary>What a flow needs from where it runs.</summary>
/// <param name="Kind"><c>model</c>, <c>knowledgeBase</c>, <c>credential</c>, <c>mcpServer</c> or <c>flow</c>.</param>
/// <param name="Needs">Capabilities a model must have, e.g. <c>chat</c>, <c>tools</c>.</param>
public sealed record FlowSlot(string Kind, IReadOnlyList<string>? Needs = null, string? Description = null) { public ExtraMembers? Extra { get; init; } }

public sealed record FlowNote
{
    public string Id { get; init; } = "";
    public string Text { get; init; } = "";
    public Position Position { get; init; } = new(0, 0);
    public NoteSize? Size { get; init; }
    public ExtraMembers? Extra { get; init; }
}

/// <summary>A title and a colour around nodes of one level that name it as their <see cref="FlowNode.Group"/>.</summary>
/// <param name="Id">Unique among the groups.</param>
/// <param name="Colour"><c>blue</c>, <c>green</c>, <c>amber</c>, <c>red</c>, <c>violet</c> or <c>grey</c>; grey when absent.</param>
/// <param name="Collapsed">Drawn as one box that stands for its nodes.</param>
public sealed record FlowGroup(string Id, string Title, string? Colour = null, bool Collapsed = false) { public ExtraMembers? Extra { get; init; } }

public sealed record NoteSize(double W, double H) { public ExtraMembers? Extra { get; init; } }

/// <summary>Members this build does not know, in document order.</summary>
public sealed record ExtraMembers(IReadOnlyList<KeyValuePair<string, JsonElement>> Members);
