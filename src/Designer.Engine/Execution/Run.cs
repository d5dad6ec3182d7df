using System.Runtime.CompilerServices;
using System.Text.Json;
using Designer.Flows;
using Microsoft.Extensions.Logging;

namespace Designer.Engine;

/// <summary>What all runs share.</summary>
internal sealed record RunServices(IRunLog Log, TimeProvider Clock, ILogger Logger, Func<FlowVersion, FlowPlan> Plan, IFlowVersions? Versions, ISecrets? Secrets, IBlobStore Blobs, FlowFiles Files)
{
    /// <summary>How many summaries are on their way to the log.</summary>
    public StrongBox<int> WrittenBehind { get; } = new();
}

/// <summary>
/// One run in this process: who is ready, who runs, what happened. One lock guards all of it; steps run outside of it.
/// Split by concern: <c>Run.Steps</c> (attempts), <c>Run.Ends</c> (how they end), <c>Run.Counting</c> (who is at work), <c>Run.Graph</c> (what becomes ready), <c>Run.Children</c> (composites),
/// <c>Run.Waiting</c> (people), <c>Run.Debug</c> (pins and breakpoints), <c>Run.Files</c>, <c>Run.Record</c> (events and the log), <c>Run.Watch</c> (readers).
/// </summary>
internal sealed partial class Run
{
    private readonly Lock gate = new();
    private readonly Queue<Step> ready = new();
    private readonly HashSet<Step> live = [];
    private readonly RunStart start;
    private readonly ReplaySource? replay;
    private readonly RunRecord record;
    private CancellationTokenSource? cancellation;
    private Scope? root;
    private readonly long activeSince;
    private bool isEndHandled;
    private Task endCommit = Task.CompletedTask;
    private Task writtenBehind = Task.CompletedTask;

    public Run(RunServices services, RunRow row, FlowPlan plan, RunStart start, RunRecord record, long epoch, RecordedSteps? recorded, ReplaySource? replay)
    {
        Services = services;
        Row = row;
        Plan = plan;
        this.start = start;
        this.record = record;
        this.replay = replay;
        this.epoch = epoch;
        this.recorded = recorded ?? new RecordedSteps();
        isResumed = recorded is not null;
        buffer = new EventBuffer(this.recorded.LastSeq + 1);
        flushedSeq = committedSeq = this.recorded.LastSeq;
        Ledger = new BudgetLedger(start.Budget);
        Ledger.Restore(this.recorded.Usage, this.recorded.StartedCount);
        usage = this.recorded.Usage;
        steppingDepth = this.recorded.SteppingDepth;
        activeSince = services.Clock.GetTimestamp();
    }

    public RunServices Services { get; }
    public RunRow Row { get; private set; }
    public FlowPlan Plan { get; }
    public BudgetLedger Ledger { get; }
    public SecretMask Secrets { get; } = new();
    /// <summary>Ended, handed over, or put aside until a person answers. Nothing that still comes from its steps counts.</summary>
    public bool IsOver { get; private set; }
    /// <summary>How long it has been at work, in earlier processes too. Waiting for people does not count.</summary>
    public TimeSpan ActiveTime => recorded.ActiveTime + Services.Clock.GetElapsedTime(activeSince);
    public TimeSpan? WallTime => start.Budget.WallTime;
    /// <summary>Completes when the run ended or waits, after the commit.</summary>
    public TaskCompletionSource<RunRow> Settled { get; } = new();
    /// <summary>Called once, outside the lock, when the run is over in this process and committed.</summary>
    public Action<Run>? Over { get; init; }

    public CancellationToken Token
    {
        get
        {
            if (cancellation is null) Interlocked.CompareExchange(ref cancellation, new CancellationTokenSource(), null);
            return cancellation.Token;
        }
    }

    public void Begin()
    {
        lock (gate)
        {
            // Cancelled before it began.
            if (IsOver) return;
            Announce();
            FlowFrame frame = new(this, Plan, Row.Input, start.Conversation);
            root = new Scope(frame, Plan.Root, outer: null, owner: null, prefix: "", names: null);
            if (start.Target is { } target) OpenTarget(root, target);
            else Open(root);
        }
        // Steps begin on the caller's thread but must not come back to it (a circuit's takes one thing at a time): a composite whose code is
        // queued there would look idle, and the run would be put aside while it still has something to do.
        SynchronizationContext? caller = SynchronizationContext.Current;
        if (caller is not null) SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            Drain();
        }
        finally
        {
            if (caller is not null) SynchronizationContext.SetSynchronizationContext(caller);
        }
        if (IsOver) AfterEnd();
    }

    /// <summary>Ends the run as cancelled, with its trace. False when it was over already.</summary>
    public bool Cancel()
    {
        lock (gate)
        {
            if (IsOver) return false;
            End(RunState.Cancelled, null);
        }
        AfterEnd();
        return true;
    }

    /// <summary>Ends the run from outside, e.g. when its wall time is used up.</summary>
    public void Fail(RunError error)
    {
        lock (gate)
        {
            if (IsOver) return;
            End(RunState.Failed, error);
        }
        AfterEnd();
    }

    /// <summary>The log refuses this run (another process took it over, or the disk is full): stop here; it is taken up from the log later.</summary>
    private void Abandon(Exception reason)
    {
        lock (gate)
        {
            if (IsOver) return;
            IsOver = true;
            foreach (Step step in live) step.StopClock();
            live.Clear();
            endCommit = Task.FromException(reason);
        }
        Services.Logger.LogWarning(reason, "Run {RunId} stops in this process", Row.Id);
        AfterEnd();
    }

    // Called under the lock. Everything still under way ends with the run.
    private void End(RunState state, RunError? error)
    {
        foreach (Step step in live)
        {
            if (step.IsStarted && !step.IsEnded) Emit(RunEventType.StepCancelled, step.Path, step.Attempt, null);
            step.StopClock();
        }
        live.Clear();
        ready.Clear();
        IsOver = true;
        object? output = state == RunState.Completed ? Output(root!) : null;
        Row = Row with
        {
            State = state,
            EndedAt = Services.Clock.GetUtcNow(),
            Output = output is null ? null : FlowValue.ToJson(Secrets.Mask(output, typeof(JsonElement))),
            Error = error is null ? null : error with { Message = Secrets.Mask(error.Message) },
            Usage = usage,
        };
        RunEventType type = state switch
        {
            RunState.Completed => RunEventType.RunCompleted,
            RunState.Failed => RunEventType.RunFailed,
            _ => RunEventType.RunCancelled,
        };
        Emit(type, null, 0, new EventData { Output = Row.Output, Error = Row.Error, Usage = usage });
        CommitEnd(state);
    }

    // Outside the lock, because it runs other people's code. Safe to call twice.
    private void AfterEnd()
    {
        lock (gate)
        {
            // Another thread may have seen that the run is over while it was still being ended; its row and its last commit come first.
            if (isEndHandled) return;
            isEndHandled = true;
        }
        if (Row.State != RunState.Waiting) cancellation?.Cancel();
        _ = SettleAsync();
    }

    private async Task SettleAsync()
    {
        try
        {
            await endCommit.ConfigureAwait(false);
            lock (gate) committedSeq = buffer.LastSeq;
            if (!writtenBehind.IsCompleted)
            {
                // Nobody waits for a summary's row, but until it is in the log the run can only be found here.
                Settled.TrySetResult(Row);
                Signal();
                await writtenBehind.ConfigureAwait(false);
            }
            Over?.Invoke(this);
            Settled.TrySetResult(Row);
        }
        catch (Exception e)
        {
            Over?.Invoke(this);
            Settled.TrySetException(e);
        }
        Signal();
    }

    /// <summary>What the caller gets: the answers' texts in the order they were given, their citations and named values.</summary>
    private object? Output(Scope scope)
    {
        if (start.Target is { } target && scope == root) return scope.Root(target.Node);
        return OutputOf(scope.Frame);
    }

    private static Dictionary<string, object?> OutputOf(FlowFrame frame)
    {
        Dictionary<string, object?> output = [];
        foreach (IAnswerOutputs answer in frame.Answers ?? [])
        {
            if (answer.Text is { } text) output["text"] = output.TryGetValue("text", out object? earlier) ? $"{earlier}\n\n{text}" : text;
            if (answer.Citations is { Count: > 0 } citations)
                output["citations"] = output.TryGetValue("citations", out object? before) ? (Citation[])[.. (Citation[])before!, .. citations] : citations.ToArray();
            foreach ((string name, object? value) in answer.Values ?? OrderedMap<object?>.Empty) output[name] = value;
        }
        return output;
    }
}
