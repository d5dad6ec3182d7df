using System.Text.Json;
using Designer.Engine;
using Designer.Flows;

namespace Designer.Nodes.Tools;

[Node("tools.code", NodeGroup.Tools, Name = "Code", Icon = "code-xml", Summary = "{code}", Attachable = true,
    Example = "return input.items.filter(item => item.price > 10)",
    Description = "Runs JavaScript on values: no network, no files, no clock of its own, little time and memory. The same input always gives the same result.")]
public sealed class CodeNode : Node<CodeNode.Settings, CodeNode.Outputs>
{
    public sealed record Settings(
        [property: Setting("Code", Required = true, Widget = Widget.Code, Help = "The body of a function: reads “input”, ends with “return”. console.log shows in the trace.")]
        string Code,
        [property: Setting("Input", Template = true, Widget = Widget.Json, Help = "What the code sees as “input”, e.g. { \"text\": \"{{ start.text }}\" }.")]
        JsonElement? Input = null,
        [property: Setting("Description for agents", Help = "Tells a model when to call it.")] string? ToolDescription = null,
        [property: Setting("Parameters for agents", Help = "What a model fills in; use {{ args.name }} in the input.")] IReadOnlyList<ToolParameter>? Parameters = null);

    public sealed record Outputs([property: Output("Result", Type = "any")] JsonElement Result);

    public override async ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step)
    {
        JsonElement input = settings.Input is { ValueKind: not JsonValueKind.Undefined } given ? given : JsonElement.Parse("{}");
        return StepResult.Done(new Outputs(await CodeSandbox.RunAsync(settings.Code, input, step).ConfigureAwait(false)));
    }
}
