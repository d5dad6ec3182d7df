using Designer.Flows;

namespace Designer.Engine;

/// <summary>What becomes ready, and what is skipped.</summary>
internal sealed partial class Run
{
    // Called under the lock.
    private void Open(Scope scope)
    {
        // What the log has is applied in the log's order, so that joins and references see what they saw the first time.
        if (recorded.IsEmpty)
        {
            foreach (int source in scope.Level.Sources) Ready(scope, source);
        }
        else
        {
            scope.IsReplaying = true;
            RecordedStep?[] finished = [.. scope.Level.Nodes.Select(n => recorded.Find(scope.PathOf(n)))];
            foreach (int source in scope.Level.Sources) Ready(scope, source);
            foreach ((RecordedStep? step, int node) in finished.Select((s, i) => (s, i)).Where(f => f.s is not null).OrderBy(f => f.s!.Seq))
                if (held.Remove(scope.PathOf(scope.Level.Nodes[node]), out Step? waiter) && !scope.IsOver) FinishFromRecord(waiter, step!);
            scope.IsReplaying = false;
        }
        if (scope.IsFinished) Finish(scope);
    }

    /// <summary>Runs one node, or everything up to it; values of the rest come from the replayed run or from pins.</summary>
    private void OpenTarget(Scope scope, RunTarget target)
    {
        if (!target.Only)
        {
            onlyThese = Upstream(scope.Level, target.Node);
            Open(scope);
            return;
        }
        foreach (NodePlan node in scope.Level.Nodes.Where(n => n.Id != target.Node))
            if (Known(node.Id) is { } outputs) scope.Complete(node.Index, RecordedSteps.Revive(outputs, node.Node.OutputsType));
        Ready(scope, scope.Level.IndexOf[target.Node]);
    }

    private object? Known(string node) => start.Pins is { } pins && pins.TryGetValue(node, out Pin? pin) ? pin.Outputs : replay?.Steps.Find(node)?.Outputs;

    private static HashSet<int> Upstream(LevelPlan level, string node)
    {
        HashSet<int> found = [level.IndexOf[node]];
        for (bool grown = true; grown;)
        {
            grown = false;
            foreach (NodePlan from in level.Nodes.Where(n => !found.Contains(n.Index)))
                if (from.Outgoing.Any(e => found.Contains(e.Target))) grown |= found.Add(from.Index);
        }
        return found;
    }

    private void Ready(Scope scope, int index)
    {
        NodePlan node = scope.Level.Nodes[index];
        if (onlyThese is not null && scope == root && !onlyThese.Contains(index))
        {
            Skip(scope, index);
            return;
        }
        if (node.Document.Disabled)
        {
            Pass(scope, index, port: "out");
            return;
        }
        scope.Start(index);
        Step step = new(this, scope, node, scope.PathOf(node), scope.Owner);
        // Bound now: what a join of kind "any" sees is what there is at this moment of the log.
        Bind(step, scope);
        if (recorded.IsEmpty || recorded.Find(step.Path) is not { } end)
        {
            if (!Stop(step)) Enqueue(step);
        }
        else if (scope.IsReplaying) held[step.Path] = step;
        else FinishFromRecord(step, end);
    }

    /// <summary>Evaluates the step's settings; what goes wrong there is the step's error.</summary>
    public static void Bind(Step step, IValueScope scope)
    {
        try
        {
            step.Settings = step.Plan!.Settings.Value(scope);
        }
        catch (Exception e) when (e is FlowValueException or TemplateException)
        {
            step.BindError = new StepException(e is TemplateException ? "template.failed" : "setting.type", Sentence.Of(e));
        }
    }

    private void Skip(Scope scope, int index) => Pass(scope, index, port: null);

    /// <summary>Goes past a node that does not run: one that is skipped, or a disabled one, which lets the way on through.</summary>
    private void Pass(Scope scope, int index, string? port)
    {
        NodePlan node = scope.Level.Nodes[index];
        string path = scope.PathOf(node);
        if (recorded.Skip(path)) Emit(RunEventType.StepSkipped, path, 0, null);
        scope.Complete(index, null);
        Follow(scope, node, port);
    }

    /// <summary>Decides the edges behind a node: taken where they leave by the port, skipped else.</summary>
    private void Follow(Scope scope, NodePlan node, string? port)
    {
        foreach (EdgePlan edge in node.Outgoing)
        {
            if (scope.IsOver) return;
            switch (scope.Decide(edge.Target, edge.Port == port))
            {
                case EdgeDecision.Ready: Ready(scope, edge.Target); break;
                case EdgeDecision.Skip: Skip(scope, edge.Target); break;
                default: break;
            }
        }
    }

    private void FinishFromRecord(Step step, RecordedStep end)
    {
        if (end.End == RunEventType.StepFailed && end.Port is null) FailScope(step.Scope, end.Error!);
        else Settle(step, Outputs(step, end), end.Port ?? "out");
    }

    private static object? Outputs(Step step, RecordedStep end) => end.End == RunEventType.StepFailed && end.Outputs is null
        ? new FailedOutputs(end.Error!)
        : RecordedSteps.Revive(end.Outputs, end.End == RunEventType.StepFailed ? typeof(System.Text.Json.JsonElement) : step.OutputsType);

    /// <summary>A node of a graph is done: its outputs stand, its edges are decided, its scope may be finished.</summary>
    private void Settle(Step step, object? outputs, string port)
    {
        Scope scope = step.Scope;
        scope.Complete(step.Plan!.Index, outputs);
        if (outputs is IVariableOutputs variables) scope.Frame.Set(variables);
        if (outputs is IAnswerOutputs answer) scope.Frame.Add(answer);
        if (start.Target is { } target && scope == root && target.Node == step.Plan.Id)
        {
            End(RunState.Completed, null);
            return;
        }
        Follow(scope, step.Plan, port);
        if (scope.IsFinished) Finish(scope);
    }

    private void Finish(Scope scope)
    {
        if (scope.IsOver || IsOver) return;
        if (scope.Owner is null)
        {
            End(RunState.Completed, null);
            return;
        }
        scope.End();
        if (scope.IsAwaited)
        {
            LeaveChild(scope.Owner, () => scope.Finished!.TrySetResult(scope));
            return;
        }
        // The code that opened it is still on its way here and will find it finished.
        Change(scope.Owner, children: -1, hands: 0);
        scope.Finished!.TrySetResult(scope);
    }

    /// <summary>A step without a way on fails its scope: siblings are cancelled, and the composite above (or the run) gets the error.</summary>
    private void FailScope(Scope scope, RunError error)
    {
        if (scope.IsOver || IsOver) return;
        if (scope.Owner is null)
        {
            End(RunState.Failed, error);
            return;
        }
        CancellationTokenSource? siblings = scope.End();
        Reap();
        LeaveChild(scope.Owner, () => scope.Finished!.TrySetException(new StepException(error.Code, error.Said, error.IsTransient)));
        if (siblings is not null) ThreadPool.UnsafeQueueUserWorkItem(static s => s.Cancel(), siblings, preferLocal: false);
    }
}
