using Designer.Engine;

namespace Designer.Storage;

/// <summary>What one author set at a node to debug the draft.</summary>
public sealed class DebugMarkRow
{
    public Guid FlowId { get; set; }
    public required string Author { get; set; }
    public required string NodeId { get; set; }
    public Guid WorkspaceId { get; set; }
    /// <summary>A <see cref="Pin"/> as JSON, or null.</summary>
    public string? Pin { get; set; }
    public bool HasBreakpoint { get; set; }
    public DateTimeOffset ChangedAt { get; set; }
}

/// <summary>A named input to try a flow with.</summary>
public sealed class TestInputRow
{
    public Guid Id { get; set; }
    public Guid FlowId { get; set; }
    public Guid WorkspaceId { get; set; }
    public required string Name { get; set; }
    /// <summary>A JSON object.</summary>
    public required string Input { get; set; }
    public required string Author { get; set; }
    public DateTimeOffset ChangedAt { get; set; }
}

/// <summary>Runs of one document over the rows of a table.</summary>
public sealed class BatchRow
{
    public Guid Id { get; set; }
    public Guid FlowId { get; set; }
    public Guid WorkspaceId { get; set; }
    /// <summary>The file's name, or what somebody called it.</summary>
    public required string Name { get; set; }
    public required string Author { get; set; }
    public required string Version { get; set; }
    public required byte[] Document { get; set; }
    public IReadOnlyDictionary<string, string> Bindings { get; set; } = new Dictionary<string, string>();
    public IReadOnlyList<string> Columns { get; set; } = [];
    public int Concurrency { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public bool IsCancelled { get; set; }
    /// <summary>Until then a process works on it.</summary>
    public DateTimeOffset? LeaseUntil { get; set; }
}

/// <summary>One row of a batch's table and what its run gave.</summary>
public sealed class BatchItemRow
{
    public Guid BatchId { get; set; }
    /// <summary>From 1.</summary>
    public int Number { get; set; }
    public IReadOnlyList<string> Cells { get; set; } = [];
    /// <summary>A JSON object.</summary>
    public required string Input { get; set; }
    public Guid? RunId { get; set; }
    public RunState State { get; set; }
    /// <summary>JSON.</summary>
    public string? Output { get; set; }
    public string? Error { get; set; }
    public double? DurationMs { get; set; }
    public long Tokens { get; set; }
    public decimal Cost { get; set; }
}
