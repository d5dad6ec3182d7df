using Designer.Engine;
using Designer.Web.Features.Api;

namespace Designer.Web.Commands;

/// <summary>Follows a run to its end: prints what it says, asks the person at the terminal what it waits for, and cancels it on Ctrl+C.</summary>
internal sealed class RunFollower(Session session, FlowEngine engine, string author, bool trace)
{
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan CancelWait = TimeSpan.FromSeconds(5);

    private readonly Terminal _terminal = session.Terminal;
    private readonly Dictionary<string, HumanForm> _waiting = [];
    private readonly TracePrinter? _trace = trace ? new TracePrinter(session.Terminal, session.WantsJson) : null;

    public AnswerPrinter Answers { get; init; } = new(session.Terminal);

    /// <param name="showFrom">The first event that is news for the person.</param>
    public async Task<int> FollowAsync(Guid runId, long showFrom = 1)
    {
        using CancellationTokenSource over = new();
        Task attending = AttendAsync(over.Token);
        try
        {
            bool waits = await WatchAsync(runId, showFrom);
            RunRow row = await engine.FindAsync(runId) ?? throw new CommandFailure($"The run {runId} is gone.");
            return waits ? ShowWaiting(row) : ShowEnd(row);
        }
        catch (OperationCanceledException) when (session.Stop.IsCancellationRequested)
        {
            return await CancelAsync(runId);
        }
        finally
        {
            await over.CancelAsync();
            await attending;
        }
    }

    // True when the run waits and there is nobody to ask.
    private async Task<bool> WatchAsync(Guid runId, long showFrom)
    {
        long next = 1;
        while (true)
        {
            bool waits = false;
            await foreach (RunEvent e in engine.WatchAsync(runId, next, session.Stop))
            {
                if (e.Seq > 0) next = e.Seq + 1;
                Remember(e);
                if (next > showFrom) Show(e);
                waits = e.Type == RunEventType.RunWaiting && next > showFrom;
                if (waits) break;
            }
            if (!waits) return false;
            if (!Terminal.CanAsk || session.WantsJson) return true;
            foreach ((string step, HumanForm form) in _waiting.ToArray()) await AskAsync(runId, step, form);
        }
    }

    private void Remember(RunEvent e)
    {
        if (e.Step is null) return;
        if (e is { Type: RunEventType.StepWaiting, Data.Form: { } form }) _waiting[e.Step] = form;
        else if (e.Type is RunEventType.StepResumed or RunEventType.StepCompleted or RunEventType.StepFailed or RunEventType.StepCancelled) _waiting.Remove(e.Step);
    }

    private void Show(RunEvent e)
    {
        _trace?.Show(e);
        if (!session.WantsJson) Answers.Show(e);
    }

    private async Task AskAsync(Guid runId, string step, HumanForm form)
    {
        Answers.Break();
        ShowForm(form);
        string? decision = null;
        while (decision is null || !form.Decisions.Contains(decision))
        {
            _terminal.Note($"Decide ({string.Join(", ", form.Decisions)}):");
            decision = (await _terminal.ReadLineAsync(session.Stop) ?? throw new CommandFailure($"The run {runId} still waits: run answer {runId} {step} {form.Decisions[0]}", ExitCode.Waits)).Trim();
        }
        try
        {
            await engine.AnswerAsync(runId, step, new HumanAnswer(decision, By: author), session.Stop);
        }
        catch (RunConflictException elsewhere)
        {
            // Somebody answered in the browser, or the deadline passed, while the person thought.
            _terminal.Note(elsewhere.Message);
        }
    }

    private void ShowForm(HumanForm form)
    {
        _terminal.Note(form.Title);
        if (!string.IsNullOrWhiteSpace(form.Text)) _terminal.Note(form.Text);
    }

    private int ShowWaiting(RunRow row)
    {
        (string step, HumanForm form) = _waiting.FirstOrDefault();
        if (session.WantsJson) _terminal.Json(Outcome(row));
        else
        {
            Answers.Break();
            ShowForm(form);
        }
        _terminal.Reason($"The run waits for a person. Answer with: run answer {row.Id} {step} {string.Join('|', form.Decisions)}");
        return ExitCode.Waits;
    }

    private int ShowEnd(RunRow row)
    {
        if (session.WantsJson) _terminal.Json(Outcome(row));
        else if (row.State == RunState.Completed) Answers.End(row.Output);
        else Answers.Break();
        if (row.State == RunState.Completed) return ExitCode.Done;
        _terminal.Reason(row.Error is { } error ? $"The run failed{(error.Step is { } at ? $" at {at}" : "")}: {error.Message} ({error.Code})" : $"The run was {row.State.ToString().ToLowerInvariant()}.");
        return ExitCode.Failed;
    }

    private object Outcome(RunRow row)
    {
        RunAnswer answer = RunAnswer.Of(row);
        return new
        {
            runId = answer.RunId,
            status = answer.Status,
            output = answer.Output,
            usage = answer.Usage,
            error = row.Error,
            conversationId = answer.ConversationId,
            waiting = _waiting.Count == 0 ? null : _waiting.Select(w => new { step = w.Key, title = w.Value.Title, text = w.Value.Text, decisions = w.Value.Decisions, deadline = w.Value.Deadline }),
        };
    }

    private async Task<int> CancelAsync(Guid runId)
    {
        Answers.Break();
        using CancellationTokenSource patience = new(CancelWait);
        try
        {
            if (await engine.CancelAsync(runId, patience.Token)) while (!(await engine.WaitAsync(runId, patience.Token)).IsEnded) await Task.Delay(50, patience.Token);
            _terminal.Reason($"Cancelled the run {runId}.");
        }
        catch (OperationCanceledException)
        {
            _terminal.Reason($"The run {runId} did not end within {CancelWait.TotalSeconds:0} seconds after it was cancelled.");
        }
        return ExitCode.Cancelled;
    }

    // What others post for our run (a cancel in the browser) arrives, and its wall time is kept.
    private async Task AttendAsync(CancellationToken over)
    {
        using PeriodicTimer timer = new(Round);
        try
        {
            while (await timer.WaitForNextTickAsync(over)) await engine.AttendAsync(over);
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }
}
