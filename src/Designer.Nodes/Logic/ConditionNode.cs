using Designer.Engine;
using Designer.Flows;

namespace Designer.Nodes.Logic;

[Node("logic.condition", NodeGroup.Logic, Name = "Condition", Icon = "split", Summary = "{rows}{expression}",
    Description = "Takes one of two ways: rows that compare values, or one expression such as score > 0.5 and kind == \"billing\".")]
[OutputPort("true", Label = "True"), OutputPort("false", Label = "False")]
public sealed class ConditionNode : Node<ConditionNode.Settings, ConditionNode.Outputs>
{
    public sealed record Settings(
        [property: Setting("Conditions", Widget = Widget.Conditions)] IReadOnlyList<ConditionRow>? Rows = null,
        [property: Setting("Must hold", Help = "All rows, or any of them.")] Match Match = Match.All,
        [property: Setting("Expression", Widget = Widget.Code, Help = "Instead of rows, e.g. search.best > 0.5.")] Deferred? Expression = null);

    public sealed record Outputs([property: Output("Result")] bool Result);

    public override ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step)
    {
        bool hasRows = settings.Rows is { Count: > 0 };
        if (!hasRows && settings.Expression is null) throw new StepException("condition.empty", "The condition has neither rows nor an expression.");
        // Both given: both must hold.
        bool holds = (!hasRows || settings.Rows!.Hold(settings.Match)) && (settings.Expression?.Holds(step.ScopeWith(NoNames)) ?? true);
        return new(StepResult.Take(holds ? "true" : "false", new Outputs(holds)));
    }

    private static readonly Dictionary<string, object?> NoNames = [];
}
