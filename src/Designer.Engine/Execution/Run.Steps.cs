using System.Diagnostics;
using Designer.Flows;
using Microsoft.Extensions.Logging;

namespace Designer.Engine;

/// <summary>Attempts and their ends.</summary>
internal sealed partial class Run
{
    /// <summary>Runs what is ready. Pure steps run right here, one after the other; effects and whatever awaits go on beside.</summary>
    private void Drain()
    {
        while (true)
        {
            Step? step;
            lock (gate)
            {
                if (IsOver || !ready.TryDequeue(out step))
                {
                    CheckIdle();
                    break;
                }
                if (step.IsDead)
                {
                    active--;
                    continue;
                }
                if (step.IsEffect || step.Plan?.IsComposite == true) live.Add(step);
            }
            if (step.IsEffect) ThreadPool.UnsafeQueueUserWorkItem(static s => _ = s.Run.BeginEffectAsync(s), step, preferLocal: true);
            else Attempt(step);
        }
        if (IsOver) AfterEnd();
        else FlushSoon();
    }

    /// <summary>Before an effect starts, all that led to it is committed.</summary>
    private async Task BeginEffectAsync(Step step)
    {
        try
        {
            ValueTask committed;
            lock (gate)
            {
                if (IsOver || step.IsDead) return;
                Emit(RunEventType.StepReady, step.Path, step.Attempt + 1, null);
                committed = Flush();
            }
            await committed.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Abandon(e);
            return;
        }
        Attempt(step);
        Drain();
    }

    private void Attempt(Step step)
    {
        if (!Start(step)) return;
        ValueTask<StepOutcome> running;
        try
        {
            running = step is { IsRepeat: true, Plan.Entry.DoNotRepeat: true } ? AskBeforeRepeatAsync(step) : step.InvokeAsync();
        }
        catch (Exception e)
        {
            AttemptFailed(step, e);
            return;
        }
        if (running.IsCompletedSuccessfully) Completed(step, running.Result);
        else _ = AwaitAsync(step, running);
    }

    /// <summary>Records the attempt. False when there is nothing to run: the step is dead, disabled, or its value is already known.</summary>
    private bool Start(Step step)
    {
        StepException? refused = null;
        lock (gate)
        {
            if (IsOver || step.IsDead) return false;
            if (step.Plan?.Document.Disabled == true)
            {
                Emit(RunEventType.StepSkipped, step.Path, 0, null);
                Leave(step);
                Settle(step, null, "out");
                return false;
            }
            int earlier = recorded.Attempts.GetValueOrDefault(step.Path);
            // A composite and a waiting step are entered again, not tried again.
            bool isReentry = step.Attempt == 0 && earlier > 0 && (step.Plan?.IsComposite == true || recorded.Forms.ContainsKey(step.Path));
            step.AttemptNumber = isReentry ? earlier : Math.Max(step.Attempt, earlier) + 1;
            step.IsStarted = true;
            step.StartedAt = Stopwatch.GetTimestamp();
            if (isReentry) return true;
            step.IsRepeat = step.Failures == 0 && earlier > 0;
            try
            {
                Ledger.CountStep();
            }
            catch (StepException e)
            {
                refused = e;
            }
            buffer.Add(RunEventType.StepStarted, Services.Clock.GetUtcNow(), step.Path, step.Attempt, step.Settings);
        }
        if (refused is not null)
        {
            Fail(new RunError(refused.Code, refused.Message, step.Path));
            return false;
        }
        return !TakeFromReplay(step);
    }

    private async Task AwaitAsync(Step step, ValueTask<StepOutcome> running)
    {
        lock (gate) live.Add(step);
        try
        {
            Task<StepOutcome> task = running.AsTask();
            // A node that ignores its token must not hold the run: the attempt ends, what it still does counts no more.
            StepOutcome outcome = await task.WaitAsync(step.Cancellation).ConfigureAwait(false);
            Completed(step, outcome);
        }
        catch (Exception e)
        {
            AttemptFailed(step, e);
        }
        Drain();
    }

    private void Completed(Step step, StepOutcome outcome, bool cached = false)
    {
        object? outputs = Secrets.IsEmpty ? outcome.Outputs : Secrets.Mask(outcome.Outputs, step.OutputsType);
        double duration = Stopwatch.GetElapsedTime(step.StartedAt).TotalMilliseconds;
        bool ended;
        lock (gate)
        {
            if (IsOver || step.IsDead) return;
            if (step.Usage is not null) usage += step.Usage;
            buffer.Add(RunEventType.StepCompleted, Services.Clock.GetUtcNow(), step.Path, step.Attempt, outputs, outcome.Port, step.Usage, duration, cached);
            Leave(step);
            if (step.Path.Length != step.NodeId.Length) recorded.Add(step.Path, new RecordedStep(buffer.LastSeq, RunEventType.StepCompleted, outcome.Port, outputs, null, null, null));
            if (step.Reply is not null) LeaveChild(step.Parent!);
            else Settle(step, outputs, outcome.Port);
            ended = IsOver;
        }
        step.Reply?.TrySetResult(new StepOutcome(outputs, outcome.Port));
        if (ended) AfterEnd();
    }

    /// <summary>An attempt failed: try again, take the error branch, go on with the default, or fail.</summary>
    private void AttemptFailed(Step step, Exception exception)
    {
        if (step.TimedOut)
        {
            exception = new StepException("step.timeout", $"The step took longer than {Duration.ToText(step.Plan!.Timeout!.Value)}.", isTransient: true);
            step.CancelAttempt();
        }
        (RunError error, bool canHeal, TimeSpan? pause) = Explain(step, exception);
        bool ended;
        lock (gate)
        {
            if (IsOver || step.IsDead) return;
            step.Failures++;
            if (canHeal && step.Plan?.Retry is { } retry && step.Failures < retry.Attempts)
            {
                Retry(step, error, retry.Delay(step.Failures), pause);
                return;
            }
            ErrorPlan policy = step.Plan?.OnError ?? ErrorPlan.Fail;
            (string? port, object? outputs) = policy.Mode switch
            {
                ErrorMode.Branch => ("error", null),
                ErrorMode.Default => (policy.Port, (object?)policy.Value ?? FlowJson.Null),
                _ => ((string?)null, (object?)null),
            };
            if (step.Usage is not null) usage += step.Usage;
            Emit(RunEventType.StepFailed, step.Path, step.Attempt, new EventData { Error = error, Port = port, Outputs = outputs, Usage = step.Usage });
            Leave(step);
            Reap();
            RecordedStep end = new(buffer.LastSeq, RunEventType.StepFailed, port, outputs, error, null, null);
            if (step.Path.Length != step.NodeId.Length) recorded.Add(step.Path, end);
            if (step.Reply is not null) LeaveChild(step.Parent!);
            else FinishFromRecord(step, end);
            ended = IsOver;
            if (step.Reply is { } reply)
            {
                if (port is null) reply.TrySetException(new StepException(error.Code, error.Message, canHeal, pause));
                else reply.TrySetResult(new StepOutcome(Outputs(step, end), port));
            }
        }
        if (ended) AfterEnd();
    }

    // Called under the lock.
    private void Retry(Step step, RunError error, TimeSpan delay, TimeSpan? asked)
    {
        if (asked > delay) delay = asked.Value;
        Emit(RunEventType.StepRetrying, step.Path, step.Attempt, new EventData { Error = error, DelayMs = delay.TotalMilliseconds });
        recorded.ForgetFailures(step.Path);
        step.ClearUsage();
        if (step.Children > 0)
        {
            step.Children = 0;
            active++;
        }
        step.AttemptNumber++;
        Reap();
        step.AttemptNumber--;
        live.Add(step);
        _ = RetryAsync(step, delay);
    }

    private async Task RetryAsync(Step step, TimeSpan delay)
    {
        try
        {
            await Task.Delay(delay, Services.Clock, step.Scope.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        if (step.IsEffect) await BeginEffectAsync(step).ConfigureAwait(false);
        else Attempt(step);
        Drain();
    }

    private (RunError Error, bool CanHeal, TimeSpan? Pause) Explain(Step step, Exception exception)
    {
        switch (exception)
        {
            case StepException e:
                return (new RunError(e.Code, Secrets.Mask(e.Message), step.Path, e.IsTransient), e.IsTransient, e.RetryAfter);
            case HttpRequestException or IOException or TimeoutException or OperationCanceledException:
                return (new RunError("step.unreachable", Secrets.Mask(exception.Message), step.Path, IsTransient: true), true, null);
            case FlowValueException or TemplateException:
                return (new RunError("setting.type", Secrets.Mask(exception.Message), step.Path), false, null);
            default:
                Services.Logger.LogError(exception, "Step {Step} of run {RunId} failed unexpectedly", step.Path, Row.Id);
                return (new RunError("step.failed", Secrets.Mask(exception.Message), step.Path), false, null);
        }
    }

    // Called under the lock: the step no longer runs or waits.
    private void Leave(Step step)
    {
        step.IsEnded = true;
        live.Remove(step);
        if (step.Waiting is not null)
        {
            waiting--;
            step.Waiting = null;
        }
        else if (step.Children == 0)
        {
            active--;
        }
    }

    /// <summary>Drops what belongs to scopes and attempts that are over.</summary>
    private void Reap()
    {
        foreach (Step step in live.Where(s => s.IsDead).ToArray())
        {
            if (step.IsStarted && !step.IsEnded) Emit(RunEventType.StepCancelled, step.Path, step.Attempt, null);
            Leave(step);
        }
    }
}
