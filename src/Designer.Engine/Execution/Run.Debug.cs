using System.Text.Json;
using Designer.Flows;

namespace Designer.Engine;

/// <summary>Debugging a draft: outputs that stand in for nodes, and breakpoints.</summary>
internal sealed partial class Run
{
    private int? steppingDepth;

    // A sub-flow's nodes may have the same ids.
    private bool IsOwn(Scope scope) => scope.Frame == root!.Frame;

    /// <summary>True when the step is done with: its outputs are pinned.</summary>
    private bool TakeFromPin(Step step)
    {
        if (start.Pins is null || step is not { Reply: null, Plan: { } plan } || plan.Id == start.Target?.Node || !IsOwn(step.Scope)) return false;
        if (!start.Pins.TryGetValue(plan.Id, out Pin? pin)) return false;
        try
        {
            Completed(step, new StepOutcome(RecordedSteps.Revive(pin.Outputs, step.OutputsType), pin.Port), cached: true);
        }
        catch (JsonException e)
        {
            AttemptFailed(step, new StepException("pin.type", $"What is pinned here does not fit the node: {Sentence.Of(e)}"));
        }
        return true;
    }

    /// <summary>True when a breakpoint stops before the step: it waits as a step that asks does. Called under the lock.</summary>
    private bool Stop(Step step)
    {
        if (!StopsBefore(step)) return false;
        step.IsAtBreakpoint = true;
        HumanForm form = new(step.Plan!.Document.Name, null, Breakpoint.Decisions);
        if (recorded.Forms.TryAdd(step.Asks, form)) Emit(RunEventType.StepWaiting, step.Asks, 0, new EventData { Form = form, Inputs = step.Settings });
        TaskCompletionSource<HumanAnswer> asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        active++;
        SetWaiting(step, asked);
        live.Add(step);
        if (inbox.Remove(step.Asks, out InboxItem? item)) Resume(step, item);
        _ = GoOnAsync(step, asked.Task);
        return true;
    }

    private bool StopsBefore(Step step)
    {
        if (start.Breakpoints is not { } breakpoints || !IsOwn(step.Scope)) return false;
        string path = Breakpoint.Before(step.Path);
        if (recorded.Answers.ContainsKey(path)) return false;
        // What had begun when the run was put aside goes on.
        if (recorded.AttemptOf(step.Path).Number > 0) return false;
        return recorded.Forms.ContainsKey(path) || breakpoints.Contains(step.NodeId) || DepthOf(step) <= steppingDepth;
    }

    private static int DepthOf(Step step) => step.Path.Count(c => c == '/');

    private async Task GoOnAsync(Step step, Task<HumanAnswer> asked)
    {
        HumanAnswer answer = await asked.ConfigureAwait(false);
        lock (gate)
        {
            if (step.IsDead)
            {
                Drop(step);
            }
            else if (answer.Decision == Breakpoint.Stop)
            {
                End(RunState.Cancelled, null);
            }
            else
            {
                step.IsAtBreakpoint = false;
                steppingDepth = answer.Decision == Breakpoint.StepOver ? DepthOf(step) : null;
                // It has counted as being at work since the answer came.
                ready.Enqueue(step);
            }
        }
        Drain();
    }
}
