using Designer.Flows;
using Microsoft.Extensions.Logging;

namespace Designer.Engine;

/// <summary>Events, the log, and what an earlier run's log can stand in for.</summary>
internal sealed partial class Run
{
    private const int MostWrittenBehind = 1_000;
    private readonly EventBuffer buffer;
    private readonly RecordedSteps recorded;
    private readonly Dictionary<string, Step> held = [];
    private readonly bool isResumed;
    private readonly long epoch;
    private HashSet<int>? onlyThese;
    private Usage usage = Usage.None;
    private long flushedSeq;
    private long committedSeq;
    private bool isKnownToLog;
    private bool isAnnounced;
    private Task turn = Task.CompletedTask;

    /// <summary>With the first batch of a new run.</summary>
    public IdempotencyKey? IdempotencyKey { get; init; }

    // Called under the lock.
    private void Emit(RunEventType type, string? step, int attempt, EventData? data) => buffer.Add(type, Services.Clock.GetUtcNow(), step, attempt, data);

    /// <summary>Hands all new events to the log. Called under the lock, so that batches come in order; await it outside.</summary>
    private ValueTask Flush()
    {
        if (record == RunRecord.Summary)
        {
            committedSeq = buffer.LastSeq;
            Signal();
            return default;
        }
        return CommittedAsync(Append(NextBatch(isEnd: false, out List<LargeLine>? large), large), buffer.LastSeq);
    }

    private async ValueTask CommittedAsync(ValueTask append, long to)
    {
        await append.ConfigureAwait(false);
        lock (gate) committedSeq = Math.Max(committedSeq, to);
        Signal();
    }

    /// <summary>Commits without waiting, so that readers see what is going on.</summary>
    private void FlushSoon()
    {
        ValueTask flushed;
        lock (gate)
        {
            if (IsOver || flushedSeq == buffer.LastSeq) return;
            flushed = Flush();
        }
        if (!flushed.IsCompletedSuccessfully) _ = AbandonIfRefusedAsync(flushed);
    }

    private async Task AbandonIfRefusedAsync(ValueTask flushed)
    {
        try
        {
            await flushed.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Abandon(e);
        }
    }

    /// <summary>Commits the start alone, before anything runs.</summary>
    public async ValueTask CommitStartAsync()
    {
        ValueTask committed;
        lock (gate)
        {
            Announce();
            // A promise to the caller (accepted; this key once only) is kept with a summary too.
            committed = record == RunRecord.Summary ? CommittedAsync(Append(NextBatch(isEnd: false, out List<LargeLine>? large), large), buffer.LastSeq) : Flush();
        }
        await committed.ConfigureAwait(false);
    }

    private void Announce()
    {
        if (!isResumed && !isAnnounced) Emit(RunEventType.RunStarted, null, 0, new EventData { Input = Row.Input, Start = start });
        isAnnounced = true;
    }

    // Called under the lock.
    private ValueTask Append(RunBatch batch, List<LargeLine>? large)
    {
        bool isLarge = large is not null || LargeRows.IsLarge(batch);
        if (!isLarge && turn.IsCompleted) return Services.Log.AppendAsync(batch);
        // A large value is on disk before the log refers to it; batches that come meanwhile line up behind, so that they stay in order.
        TaskCompletionSource handedOver = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task before = turn;
        turn = handedOver.Task;
        return new(AppendInTurnAsync(before, batch, large, handedOver));
    }

    private async Task AppendInTurnAsync(Task before, RunBatch batch, List<LargeLine>? large, TaskCompletionSource handedOver)
    {
        ValueTask appended;
        try
        {
            LargeStore store = new(Secrets, PutAsync);
            if (large is not null) batch = batch with { Events = await LargeEvents.StoreAsync(batch.Events, large, Secrets, store).ConfigureAwait(false) };
            batch = batch with { Row = await LargeRows.StoreAsync(batch, store).ConfigureAwait(false) };
            await before.ConfigureAwait(false);
            appended = Services.Log.AppendAsync(batch);
        }
        finally
        {
            // Where this one failed, the log refuses those behind it for the gap.
            handedOver.SetResult();
        }
        await appended.ConfigureAwait(false);
    }

    private async ValueTask<string> PutAsync(ReadOnlyMemory<byte> json)
    {
        using MemoryStream stream = new(json.ToArray(), writable: false);
        return (await Services.Blobs.PutAsync(Row.WorkspaceId, stream, long.MaxValue, Row.Id, CancellationToken.None).ConfigureAwait(false)).Id;
    }

    private RunBatch NextBatch(bool isEnd, out List<LargeLine>? large)
    {
        large = null;
        bool isFirst = !isKnownToLog;
        bool isNew = isFirst && !isResumed;
        isKnownToLog = true;
        long from = flushedSeq + 1;
        flushedSeq = buffer.LastSeq;
        bool isEmpty = isEnd && record == RunRecord.Summary && Row.State == RunState.Completed;
        ReadOnlyMemory<byte> events = isEmpty ? default : buffer.Write(from, flushedSeq, out large);
        return new RunBatch
        {
            RunId = Row.Id,
            Epoch = epoch,
            FirstSeq = from,
            Count = (int)(flushedSeq - from + 1),
            // Large values are masked on their way to the blob store, and the lines around them then too.
            Events = large is null ? Secrets.Mask(events) : events,
            Row = isFirst || isEnd ? Row : null,
            IsNew = isNew,
            VersionHash = isNew ? Plan.Stored.Hash : null,
            IdempotencyKey = isNew ? IdempotencyKey : null,
            Release = isEnd,
            InboxRead = inboxRead,
        };
    }

    // Called under the lock.
    private void CommitEnd(RunState state)
    {
        Conversation? conversation = state == RunState.Completed ? NextConversation() : null;
        if (record == RunRecord.Summary && state == RunState.Completed)
        {
            // Written behind: the row without its steps.
            flushedSeq = buffer.LastSeq;
            // A conversation's next turn may come at once, and must find this one's end.
            bool isBehind = Interlocked.Increment(ref Services.WrittenBehind.Value) <= MostWrittenBehind && conversation is null;
            Task written = ObserveAsync(Append(NextBatch(isEnd: true, out _) with { FirstSeq = 0, Conversation = conversation, CanWait = isBehind }, large: null));
            // Where runs end faster than the disk takes their rows, they wait for it, so that the rows in memory stay few.
            if (isBehind) writtenBehind = written;
            else endCommit = written;
            return;
        }
        RunBatch batch = NextBatch(isEnd: true, out List<LargeLine>? large) with { Conversation = conversation };
        endCommit = Append(state == RunState.Waiting ? batch with { WakeAt = Deadline() } : batch, large).AsTask();
    }

    private async Task ObserveAsync(ValueTask append)
    {
        try
        {
            await append.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Services.Logger.LogError(e, "The record of run {RunId} could not be written", Row.Id);
        }
        finally
        {
            Interlocked.Decrement(ref Services.WrittenBehind.Value);
        }
    }

    /// <summary>The conversation with this run's question and answer, and its variables as they are now.</summary>
    private Conversation? NextConversation()
    {
        if (start.Conversation is not { } before || root is null) return null;
        Dictionary<string, object?> output = OutputOf(root.Frame);
        string question = Row.Input.ValueKind == System.Text.Json.JsonValueKind.Object
            ? string.Join('\n', Row.Input.EnumerateObject().Where(p => p.Value.ValueKind == System.Text.Json.JsonValueKind.String).Select(p => p.Value.GetString()))
            : FlowValue.ToText(Row.Input);
        IReadOnlyList<Message> messages = [.. before.Messages, Message.Text("user", question), Message.Text("assistant", FlowValue.ToText(output.GetValueOrDefault("text")))];
        HashSet<string> kept = [.. Plan.Version.Document.Variables.Where(v => v.Scope == "conversation").Select(v => v.Name)];
        return before with
        {
            Messages = messages,
            Variables = root.Frame.Variables.Where(v => kept.Contains(v.Key)).ToDictionary(v => v.Key, v => FlowValue.ToJson(v.Value)),
        };
    }

    /// <summary>In a replay: an unchanged effect takes its recorded outputs. True when the step is done with.</summary>
    private bool TakeFromReplay(Step step)
    {
        if (replay is null || !step.IsEffect || step.Plan?.IsComposite == true || start.Target is { Only: true }) return false;
        if (replay.Outcome(step) is { } outcome)
        {
            Completed(step, outcome, cached: true);
            return true;
        }
        if (start.AllowEffects) return false;
        AttemptFailed(step, new StepException("replay.effectChanged", $"This step acts outside and its inputs differ from the recorded run. Allow effects to run it."));
        return true;
    }
}

/// <summary>An earlier run whose record may stand in for steps.</summary>
internal sealed record ReplaySource(RecordedSteps Steps, FlowVersion Version)
{
    private readonly Dictionary<string, FlowNode> nodes = All(Version.Document.Nodes).ToDictionary(n => n.Id);

    private static IEnumerable<FlowNode> All(IEnumerable<FlowNode> nodes) => nodes.SelectMany(n => All(n.Children?.Nodes ?? []).Prepend(n));

    /// <summary>The recorded outcome, when inputs (bound model and knowledge included), type and version of the node are the same.</summary>
    public StepOutcome? Outcome(Step step)
    {
        if (Steps.Find(step.Path) is not { End: RunEventType.StepCompleted } then) return null;
        if (step.Plan is { } plan && nodes.TryGetValue(plan.Id, out FlowNode? node) && (node.Type != plan.Document.Type || node.TypeVersion != plan.Document.TypeVersion)) return null;
        string now = FlowValue.ToJson(step.Settings).GetRawText();
        return FlowValue.ToJson(then.Inputs).GetRawText() == now ? new StepOutcome(RecordedSteps.Revive(then.Outputs, step.OutputsType), then.Port ?? "out") : null;
    }
}
