using Designer.Engine;

namespace Designer.Storage;

/// <summary>A flow: its draft, and what stands outside the document.</summary>
public sealed class FlowRow
{
    public Guid Id { get; set; }
    public Guid WorkspaceId { get; set; }
    /// <summary>Unique among the workspace's flows that are not deleted.</summary>
    public required string Slug { get; set; }
    public required string Name { get; set; }
    public string? Description { get; set; }
    /// <summary>The draft as canonical UTF-8 JSON.</summary>
    public required byte[] Draft { get; set; }
    /// <summary>Raised by each command; a version number of the draft.</summary>
    public long Revision { get; set; }
    public IReadOnlyDictionary<string, string> Bindings { get; set; } = new Dictionary<string, string>();
    public int? LatestVersion { get; set; }
    /// <summary>The draft's revision when the latest version was published.</summary>
    public long? PublishedRevision { get; set; }
    public IReadOnlyList<string> Tags { get; set; } = [];
    /// <summary>What its endpoint's runs keep.</summary>
    public RunRecord Record { get; set; }
    public required string CreatedBy { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
    public DateTimeOffset? DeletedAt { get; set; }
}

/// <summary>A published version; never changed after it was written.</summary>
public sealed class FlowVersionRow
{
    public Guid FlowId { get; set; }
    public int Number { get; set; }
    public Guid WorkspaceId { get; set; }
    /// <summary>The draft's revision it was made from.</summary>
    public long Revision { get; set; }
    public required byte[] Document { get; set; }
    public IReadOnlyDictionary<string, string> Bindings { get; set; } = new Dictionary<string, string>();
    public string? Notes { get; set; }
    public required string PublishedBy { get; set; }
    public DateTimeOffset PublishedAt { get; set; }
}

/// <summary>One entry of a draft's command log.</summary>
public sealed class FlowCommandRow
{
    public Guid FlowId { get; set; }
    /// <summary>Empty for the shared draft, or the author whose own draft it is.</summary>
    public string Owner { get; set; } = "";
    /// <summary>The draft's revision after this command.</summary>
    public long Revision { get; set; }
    public Guid WorkspaceId { get; set; }
    public required string CommandId { get; set; }
    public required string Author { get; set; }
    public CommandKind Kind { get; set; }
    /// <summary>The undoable step that the command belongs to: the id of the step's first command.</summary>
    public required string Step { get; set; }
    /// <summary>JSON lists of operations, as the editor defines them.</summary>
    public required string Ops { get; set; }
    public required string Inverse { get; set; }
    public DateTimeOffset At { get; set; }
}

/// <summary>An author's own draft of a flow, beside the shared one until it is merged.</summary>
public sealed class OwnDraftRow
{
    public Guid FlowId { get; set; }
    public required string Owner { get; set; }
    public Guid WorkspaceId { get; set; }
    /// <summary>The shared draft as it was when the own one began or was last brought up to date.</summary>
    public required byte[] Base { get; set; }
    public required byte[] Document { get; set; }
    public long Revision { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>A state of the draft that somebody gave a name.</summary>
public sealed class FlowCheckpointRow
{
    public Guid Id { get; set; }
    public Guid FlowId { get; set; }
    public Guid WorkspaceId { get; set; }
    public required string Name { get; set; }
    public long Revision { get; set; }
    public required byte[] Document { get; set; }
    public required string Author { get; set; }
    public DateTimeOffset At { get; set; }
}

/// <summary>A key to one flow's endpoint. Its text is shown once; its SHA-256 is kept.</summary>
public sealed class ApiKeyRow
{
    public Guid Id { get; set; }
    public Guid WorkspaceId { get; set; }
    public Guid FlowId { get; set; }
    public required string Name { get; set; }
    /// <summary>Its first characters, by which people recognise it.</summary>
    public required string Prefix { get; set; }
    public required byte[] Hash { get; set; }
    public bool CanRun { get; set; } = true;
    public bool CanApprove { get; set; }
    public required string CreatedBy { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? ExpiresAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
    public DateTimeOffset? LastUsedAt { get; set; }
}

/// <summary>A flow that a workspace offers to start from.</summary>
public sealed class TemplateRow
{
    public Guid Id { get; set; }
    public Guid WorkspaceId { get; set; }
    public required string Name { get; set; }
    public string? Description { get; set; }
    public required byte[] Document { get; set; }
    /// <summary>A JSON object for the start node, or null.</summary>
    public string? SampleInputs { get; set; }
    /// <summary>The graph as SVG text; untrusted when shown.</summary>
    public string? Picture { get; set; }
    public required string CreatedBy { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}
