using Designer.Engine;
using Designer.Flows;

namespace Designer.Nodes.Data;

[Node("data.set", NodeGroup.Data, Name = "Set variables", Icon = "variable", Summary = "{variables}",
    Example = "Remember the customer's language for the rest of the conversation.",
    Description = "Gives variables of the flow new values. Conversation variables keep theirs until the next run of the conversation.")]
public sealed class SetNode : Node<SetNode.Settings, SetNode.Outputs>
{
    public sealed record Settings(
        [property: Setting("Variables", Template = true, Required = true, Widget = Widget.Rows, Help = "All are set at once, so a value may mention the old value of another.")]
        IReadOnlyList<Row> Variables);

    public sealed record Row(
        [property: Setting("Variable", Required = true)] string Variable,
        [property: Setting("Value", Template = true, Help = "An exact reference keeps its type; anything else is text or JSON.")] object? Value = null);

    public sealed record Outputs([property: Output("Variables", Type = "object")] IReadOnlyDictionary<string, object?> Variables) : IVariableOutputs;

    public override ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step)
    {
        Dictionary<string, object?> variables = [];
        foreach (Row row in settings.Variables)
        {
            if (string.IsNullOrWhiteSpace(row.Variable)) throw new StepException("variable.name", $"A row has no variable name.");
            variables[row.Variable] = row.Value;
        }
        return new(StepResult.Done(new Outputs(variables)));
    }
}
