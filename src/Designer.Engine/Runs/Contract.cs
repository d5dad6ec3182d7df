using System.Text.Json;
using Designer.Flows;

namespace Designer.Engine;

/// <summary>Starts, follows, answers and ends runs. Every door (HTTP, chat, schedule, editor, command line) comes through here.</summary>
public interface IFlowEngine
{
    /// <summary>Checks, compiles (once per version) and starts. Returns the run's id; the run goes on without the caller.</summary>
    /// <exception cref="FlowProblemsException">The flow has errors, or the input does not fit.</exception>
    /// <exception cref="EngineBusyException">Too many runs at once; try again after its pause.</exception>
    /// <exception cref="RunConflictException">The conversation has an active run, or the idempotency key was used with another body.</exception>
    ValueTask<StartedRun> StartAsync(FlowVersion version, JsonElement input, RunOptions options, CancellationToken cancellation = default);

    /// <summary>All committed events from <paramref name="fromSeq"/> on, then live ones and text as it streams, until the run ends. While it waits for a person, so does the reader.</summary>
    IAsyncEnumerable<RunEvent> WatchAsync(Guid runId, long fromSeq = 1, CancellationToken cancellation = default);

    /// <summary>As <see cref="WatchAsync"/>, but values that are kept beside the log come as previews (<see cref="EventData.Large"/>).</summary>
    IAsyncEnumerable<RunEvent> WatchPreviewsAsync(Guid runId, long fromSeq = 1, CancellationToken cancellation = default);

    /// <summary>What a recorded run executed, to run it again; null where nothing was kept of it.</summary>
    ValueTask<FlowVersion?> VersionOfAsync(Guid runId, CancellationToken cancellation = default);

    /// <summary>Completes when the run has ended or waits for a person.</summary>
    ValueTask<RunRow> WaitAsync(Guid runId, CancellationToken cancellation = default);

    ValueTask<RunRow?> FindAsync(Guid runId, CancellationToken cancellation = default);

    /// <summary>As <see cref="FindAsync"/>, but values that are kept beside the row come as previews (<see cref="RunRow.Large"/>).</summary>
    ValueTask<RunRow?> FindPreviewAsync(Guid runId, CancellationToken cancellation = default);

    /// <summary>False when the run had ended already.</summary>
    ValueTask<bool> CancelAsync(Guid runId, CancellationToken cancellation = default);

    /// <summary>Answers a waiting step, once.</summary>
    /// <exception cref="RunConflictException">The step does not wait, or was answered already.</exception>
    ValueTask AnswerAsync(Guid runId, string step, HumanAnswer answer, CancellationToken cancellation = default);

    /// <summary>Takes over unfinished runs whose owner is gone, and runs whose deadline came. Returns how many.</summary>
    ValueTask<int> ResumeAsync(CancellationToken cancellation = default);
}

/// <summary>An immutable thing to run: a published version or a draft's snapshot, with its slots bound.</summary>
/// <param name="Version"><c>3</c> for a published one, <c>draft@17</c> for a draft's revision.</param>
public sealed record FlowVersion(Guid WorkspaceId, Guid FlowId, string Version, FlowDocument Document, IReadOnlyDictionary<string, string> Bindings)
{
    public bool IsDraft => Version.StartsWith("draft", StringComparison.Ordinal);
}

/// <summary>Finds the flow that a sub-flow step names.</summary>
public interface IFlowVersions
{
    /// <summary>The latest published version of a flow by slug or id, or null.</summary>
    ValueTask<FlowVersion?> FindPublishedAsync(Guid workspaceId, string flow, CancellationToken cancellation);
}

/// <summary>Hands out secrets of a workspace's credentials.</summary>
public interface ISecrets
{
    ValueTask<string?> FindAsync(Guid workspaceId, string credential, CancellationToken cancellation);
}

/// <param name="IsExisting">The idempotency key had started it before.</param>
public readonly record struct StartedRun(Guid Id, bool IsExisting = false);

public sealed record RunOptions
{
    public static readonly RunOptions Default = new();
    public Guid? RunId { get; init; }
    /// <summary>editor, api, cli, chat, schedule.</summary>
    public string Trigger { get; init; } = "api";
    public string? StartedBy { get; init; }
    public string? ConversationId { get; init; }
    public RunRecord Record { get; init; } = RunRecord.Full;
    public Budget Budget { get; init; } = Budget.Default;
    public RunTarget? Target { get; init; }
    /// <summary>Take the outputs of unchanged steps from this run's record.</summary>
    public Guid? ReplayOf { get; init; }
    /// <summary>In a replay: effects whose inputs changed may run.</summary>
    public bool AllowEffects { get; init; }
    /// <summary>By node id: what stands in for running the node. Drafts only; the target itself always runs.</summary>
    public IReadOnlyDictionary<string, Pin>? Pins { get; init; }
    /// <summary>Ids of nodes before which the run stops and asks (<see cref="Breakpoint"/>). Drafts only.</summary>
    public IReadOnlyList<string>? Breakpoints { get; init; }
    /// <summary>Return only when <c>run.started</c> is committed, as a 202 answer needs.</summary>
    public bool IsDurableStart { get; init; }
    /// <summary>Unique per caller; the same key and body attach to the same run.</summary>
    public IdempotencyKey? IdempotencyKey { get; init; }
    /// <summary>Wait for a free place instead of failing when the engine is full.</summary>
    public bool Queue { get; init; }
}

public enum RunRecord { Full, Summary }

/// <param name="Scope">Whose key it is, e.g. an API key's id and the flow.</param>
/// <param name="BodyHash">Of the request, to tell another body.</param>
public sealed record IdempotencyKey(string Scope, string Key, string BodyHash);

/// <summary>Outputs that stand in for running a node, and the port it leaves by.</summary>
public sealed record Pin(JsonElement Outputs, string Port = "out");

/// <summary>How a run that stopped before a step is told to go on. It waits there as a step that asks does, at a path of its own.</summary>
public static class Breakpoint
{
    public const string Continue = "continue";
    /// <summary>Runs the step and stops before the next one; what is inside the step is not stopped at.</summary>
    public const string StepOver = "stepOver";
    public const string Stop = "stop";
    public static readonly IReadOnlyList<string> Decisions = [Continue, StepOver, Stop];
    // No node can have this id.
    private const string Suffix = "/@break";

    public static string Before(string step) => step + Suffix;
    public static bool IsOne(string path) => path.EndsWith(Suffix, StringComparison.Ordinal);
    /// <summary>The step before which it stops; the path itself for any other.</summary>
    public static string StepOf(string path) => IsOne(path) ? path[..^Suffix.Length] : path;
}

/// <param name="Only">True: this node alone, upstream values from the replayed run or pins. False: everything up to it.</param>
public sealed record RunTarget(string Node, bool Only);

/// <summary>Ceilings of a run, inherited by its sub-flows and agents. Null: no ceiling.</summary>
public sealed record Budget(
    TimeSpan? WallTime = null, int? Steps = null, int? ModelCalls = null, long? Tokens = null, decimal? Cost = null, int? CallsPerTool = null)
{
    public static readonly Budget Default = new(TimeSpan.FromMinutes(30), 100_000, 1_000, 5_000_000, null, 200);
}

public enum RunState { Queued, Running, Waiting, Completed, Failed, Cancelled }

/// <summary>A run without its events.</summary>
public sealed record RunRow
{
    public required Guid Id { get; init; }
    public required Guid WorkspaceId { get; init; }
    public required Guid FlowId { get; init; }
    public required string Version { get; init; }
    public required RunState State { get; init; }
    public required DateTimeOffset StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public JsonElement Input { get; init; }
    public JsonElement? Output { get; init; }
    /// <summary>Input and output that are not here because they are too large.</summary>
    public LargeValues? Large { get; init; }
    public RunError? Error { get; init; }
    public Usage Usage { get; init; } = Usage.None;
    public string? ConversationId { get; init; }
    public string Trigger { get; init; } = "api";
    public string? StartedBy { get; init; }
    public bool IsEnded => State is RunState.Completed or RunState.Failed or RunState.Cancelled;
}

public enum RunEventType : byte
{
    RunStarted, StepReady, StepStarted, StepWaiting, StepResumed, StepCompleted, StepSkipped, StepFailed,
    StepRetrying, StepCancelled, RunWaiting, RunCompleted, RunFailed, RunCancelled, StepToken, StepProgress,
}

/// <summary>One thing that happened in a run.</summary>
/// <param name="Seq">Gapless from 1; 0 for text and progress, which are not recorded.</param>
public sealed record RunEvent(long Seq, RunEventType Type, DateTimeOffset Time, string? Step, int Attempt, EventData? Data);

/// <summary>What an event carries; unused members are null and not written.</summary>
public sealed record EventData
{
    public object? Input { get; init; }
    public object? Output { get; init; }
    public object? Inputs { get; init; }
    public object? Outputs { get; init; }
    public string? Port { get; init; }
    public Usage? Usage { get; init; }
    /// <summary>The step's calls of models, in their order.</summary>
    public IReadOnlyList<CallTrace>? Calls { get; init; }
    public double? DurationMs { get; init; }
    public bool? Cached { get; init; }
    public RunError? Error { get; init; }
    public double? DelayMs { get; init; }
    public HumanForm? Form { get; init; }
    public HumanAnswer? Answer { get; init; }
    public int? Offset { get; init; }
    public string? Text { get; init; }
    /// <summary>On text: the answer node it streams to, so that a caller may see it.</summary>
    public string? AnswerNode { get; init; }
    public string? Message { get; init; }
    /// <summary>On progress: a picture as it is so far, as a data address.</summary>
    public string? Preview { get; init; }
    public RunStart? Start { get; init; }
    /// <summary>Values that are not here because they are too large.</summary>
    public LargeValues? Large { get; init; }
}

/// <summary>What a run needs to be taken up again.</summary>
public sealed record RunStart(
    RunTarget? Target, Guid? ReplayOf, bool AllowEffects, Budget Budget, IReadOnlyDictionary<string, Pin>? Pins, Conversation? Conversation,
    IReadOnlyList<string>? Breakpoints = null);
