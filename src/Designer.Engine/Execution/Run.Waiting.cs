using Designer.Flows;

namespace Designer.Engine;

/// <summary>People: a step that asks, the run that is put aside meanwhile, and the answer.</summary>
internal sealed partial class Run
{
    private readonly Dictionary<string, InboxItem> inbox = [];
    private long inboxRead;

    public ValueTask<HumanAnswer> AskAsync(Step step, HumanForm form)
    {
        ValueTask<HumanAnswer> answer;
        lock (gate)
        {
            if (recorded.Answers.TryGetValue(step.Path, out HumanAnswer? given)) return new(given);
            if (IsOver || step.IsDead) throw new OperationCanceledException("The step is over.");
            if (recorded.Forms.TryAdd(step.Path, form)) Emit(RunEventType.StepWaiting, step.Path, step.Attempt, new EventData { Form = form });
            SetWaiting(step, new TaskCompletionSource<HumanAnswer>(TaskCreationOptions.RunContinuationsAsynchronously));
            answer = new(step.Waiting!.Task);
            live.Add(step);
            if (inbox.Remove(step.Path, out InboxItem? item)) Resume(step, item);
            else CheckIdle();
        }
        if (IsOver) AfterEnd();
        else FlushSoon();
        return answer;
    }

    /// <summary>After a crash: a step that must not be repeated is repeated only if a person says so.</summary>
    private async ValueTask<StepOutcome> AskBeforeRepeatAsync(Step step)
    {
        // Asked once for each step: a second interruption, after somebody had it repeated, ends it.
        bool isAgain;
        lock (gate) isAgain = recorded.Answers.ContainsKey(step.Path);
        if (isAgain) throw new StepException("step.interrupted", $"The step was interrupted again when it was repeated.");
        HumanForm form = new(
            $"{step.Plan!.Document.Name} was interrupted", "It may have acted already, and acting twice may do harm. Repeat it?", ["repeat", "fail"]);
        HumanAnswer answer = await AskAsync(step, form).ConfigureAwait(false);
        if (answer.Decision != "repeat") throw new StepException("step.interrupted", $"The step was interrupted and was not repeated.");
        ValueTask committed;
        lock (gate)
        {
            Emit(RunEventType.StepReady, step.Path, step.Attempt, null);
            committed = Flush();
        }
        await committed.ConfigureAwait(false);
        return await step.InvokeAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// An answer, a cancel or a deadline from the run's inbox. Only the owner comes here. False when the run is over in this process and took no
    /// notice: one that is being put aside must be taken up again for it.
    /// </summary>
    public bool Deliver(InboxItem item)
    {
        if (item.Kind == "cancel") return Cancel();
        lock (gate)
        {
            if (IsOver) return false;
            inboxRead = Math.Max(inboxRead, item.No);
            if (recorded.Answers.ContainsKey(item.Step)) return true;
            if (live.FirstOrDefault(s => s.Waiting is not null && s.Asks == item.Step) is { } step) Resume(step, item);
            else inbox[item.Step] = item;
        }
        FlushSoon();
        return true;
    }

    /// <summary>What a step asks, while it waits for the answer.</summary>
    public HumanForm? FormOf(string step)
    {
        lock (gate) return recorded.Answers.ContainsKey(step) ? null : recorded.Forms.GetValueOrDefault(step);
    }

    private void Resume(Step step, InboxItem item)
    {
        HumanAnswer answer = item.Kind == "timeout" ? HumanAnswer.Timeout : item.Answer!;
        recorded.Answers[step.Asks] = answer;
        Emit(RunEventType.StepResumed, step.Asks, step.Attempt, new EventData { Answer = answer });
        TaskCompletionSource<HumanAnswer> asked = step.Waiting!;
        SetWaiting(step, null);
        asked.TrySetResult(answer);
    }

    /// <summary>Steps whose form has expired while others of the run are still at work.</summary>
    public IReadOnlyList<string> Overdue(DateTimeOffset now)
    {
        lock (gate) return waiting == 0 ? [] : [.. live.Where(s => s.Waiting is not null && recorded.Forms[s.Asks].Deadline <= now).Select(s => s.Path)];
    }

    private DateTimeOffset? Deadline() => live.Where(s => s.Waiting is not null).Select(s => recorded.Forms[s.Asks].Deadline).Min();

    public async ValueTask<string> SecretAsync(string credential, CancellationToken cancellation)
    {
        string? secret = Services.Secrets is null ? null : await Services.Secrets.FindAsync(Row.WorkspaceId, credential, cancellation).ConfigureAwait(false);
        if (secret is null) throw new StepException("credential.unknown", $"There is no credential \"{credential}\" in this workspace, or its key cannot be read.");
        lock (gate) Secrets.Add(secret);
        return secret;
    }
}
