using System.Text.Json;
using Designer.Flows;

namespace Designer.Engine;

/// <summary>Composite steps: bodies, parts, attached nodes and sub-flows. What the log has of them is handed back without running.</summary>
internal sealed partial class Run
{
    private const int DeepestNesting = 24;

    public ValueTask<IValueScope> RunBodyAsync(Step owner, int iteration, IReadOnlyDictionary<string, object?> names)
    {
        LevelPlan body = owner.Plan?.Body ?? throw new InvalidOperationException($"Node {owner.NodeId} has no body.");
        Scope scope = new(owner.Scope.Frame, body, owner.Scope, owner, $"{owner.Path}#{iteration}/", names)
        {
            Finished = new(),
        };
        return OpenChild(owner, scope);
    }

    public async ValueTask<JsonElement> RunFlowAsync(Step owner, string flow, JsonElement input)
    {
        if (owner.Path.Count(c => c == '/') > DeepestNesting) throw new StepException("flow.tooDeep", $"Sub-flows are nested more than {DeepestNesting} deep.");
        FlowVersion version = Services.Versions is null ? null! : (await Services.Versions.FindPublishedAsync(Row.WorkspaceId, flow, owner.Cancellation).ConfigureAwait(false))!;
        if (version is null) throw new StepException("flow.unknown", $"There is no published flow \"{flow}\" in this workspace.");
        FlowPlan plan = Services.Plan(version);
        Scope scope = new(new FlowFrame(this, plan, input, conversation: null), plan.Root, outer: null, owner, owner.Path + "/", names: null)
        {
            Finished = new(),
        };
        await OpenChild(owner, scope).ConfigureAwait(false);
        return FlowValue.ToJson(OutputOf(scope.Frame));
    }

    private ValueTask<IValueScope> OpenChild(Step owner, Scope scope)
    {
        lock (gate)
        {
            EnterChild(owner);
            Open(scope);
        }
        DrainNested();
        Task<IValueScope> finished = scope.Finished!.Task;
        lock (gate) scope.IsAwaited = !finished.IsCompleted;
        return finished.IsCompletedSuccessfully ? new(scope) : new(finished);
    }

    public ValueTask<StepOutcome> RunChildAsync(Step owner, Step step)
    {
        lock (gate)
        {
            if (recorded.Find(step.Path) is { } end)
            {
                return end.End == RunEventType.StepFailed && end.Port is null
                    ? throw new StepException(end.Error!.Code, end.Error.Said, end.Error.IsTransient)
                    : new(new StepOutcome(Outputs(step, end), end.Port ?? "out"));
            }
            EnterChild(owner);
            Enqueue(step);
        }
        DrainNested();
        return new(step.Reply!.Task);
    }
}
