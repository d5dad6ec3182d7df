using System.Buffers;
using System.Text.Json;
using Designer.Flows;
using Microsoft.Extensions.Logging;

namespace Designer.Engine;

/// <summary>Answers, cancels, and taking runs up again from the log: after a person answered, after a crash, after a deadline.</summary>
public sealed partial class FlowEngine
{
    public async ValueTask<bool> CancelAsync(Guid runId, CancellationToken cancellation = default)
    {
        // A run that is being put aside at this moment takes the cancel from its inbox.
        if (runs.TryGetValue(runId, out Run? run) && (run.Cancel() || run.Row.IsEnded)) return run.Row.State == RunState.Cancelled;
        RunRow? row = await Log.FindAsync(runId, cancellation).ConfigureAwait(false);
        if (row is null || row.IsEnded) return false;
        await Log.PostAsync(runId, new InboxItem("", "cancel", null, services.Clock.GetUtcNow()), cancellation).ConfigureAwait(false);
        await HandOverAsync(runId).ConfigureAwait(false);
        return true;
    }

    public async ValueTask AnswerAsync(Guid runId, string step, HumanAnswer answer, CancellationToken cancellation = default)
    {
        HumanForm form = await FindFormAsync(runId, step, cancellation).ConfigureAwait(false)
            ?? throw new RunConflictException("step.notWaiting", $"The step \"{step}\" does not wait for an answer.");
        if (!form.Decisions.Contains(answer.Decision))
            throw new RunConflictException("step.decision", $"\"{answer.Decision}\" is not one of {string.Join(", ", form.Decisions)}.");
        InboxItem item = new(step, "answer", answer, services.Clock.GetUtcNow());
        if (!await Log.PostAsync(runId, item, cancellation).ConfigureAwait(false))
            throw new RunConflictException("step.answered", $"The step \"{step}\" has been answered already.");
        await HandOverAsync(runId).ConfigureAwait(false);
    }

    /// <summary>Gives what was posted to the run that is driven here, or takes the run up for it. One that is just being put aside is waited for.</summary>
    private async ValueTask HandOverAsync(Guid runId)
    {
        while (runs.TryGetValue(runId, out Run? run) && !run.Row.IsEnded)
        {
            if (await DeliverAsync(run).ConfigureAwait(false)) return;
            await ((Task)run.Settled.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await TakeUpAsync(runId).ConfigureAwait(false);
    }

    private async ValueTask<HumanForm?> FindFormAsync(Guid runId, string step, CancellationToken cancellation)
    {
        if (runs.TryGetValue(runId, out Run? run) && run.FormOf(step) is { } form) return form;
        RecordedSteps steps = await ReadAsync(runId, workspaceId: null, cancellation).ConfigureAwait(false);
        if (steps.Answers.ContainsKey(step))
            throw new RunConflictException("step.answered", $"The step \"{step}\" has been answered already.");
        return steps.Forms.GetValueOrDefault(step);
    }

    /// <summary>The keeper's round: call it at start, on a change of membership, and every second or so.</summary>
    public async ValueTask<int> ResumeAsync(CancellationToken cancellation = default)
    {
        await AttendAsync(cancellation).ConfigureAwait(false);
        int count = 0;
        IReadOnlyList<Guid> orphans = await Log.OrphansAsync(services.Clock.GetUtcNow(), cancellation).ConfigureAwait(false);
        foreach (Guid id in orphans.Concat(stranded.Keys))
        {
            if (runs.ContainsKey(id)) continue;
            cancellation.ThrowIfCancellationRequested();
            try
            {
                if (await TakeUpAsync(id).ConfigureAwait(false)) count++;
                stranded.TryRemove(id, out _);
            }
            catch (Exception e)
            {
                // One run that cannot go on must not hold up the others.
                services.Logger.LogError(e, "Run {RunId} could not be taken up; the next round tries again", id);
            }
        }
        return count;
    }

    /// <summary>Looks after the runs that this process drives, and takes over no other: ends those that took too long, delivers what other processes posted.</summary>
    public async ValueTask AttendAsync(CancellationToken cancellation = default)
    {
        DateTimeOffset now = services.Clock.GetUtcNow();
        foreach (Run run in runs.Values)
        {
            foreach (string step in run.Overdue(now))
            {
                InboxItem item = new(step, "timeout", null, now);
                if (await Log.PostAsync(run.Row.Id, item, cancellation).ConfigureAwait(false)) await HandOverAsync(run.Row.Id).ConfigureAwait(false);
            }
            if (run.WallTime is { } most && run.ActiveTime > most)
                run.Fail(new RunError("budget.exceeded", $"The run took longer than {Duration.ToText(most)}."));
        }
        foreach (Guid id in await Log.UnreadAsync(cancellation).ConfigureAwait(false))
            if (runs.TryGetValue(id, out Run? run))
                await DeliverAsync(run).ConfigureAwait(false);
    }

    /// <summary>Stops accepting and waits for active runs, at most as long as <paramref name="grace"/>. What is unfinished then is taken up by the next process.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        admission.IsClosed = true;
        Task settled = Task.WhenAll(runs.Values.Select(r => (Task)r.Settled.Task));
        await Task.WhenAny(settled, Task.Delay(grace, services.Clock)).ConfigureAwait(false);
    }

    /// <summary>Claims a run and goes on with it from its log. False when it has ended or belongs to another living process.</summary>
    /// <remarks>
    /// A claim raises the epoch, and the log takes nothing more from an older one. So of several callers at once (two rounds, an answer and a
    /// round) one claims; the others wait for it. No caller's cancellation ends it half-way.
    /// </remarks>
    private async ValueTask<bool> TakeUpAsync(Guid runId)
    {
        TaskCompletionSource mine = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task first = takingUp.GetOrAdd(runId, mine.Task);
        if (first != mine.Task)
        {
            await first.ConfigureAwait(false);
            // The other caller may have read the inbox before this one posted to it. What comes too late even now is for the next round.
            if (runs.TryGetValue(runId, out Run? run)) await DeliverAsync(run).ConfigureAwait(false);
            return false;
        }
        try
        {
            return !runs.ContainsKey(runId) && await ClaimAsync(runId).ConfigureAwait(false);
        }
        finally
        {
            takingUp.TryRemove(runId, out _);
            mine.SetResult();
        }
    }

    private async ValueTask<bool> ClaimAsync(Guid runId)
    {
        if (await Log.ClaimAsync(runId, default).ConfigureAwait(false) is not { } claim) return false;
        // From here on the log counts this process as the owner, and only this process can come back to the run.
        stranded[runId] = true;
        RecordedSteps steps = await ReadAsync(runId, claim.Row.WorkspaceId, default).ConfigureAwait(false);
        await PostDeadlinesAsync(runId, steps, default).ConfigureAwait(false);
        Run run;
        try
        {
            if (steps.Missing is { } gone) throw new InvalidOperationException($"The outputs of step {gone} are too large for the log, and the file that holds them is gone.");
            RunStart start = steps.Started?.Data?.Start ?? throw new JsonException("The run's start is not in its log.");
            FlowVersion version = await LoadVersionAsync(claim.VersionHash, default).ConfigureAwait(false);
            ReplaySource? replay = start.ReplayOf is { } of ? await LoadReplayAsync(claim.Row.WorkspaceId, of, default).ConfigureAwait(false) : null;
            RunRow row = await RestoreAsync(claim.Row, default).ConfigureAwait(false);
            if (row.Large is not null) throw new InvalidOperationException("The run's input is too large for the log, and the file that holds it is gone.");
            run = new(services, row with { State = RunState.Running }, PlanOf(version), start, RunRecord.Full, claim.Epoch, steps, replay) { Over = Forget };
        }
        catch (Exception e) when (e is FlowProblemsException or JsonException or InvalidOperationException)
        {
            await GiveUpAsync(claim, steps.LastSeq + 1, e).ConfigureAwait(false);
            return false;
        }
        await admission.EnterQueuedAsync(run.Row.WorkspaceId, default).ConfigureAwait(false);
        runs[runId] = run;
        stranded.TryRemove(runId, out _);
        await DeliverAsync(run).ConfigureAwait(false);
        run.Begin();
        return true;
    }

    /// <summary>What the run executes is gone, or this program no longer knows its nodes: it ends with that as its error.</summary>
    private async ValueTask GiveUpAsync(RunClaim claim, long seq, Exception reason)
    {
        services.Logger.LogError(reason, "Run {RunId} cannot go on", claim.Row.Id);
        RunError error = new("run.cannotResume", Sentence.Of(reason));
        RunRow row = claim.Row with { State = RunState.Failed, EndedAt = services.Clock.GetUtcNow(), Error = error };
        ArrayBufferWriter<byte> line = new(512);
        EventJson.WriteLine(line, new RunEvent(seq, RunEventType.RunFailed, row.EndedAt.Value, null, 0, new EventData { Error = error }));
        await Log.AppendAsync(new RunBatch { RunId = row.Id, Epoch = claim.Epoch, FirstSeq = seq, Count = 1, Events = line.WrittenMemory, Row = row, Release = true }).ConfigureAwait(false);
        stranded.TryRemove(row.Id, out _);
    }

    /// <summary>False when the run is over in this process and has not taken all in.</summary>
    private async ValueTask<bool> DeliverAsync(Run run)
    {
        foreach (InboxItem item in await Log.InboxAsync(run.Row.Id, default).ConfigureAwait(false))
            if (!run.Deliver(item)) return false;
        return true;
    }

    private async ValueTask PostDeadlinesAsync(Guid runId, RecordedSteps steps, CancellationToken cancellation)
    {
        DateTimeOffset now = services.Clock.GetUtcNow();
        foreach ((string step, HumanForm form) in steps.Forms)
            if (form.Deadline <= now && !steps.Answers.ContainsKey(step))
                await Log.PostAsync(runId, new InboxItem(step, "timeout", null, now), cancellation).ConfigureAwait(false);
    }

    /// <param name="workspaceId">Whose large values are read too; null where only forms and answers are asked for.</param>
    private async ValueTask<RecordedSteps> ReadAsync(Guid runId, Guid? workspaceId, CancellationToken cancellation)
    {
        RecordedSteps steps = new();
        await foreach (RunEvent e in Log.ReadAsync(runId, 1, cancellation).ConfigureAwait(false))
            steps.Apply(workspaceId is { } workspace ? await RestoreAsync(workspace, e, cancellation).ConfigureAwait(false) : e);
        return steps;
    }

    private ValueTask<RunRow> RestoreAsync(RunRow row, CancellationToken cancellation) =>
        row.Large is null ? new(row) : LargeRows.RestoreAsync(row, id => services.Blobs.OpenAsync(row.WorkspaceId, id, cancellation));

    private ValueTask<RunEvent> RestoreAsync(Guid workspaceId, RunEvent e, CancellationToken cancellation) =>
        e.Data?.Large is null ? new(e) : LargeEvents.RestoreAsync(e, id => services.Blobs.OpenAsync(workspaceId, id, cancellation));

    public async ValueTask<FlowVersion?> VersionOfAsync(Guid runId, CancellationToken cancellation = default) =>
        await Log.VersionOfAsync(runId, cancellation).ConfigureAwait(false) is { } hash ? await LoadVersionAsync(hash, cancellation).ConfigureAwait(false) : null;

    private async ValueTask<FlowVersion> LoadVersionAsync(string hash, CancellationToken cancellation)
    {
        if (storedVersions.TryGetValue(hash, out FlowVersion? version)) return version;
        ReadOnlyMemory<byte> json = await Log.LoadVersionAsync(hash, cancellation).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"The version {hash} that a run needs is not in the log.");
        if (storedVersions.Count > 1_000) storedVersions.Clear();
        return storedVersions[hash] = StoredVersion.Read(json.Span);
    }

    private async ValueTask<ReplaySource> LoadReplayAsync(Guid workspaceId, Guid runId, CancellationToken cancellation)
    {
        RunRow? row = await Log.FindAsync(runId, cancellation).ConfigureAwait(false);
        if (row is null || row.WorkspaceId != workspaceId) throw Problem("replay.unknown", $"There is no run {runId} to replay.");
        RecordedSteps steps = await ReadAsync(runId, workspaceId, cancellation).ConfigureAwait(false);
        if (steps.Missing is { } gone) throw Problem("replay.unrecorded", $"The file that holds the outputs of step {gone} is gone.");
        FlowVersion version = await VersionOfAsync(runId, cancellation).ConfigureAwait(false) ?? throw Problem("replay.unrecorded", $"That run kept no record to replay.");
        return new ReplaySource(steps, version);
    }
}
