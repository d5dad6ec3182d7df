namespace Designer.Engine;

/// <summary>What an installation takes in as files.</summary>
public sealed record FileLimits
{
    /// <summary>The largest file, in bytes.</summary>
    public long MostBytes { get; init; } = 32 * 1024 * 1024;
    /// <summary>How much a workspace may have in files and large values of runs, in bytes. A file that would go beyond is not taken; null: no limit.</summary>
    public long? MostPerWorkspace { get; init; } = 10L * 1024 * 1024 * 1024;
    /// <summary>How long a file stays that no run uses.</summary>
    public TimeSpan KeepUnused { get; init; } = TimeSpan.FromDays(1);
}
