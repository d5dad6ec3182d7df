using System.Text.Json;
using Designer.Engine;
using Designer.Flows;

namespace Designer.Nodes.Logic;

[Node("logic.subflow", NodeGroup.Logic, Name = "Sub-flow", Icon = "workflow", Summary = "{flow}", Effect = true, Attachable = true,
    Example = "Call the flow “Ask the handbook” from a support flow.",
    Description = "Runs another published flow with its own input and takes its answer. Its steps show in this run's trace and share its budget.")]
public sealed class SubflowNode : Node<SubflowNode.Settings, SubflowNode.Outputs>
{
    public sealed record Settings(
        [property: Setting("Flow", Slot = "flow", Required = true)] string Flow,
        [property: Setting("Input", Template = true, Widget = Widget.Json, Help = "An object with the inputs of the other flow's start node.")]
        JsonElement? Input = null);

    public sealed record Outputs([property: Output("Output", Type = "any")] JsonElement Output);

    public override async ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step)
    {
        JsonElement input = settings.Input?.ValueKind switch
        {
            JsonValueKind.Object => settings.Input.Value,
            null or JsonValueKind.Undefined or JsonValueKind.Null => JsonElement.Parse("{}"),
            _ => throw new StepException("subflow.input", $"The input of a sub-flow must be an object whose members are the other flow's inputs."),
        };
        return StepResult.Done(new Outputs(await step.RunFlowAsync(settings.Flow, input).ConfigureAwait(false)));
    }
}
