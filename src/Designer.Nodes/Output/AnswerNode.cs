using Designer.Engine;
using Designer.Flows;

namespace Designer.Nodes.Output;

[Node("answer", NodeGroup.Output, Name = "Answer", Icon = "message-square-text", Summary = "{text}", NoOutput = true,
    Example = "Say {{ reply.text }} with the sources that it cites.",
    Description = "Speaks to the caller, and is the only node that does. A text that is one model's output streams through word by word.")]
public sealed class AnswerNode : Node<AnswerNode.Settings, AnswerNode.Outputs>
{
    public sealed record Settings(
        [property: Setting("Text", Template = true, Widget = Widget.TextArea, Help = "What the caller reads. Marks such as [1] point to the citations.")]
        string? Text = null,
        [property: Setting("Citations", Widget = Widget.Reference, Help = "Where the marks in the text come from, e.g. {{ reply.citations }}.")]
        IReadOnlyList<Citation>? Citations = null,
        [property: Setting("Outputs", Template = true, Widget = Widget.Rows, Help = "Named values for programs that call this flow.")]
        IReadOnlyList<Row>? Outputs = null);

    public sealed record Row(
        [property: Setting("Name", Required = true)] string Name,
        [property: Setting("Value", Template = true, Help = "An exact reference keeps its type.")] object? Value = null);

    public sealed record Outputs(
        [property: Output("Text")] string? Text,
        [property: Output("Citations", Type = "array<object>")] IReadOnlyList<Citation>? Citations,
        [property: Output("Outputs", Type = "object")] IReadOnlyDictionary<string, object?>? Values) : IAnswerOutputs;

    public override ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step)
    {
        Dictionary<string, object?>? values = null;
        foreach (Row row in settings.Outputs ?? [])
        {
            if (string.IsNullOrWhiteSpace(row.Name)) throw new StepException("answer.name", $"An output of the answer has no name.");
            (values ??= [])[row.Name] = row.Value;
        }
        // A mark without a citation stays as it is: the text may hold brackets of its own.
        IReadOnlyList<Citation>? citations = settings.Citations is { Count: > 0 } given ? [.. given.DistinctBy(c => c.N).OrderBy(c => c.N)] : null;
        return new(StepResult.Done(new Outputs(settings.Text, citations, values)));
    }
}
