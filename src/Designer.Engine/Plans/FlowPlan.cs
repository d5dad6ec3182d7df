using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json;
using Designer.Flows;

namespace Designer.Engine;

/// <summary>A version compiled for execution: nodes as array entries, edges as indices, settings as delegates. Immutable, shared by all its runs.</summary>
internal sealed class FlowPlan(FlowVersion version, LevelPlan root)
{
    private StoredVersion? stored;

    public FlowVersion Version { get; } = version;
    public LevelPlan Root { get; } = root;
    /// <summary>What the log keeps so that a run can be taken up without the app's database. Made on first use.</summary>
    public StoredVersion Stored => stored ??= StoredVersion.Of(Version);
}

/// <summary>A version's bytes and their hash.</summary>
internal sealed record StoredVersion(string Hash, byte[] Json)
{
    public static StoredVersion Of(FlowVersion version)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(
            new Content(version.WorkspaceId, version.FlowId, version.Version, FlowJson.WriteText(version.Document), version.Bindings), FlowJson.Options);
        return new StoredVersion(Convert.ToHexStringLower(SHA256.HashData(json)), json);
    }

    public static FlowVersion Read(ReadOnlySpan<byte> json)
    {
        Content content = JsonSerializer.Deserialize<Content>(json, FlowJson.Options)!;
        return new FlowVersion(content.WorkspaceId, content.FlowId, content.Version, FlowJson.Read(content.Document), content.Bindings);
    }

    private sealed record Content(Guid WorkspaceId, Guid FlowId, string Version, string Document, IReadOnlyDictionary<string, string> Bindings);
}

/// <summary>One level of a graph: the top one, or a container's body.</summary>
internal sealed class LevelPlan(NodePlan[] nodes)
{
    public NodePlan[] Nodes { get; } = nodes;
    /// <summary>Nodes that start without an incoming edge: the start node at top, all sources of a body.</summary>
    public int[] Sources { get; init; } = [];
    /// <summary>How many nodes a scope must decide before it is finished (attached nodes and unreachable ones don't count).</summary>
    public int Reachable { get; init; }
    public FrozenDictionary<string, int> IndexOf { get; } = nodes.ToFrozenDictionary(n => n.Id, n => n.Index);
}

internal sealed class NodePlan
{
    public required int Index { get; init; }
    public required string Id { get; init; }
    public required FlowNode Document { get; init; }
    public required NodeEntry Entry { get; init; }
    public required BoundValue Settings { get; init; }
    /// <summary>Incoming sequence edges from reachable nodes.</summary>
    public int Incoming { get; set; }
    public bool JoinsAny { get; init; }
    public EdgePlan[] Outgoing { get; set; } = [];
    public TimeSpan? Timeout { get; init; }
    public RetryPlan? Retry { get; init; }
    public ErrorPlan OnError { get; init; } = ErrorPlan.Fail;
    public LevelPlan? Body { get; init; }
    /// <summary>Nodes hanging below this one, by attachment port.</summary>
    public FrozenDictionary<string, AttachedPlan[]> Attached { get; set; } = FrozenDictionary<string, AttachedPlan[]>.Empty;
    /// <summary>The answer node that gives this node's text to the caller as it streams.</summary>
    public string? StreamsTo { get; set; }

    public Node Node => Entry.Node;
    public bool IsEffect => Entry.Descriptor.IsEffect;
    /// <summary>Composite steps are entered again to find their finished children.</summary>
    public bool IsComposite => isComposite ??= Body is not null || Attached.Count > 0 || Entry.Descriptor.Settings.Any(s => s.SlotKind == "flow") || Entry.Descriptor.Ports.Any(p => p.Kind == PortKind.Attachment);
    private bool? isComposite;
}

internal readonly record struct EdgePlan(string Port, int Target);

internal sealed record AttachedPlan(AttachedNode Face, NodePlan Plan);

internal sealed record RetryPlan(int Attempts, Func<int, TimeSpan> Delay);

internal sealed record ErrorPlan(ErrorMode Mode, JsonElement? Value, string Port)
{
    public static readonly ErrorPlan Fail = new(ErrorMode.Fail, null, "out");
}

internal enum ErrorMode { Fail, Branch, Default }
