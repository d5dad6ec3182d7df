namespace Designer.Models.Calls;

/// <summary>How long and how much a model server may answer. The whole call is governed by its caller's cancellation; these bounds keep
/// a caller without one from waiting for ever.</summary>
public sealed record ModelHttpLimits
{
    /// <summary>Until the response headers: a local server may load the model first.</summary>
    public TimeSpan FirstResponse { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest silence in the middle of an answer.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Between two questions whether work that a server has taken is done.</summary>
    public TimeSpan AskAgain { get; init; } = TimeSpan.FromSeconds(1);

    public long MaxResponseBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Streamed pieces of one answer; each is about a token.</summary>
    public int MaxStreamedUpdates { get; init; } = 200_000;
}
