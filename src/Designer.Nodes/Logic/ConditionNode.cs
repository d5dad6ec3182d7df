using Designer.Engine;
using Designer.Flows;

namespace Designer.Nodes.Logic;

[Node("logic.condition", NodeGroup.Logic, Name = "Condition", Icon = "split", Summary = "{condition}",
    Example = "When the best passage scores below 0.5, ask back instead of answering.",
    Description = "Takes one of two ways: rows that compare values, of which all or any must hold, or one expression such as search.best > 0.5.")]
[OutputPort("true", Label = "True"), OutputPort("false", Label = "False")]
public sealed class ConditionNode : Node<ConditionNode.Settings, ConditionNode.Outputs>
{
    private static readonly Dictionary<string, object?> NoNames = [];

    // Evaluated here and not before, because an expression is no template.
    public sealed record Settings([property: Setting("Condition", Required = true, Widget = Widget.Conditions)] Deferred Condition);

    public sealed record Outputs([property: Output("Result")] bool Result);

    public override ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step)
    {
        bool holds = settings.Condition.Holds(step.ScopeWith(NoNames));
        return new(StepResult.Take(holds ? "true" : "false", new Outputs(holds)));
    }
}
