using Designer.Engine;
using Designer.Flows;

namespace Designer.Nodes.Data;

[Node("data.merge", NodeGroup.Data, Name = "First that exists", Icon = "merge", Summary = "{values}",
    Example = "Take the short answer where there is one, else the long one.",
    Description = "Brings branches together: takes the first of several values that exists, since a branch that did not run leaves none.")]
public sealed class MergeNode : Node<MergeNode.Settings, MergeNode.Outputs>
{
    public sealed record Settings(
        [property: Setting("Values", Template = true, Required = true, AllowsMissing = true, Widget = Widget.Rows, Help = "References, the preferred one first.")]
        IReadOnlyList<object?> Values,
        [property: Setting("Otherwise", Template = true, Help = "Taken when none of them exists.")]
        object? Otherwise = null);

    /// <param name="Index">Which value was taken, from 0; -1 when none existed.</param>
    public sealed record Outputs(
        [property: Output("Value", Type = "any")] object? Value,
        [property: Output("Index")] int Index);

    public override ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step)
    {
        for (int i = 0; i < settings.Values.Count; i++)
        {
            if (FlowValue.Unwrap(settings.Values[i]) is { } value) return new(StepResult.Done(new Outputs(value, i)));
        }
        return new(StepResult.Done(new Outputs(FlowValue.Unwrap(settings.Otherwise), -1)));
    }
}
