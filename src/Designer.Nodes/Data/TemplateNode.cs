using Designer.Engine;
using Designer.Flows;

namespace Designer.Nodes.Data;

[Node("data.template", NodeGroup.Data, Name = "Template", Icon = "file-text", Summary = "{text}",
    Example = "Dear {{ start.name }}, your order {{ start.order }} is on its way.",
    Description = "Writes a text from a Liquid template: values by reference, with conditions, loops and filters.")]
public sealed class TemplateNode : Node<TemplateNode.Settings, TemplateNode.Outputs>
{
    public sealed record Settings(
        [property: Setting("Text", Template = true, Required = true, Widget = Widget.TextArea,
            Help = "Liquid. Take values from earlier nodes with {{ node.output }}; {% if %} and {% for %} work too.")]
        string Text);

    public sealed record Outputs([property: Output("Text")] string Text);

    // The engine has rendered the text already.
    public override ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step) =>
        new(StepResult.Done(new Outputs(settings.Text)));
}
