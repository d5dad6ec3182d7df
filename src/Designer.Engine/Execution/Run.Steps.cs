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
                    Drop(step);
                    continue;
                }
                if (step.IsEffect || step.IsComposite) live.Add(step);
            }
            if (step.IsEffect) ThreadPool.UnsafeQueueUserWorkItem(static s => _ = s.Run.BeginEffectAsync(s), step, preferLocal: true);
            else Attempt(step);
        }
        if (IsOver) AfterEnd();
        else FlushSoon();
    }

    [ThreadStatic] private static int depth;

    /// <summary>
    /// From inside a composite: what is ready may be a thousand other composites, each of which comes here again. Only so many pile up on one
    /// stack; the rest goes on beside.
    /// </summary>
    private void DrainNested()
    {
        const int Deepest = 30;
        if (depth >= Deepest)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static run => run.Drain(), this, preferLocal: true);
            return;
        }
        depth++;
        try
        {
            Drain();
        }
        finally
        {
            depth--;
        }
    }

    /// <summary>Before an effect starts, all that led to it is committed.</summary>
    private async Task BeginEffectAsync(Step step)
    {
        try
        {
            ValueTask committed;
            lock (gate)
            {
                if (step.IsDead)
                {
                    Drop(step);
                    return;
                }
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
        try
        {
            ValueTask<StepOutcome> running = step is { IsRepeat: true, Plan.Entry.DoNotRepeat: true } ? AskBeforeRepeatAsync(step) : step.InvokeAsync();
            if (running.IsCompletedSuccessfully) Completed(step, running.Result);
            else _ = AwaitAsync(step, running);
        }
        catch (Exception e)
        {
            AttemptFailed(step, e);
        }
        if (step.IsComposite) Release(step);
    }

    /// <summary>Records the attempt. False when there is nothing to run: the step is dead, or its value is already known.</summary>
    private bool Start(Step step)
    {
        StepException? refused = null;
        lock (gate)
        {
            if (step.IsDead)
            {
                Drop(step);
                return false;
            }
            bool isReentry = Number(step);
            if (step.IsComposite) Change(step, children: 0, hands: 1);
            if (isReentry) return true;
            try
            {
                Ledger.CountStep();
            }
            catch (StepException e)
            {
                refused = e;
            }
            buffer.Add(RunEventType.StepStarted, Services.Clock.GetUtcNow(), step.Path, step.Attempt, step.Settings);
            step.StartedSeq = buffer.LastSeq;
            if (step.IsNested) recorded.Start(step.Path, step.Attempt);
        }
        if (refused is not null)
        {
            Fail(new RunError(refused.Code, refused.Said, step.Path));
            return false;
        }
        if (!TakeFromPin(step) && !TakeFromReplay(step)) return true;
        if (step.IsComposite) Release(step);
        return false;
    }

    /// <summary>Counts the attempt on from what the log has. True when it is an interrupted one that goes on: composites and waiting steps are entered again, not tried again.</summary>
    private bool Number(Step step)
    {
        step.IsStarted = true;
        step.StartedAt = Stopwatch.GetTimestamp();
        RecordedAttempt earlier = recorded.IsEmpty ? default : recorded.AttemptOf(step.Path);
        bool isInterrupted = step.Attempt == 0 && earlier.Number > 0 && earlier.End is AttemptEnd.Ready or AttemptEnd.Open or AttemptEnd.Cancelled;
        bool isReentry = isInterrupted && earlier.End == AttemptEnd.Open && (step.IsComposite || recorded.Forms.ContainsKey(step.Path));
        if (step.Attempt == 0) step.Failures = earlier.Failures;
        step.AttemptNumber = isReentry ? earlier.Number : Math.Max(step.Attempt, earlier.Number) + 1;
        step.IsRepeat = isInterrupted;
        return isReentry;
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
}
