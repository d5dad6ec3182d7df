using System.Diagnostics;
using Designer.Flows;
using Microsoft.Extensions.Logging;

namespace Designer.Engine;

/// <summary>How attempts end: done, failed, tried again.</summary>
internal sealed partial class Run
{
    private void Completed(Step step, StepOutcome outcome, bool cached = false)
    {
        object? outputs = Secrets.IsEmpty ? outcome.Outputs : Secrets.Mask(outcome.Outputs, step.OutputsType);
        double duration = Stopwatch.GetElapsedTime(step.StartedAt).TotalMilliseconds;
        bool ended;
        lock (gate)
        {
            if (step.IsDead)
            {
                Drop(step);
                return;
            }
            if (step.Used is not null) usage += step.Used.Usage;
            buffer.Add(RunEventType.StepCompleted, Services.Clock.GetUtcNow(), step.Path, step.Attempt, outputs, outcome.Port, step.Used, duration, cached);
            LeaveWithChildren(step);
            if (step.IsNested) recorded.Add(step.Path, new RecordedStep(buffer.LastSeq, RunEventType.StepCompleted, outcome.Port, outputs, null, null));
            if (step.Reply is { } reply) LeaveChild(step.Parent!, () => reply.TrySetResult(new StepOutcome(outputs, outcome.Port)));
            else Settle(step, outputs, outcome.Port);
            ended = IsOver;
        }
        if (ended) AfterEnd();
    }

    /// <summary>An attempt failed: try again, take the error branch, go on with the default, or fail.</summary>
    private void AttemptFailed(Step step, Exception exception)
    {
        if (step.TimedOut)
        {
            exception = new StepException("step.timeout", $"The step took longer than {Duration.ToText(step.Plan!.Timeout!.Value)}.", isTransient: true);
        }
        (RunError error, bool canHeal, TimeSpan? pause) = Explain(step, exception);
        bool ended;
        lock (gate)
        {
            if (step.IsDead)
            {
                Drop(step);
                return;
            }
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
            if (step.Used is not null) usage += step.Used.Usage;
            Emit(RunEventType.StepFailed, step.Path, step.Attempt, new EventData { Error = error, Port = port, Outputs = outputs, Usage = step.Used?.Usage, Calls = step.Used?.Calls });
            LeaveWithChildren(step);
            RecordedStep end = new(buffer.LastSeq, RunEventType.StepFailed, port, outputs, error, null);
            if (step.IsNested) recorded.Add(step.Path, end);
            if (step.Reply is not { } reply) FinishFromRecord(step, end);
            else if (port is null) LeaveChild(step.Parent!, () => reply.TrySetException(new StepException(error.Code, error.Said, canHeal, pause)));
            else LeaveChild(step.Parent!, () => reply.TrySetResult(new StepOutcome(Outputs(step, end), port)));
            ended = IsOver;
        }
        if (ended) AfterEnd();
    }

    // Called under the lock.
    private void Retry(Step step, RunError error, TimeSpan delay, TimeSpan? asked)
    {
        if (asked > delay) delay = asked.Value;
        Emit(RunEventType.StepRetrying, step.Path, step.Attempt, new EventData { Error = error, DelayMs = delay.TotalMilliseconds, Usage = step.Used?.Usage, Calls = step.Used?.Calls });
        recorded.ForgetFailures(step.Path);
        if (step.IsNested) recorded.Retry(step.Path);
        // What a failed attempt consumed is consumed.
        if (step.Used is not null) usage += step.Used.Usage;
        step.ClearUsage();
        step.StopClock();
        SetWaiting(step, null);
        EndChildren(step);
        step.Generation++;
        Reap();
        Change(step, children: -step.Children, hands: 0);
        live.Add(step);
        _ = RetryAsync(step, delay);
    }

    private async Task RetryAsync(Step step, TimeSpan delay)
    {
        try
        {
            await Task.Delay(delay, Services.Clock, step.Around).ConfigureAwait(false);
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
                return (new RunError(e.Code, e.Said.Select(Secrets.Mask), step.Path, e.IsTransient), e.IsTransient, e.RetryAfter);
            case HttpRequestException or IOException or TimeoutException or OperationCanceledException:
                return (new RunError("step.unreachable", Secrets.Mask(exception.Message), step.Path, IsTransient: true), true, null);
            case FlowValueException or TemplateException:
                return (new RunError("setting.type", Sentence.Of(exception).Select(Secrets.Mask), step.Path), false, null);
            default:
                Services.Logger.LogError(exception, "Step {Step} of run {RunId} failed unexpectedly", step.Path, Row.Id);
                return (new RunError("step.failed", Secrets.Mask(exception.Message), step.Path), false, null);
        }
    }

    // Called under the lock. A composite may end before all of its children do: they end with it.
    private void LeaveWithChildren(Step step)
    {
        Leave(step);
        EndChildren(step);
        if (step.Children > 0) Reap();
    }

    // On a thread of its own, because cancelling runs other people's code.
    private static void EndChildren(Step step)
    {
        if (step.Children > 0) ThreadPool.UnsafeQueueUserWorkItem(static s => s.Cancel(), step.AttemptSource!, preferLocal: false);
    }
}
