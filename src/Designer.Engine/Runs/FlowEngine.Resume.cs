using Designer.Flows;
using Microsoft.Extensions.Logging;

namespace Designer.Engine;

/// <summary>Answers, cancels, and taking runs up again from the log: after a person answered, after a crash, after a deadline.</summary>
public sealed partial class FlowEngine
{
    public async ValueTask<bool> CancelAsync(Guid runId, CancellationToken cancellation = default)
    {
        if (runs.TryGetValue(runId, out Run? run)) return run.Cancel();
        RunRow? row = await Log.FindAsync(runId, cancellation).ConfigureAwait(false);
        if (row is null || row.IsEnded) return false;
        await Log.PostAsync(runId, new InboxItem("", "cancel", null, services.Clock.GetUtcNow()), cancellation).ConfigureAwait(false);
        await TakeUpAsync(runId, cancellation).ConfigureAwait(false);
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
        if (runs.TryGetValue(runId, out Run? run)) run.Deliver(item);
        else await TakeUpAsync(runId, cancellation).ConfigureAwait(false);
    }

    private async ValueTask<HumanForm?> FindFormAsync(Guid runId, string step, CancellationToken cancellation)
    {
        if (runs.TryGetValue(runId, out Run? run) && run.FormOf(step) is { } form) return form;
        RecordedSteps steps = await ReadAsync(runId, cancellation).ConfigureAwait(false);
        if (steps.Answers.ContainsKey(step))
            throw new RunConflictException("step.answered", $"The step \"{step}\" has been answered already.");
        return steps.Forms.GetValueOrDefault(step);
    }

    /// <summary>The keeper's round: call it at start, on a change of membership, and every second or so.</summary>
    public async ValueTask<int> ResumeAsync(CancellationToken cancellation = default)
    {
        await AttendAsync(cancellation).ConfigureAwait(false);
        int count = 0;
        foreach (Guid id in await Log.OrphansAsync(services.Clock.GetUtcNow(), cancellation).ConfigureAwait(false))
            if (!runs.ContainsKey(id) && await TakeUpAsync(id, cancellation).ConfigureAwait(false)) count++;
        return count;
    }

    /// <summary>Looks after the runs that this process drives, and takes over no other: ends those that took too long, delivers what other processes posted.</summary>
    public async ValueTask AttendAsync(CancellationToken cancellation = default)
    {
        foreach (Run run in runs.Values)
            if (run.WallTime is { } most && services.Clock.GetElapsedTime(run.ActiveSince) > most)
                run.Fail(new RunError("budget.exceeded", $"The run took longer than {Duration.ToText(most)}."));
        foreach (Guid id in await Log.UnreadAsync(cancellation).ConfigureAwait(false))
            if (runs.TryGetValue(id, out Run? run))
                foreach (InboxItem item in await Log.InboxAsync(id, cancellation).ConfigureAwait(false)) run.Deliver(item);
    }

    /// <summary>Stops accepting and waits for active runs, at most as long as <paramref name="grace"/>. What is unfinished then is taken up by the next process.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        admission.IsClosed = true;
        Task settled = Task.WhenAll(runs.Values.Select(r => (Task)r.Settled.Task));
        await Task.WhenAny(settled, Task.Delay(grace, services.Clock)).ConfigureAwait(false);
    }

    private async Task TakeUpIfAnsweredAsync(Guid runId)
    {
        try
        {
            RecordedSteps steps = await ReadAsync(runId, default).ConfigureAwait(false);
            IReadOnlyList<InboxItem> items = await Log.InboxAsync(runId, default).ConfigureAwait(false);
            if (items.Any(i => i.Kind == "cancel" || !steps.Answers.ContainsKey(i.Step))) await TakeUpAsync(runId, default).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            services.Logger.LogError(e, "Run {RunId} could not be taken up after an answer; the next round tries again", runId);
        }
    }

    /// <summary>Claims a run and goes on with it from its log. False when it has ended or belongs to another living process.</summary>
    private async ValueTask<bool> TakeUpAsync(Guid runId, CancellationToken cancellation)
    {
        if (await Log.ClaimAsync(runId, cancellation).ConfigureAwait(false) is not { } claim) return false;
        RecordedSteps steps = await ReadAsync(runId, cancellation).ConfigureAwait(false);
        if (steps.Started?.Data?.Start is not { } start) return false;
        await PostDeadlinesAsync(runId, steps, cancellation).ConfigureAwait(false);
        FlowVersion version = await LoadVersionAsync(claim.VersionHash, cancellation).ConfigureAwait(false);
        ReplaySource? replay = start.ReplayOf is { } of ? await LoadReplayAsync(claim.Row.WorkspaceId, of, cancellation).ConfigureAwait(false) : null;
        RunRow row = claim.Row with { State = RunState.Running };
        Run run = new(services, row, PlanOf(version), start, RunRecord.Full, claim.Epoch, steps, replay) { Over = Forget };
        if (!runs.TryAdd(runId, run)) return false;
        await admission.EnterQueuedAsync(row.WorkspaceId, cancellation).ConfigureAwait(false);
        foreach (InboxItem item in await Log.InboxAsync(runId, cancellation).ConfigureAwait(false)) run.Deliver(item);
        run.Begin();
        return true;
    }

    private async ValueTask PostDeadlinesAsync(Guid runId, RecordedSteps steps, CancellationToken cancellation)
    {
        DateTimeOffset now = services.Clock.GetUtcNow();
        foreach ((string step, HumanForm form) in steps.Forms)
            if (form.Deadline <= now && !steps.Answers.ContainsKey(step))
                await Log.PostAsync(runId, new InboxItem(step, "timeout", null, now), cancellation).ConfigureAwait(false);
    }

    private async ValueTask<RecordedSteps> ReadAsync(Guid runId, CancellationToken cancellation)
    {
        RecordedSteps steps = new();
        await foreach (RunEvent e in Log.ReadAsync(runId, 1, cancellation).ConfigureAwait(false)) steps.Apply(e);
        return steps;
    }

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
        RecordedSteps steps = await ReadAsync(runId, cancellation).ConfigureAwait(false);
        string hash = await Log.VersionOfAsync(runId, cancellation).ConfigureAwait(false) ?? throw Problem("replay.unrecorded", "That run kept no record to replay.");
        return new ReplaySource(steps, await LoadVersionAsync(hash, cancellation).ConfigureAwait(false));
    }
}
