namespace Designer.Engine;

/// <summary>Who is at work. When nobody is and somebody waits for a person, the run is put aside.</summary>
internal sealed partial class Run
{
    private int active;
    private int waiting;

    // All of this is called under the lock.

    private void Enqueue(Step step)
    {
        active++;
        ready.Enqueue(step);
    }

    private void Change(Step step, int children, int hands)
    {
        bool before = step.IsAtWork;
        step.Children += children;
        step.Hands += hands;
        if (!step.IsEnded && before != step.IsAtWork) active += before ? -1 : 1;
    }

    private void SetWaiting(Step step, TaskCompletionSource<HumanAnswer>? asked)
    {
        bool before = step.IsAtWork;
        waiting += (asked is null ? 0 : 1) - (step.Waiting is null ? 0 : 1);
        step.Waiting = asked;
        if (!step.IsEnded && before != step.IsAtWork) active += before ? -1 : 1;
    }

    private void EnterChild(Step owner)
    {
        if (IsOver || owner.IsDead) throw new OperationCanceledException("The step is over.");
        Change(owner, children: 1, hands: 0);
    }

    /// <summary>
    /// A child is done. What its composite awaits completes on a thread of its own; the composite counts as being at work until its code has
    /// come to the next await. Else a run whose other child waits for a person would be put aside before that code could start the next one.
    /// </summary>
    private void LeaveChild(Step owner, Action tell)
    {
        bool isAlive = !owner.IsDead && owner.Children > 0;
        if (isAlive) Change(owner, children: -1, hands: 1);
        ThreadPool.UnsafeQueueUserWorkItem(_ =>
        {
            tell();
            if (isAlive) Release(owner);
            Drain();
        }, null);
    }

    private void Release(Step owner)
    {
        lock (gate) Change(owner, children: 0, hands: -1);
    }

    /// <summary>The step no longer runs or waits.</summary>
    private void Leave(Step step)
    {
        if (step.IsEnded) return;
        if (step.IsAtWork) active--;
        if (step.Waiting is not null) waiting--;
        step.Waiting = null;
        step.IsEnded = true;
        EndText(step);
        step.StopClock();
        live.Remove(step);
    }

    /// <summary>Leaves a step whose scope or attempt is over, whatever it still does.</summary>
    private void Drop(Step step)
    {
        if (IsOver || step.IsEnded) return;
        if (step.IsStarted) Cancelled(step);
        Leave(step);
    }

    private void Cancelled(Step step)
    {
        Emit(RunEventType.StepCancelled, step.Path, step.Attempt, null);
        recorded.Cancel(step.Path);
    }

    /// <summary>Drops what belongs to scopes and attempts that are over.</summary>
    private void Reap()
    {
        foreach (Step step in live.Where(s => s.IsDead).ToArray()) Drop(step);
    }

    /// <summary>When only people are waited for, the run is put aside: its log is all that is kept.</summary>
    private void CheckIdle()
    {
        if (active > 0 || waiting == 0 || IsOver) return;
        Row = Row with { State = RunState.Waiting, Usage = usage };
        Emit(RunEventType.RunWaiting, null, 0, null);
        CommitEnd(RunState.Waiting);
        IsOver = true;
        foreach (Step step in live) step.StopClock();
    }
}
