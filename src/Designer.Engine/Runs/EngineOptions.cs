namespace Designer.Engine;

/// <summary>How many runs may be active at once; waiting ones don't count.</summary>
public sealed record EngineOptions
{
    public int MaxRuns { get; init; } = 10_000;
    public int MaxRunsPerWorkspace { get; init; } = 5_000;
    /// <summary>What a refused caller is told to wait.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);
    /// <summary>How often a reader looks for news of a run that another process drives.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(250);
}
