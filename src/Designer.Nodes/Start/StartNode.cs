using System.Text.Json;
using Designer.Engine;
using Designer.Flows;

namespace Designer.Nodes.Start;

[Node("start", NodeGroup.Start, Name = "Start", Icon = "play", Summary = "{inputs}", NoInput = true,
    Description = "Where a flow begins: says which inputs it takes, checks what a caller sent, and hands it to the nodes behind.")]
[OutputsFrom("inputs")]
public sealed class StartNode : Node<StartNode.Settings, Dictionary<string, object?>>
{
    public sealed record Settings(
        [property: Setting("Inputs", Help = "Each becomes an output, a field of the run form and a member of the API's input.")] IReadOnlyList<Field> Inputs);

    public sealed record Field(
        [property: Setting("Name", Required = true)] string Name,
        [property: Setting("Type", Options = ["string", "number", "integer", "boolean", "object", "array", "array<string>", "file", "image", "any"])] string Type = "string",
        [property: Setting("Required")] bool Required = false,
        [property: Setting("Default", Widget = Widget.Json)] JsonElement? Default = null,
        [property: Setting("Description", Help = "Shown beside the field.")] string? Description = null);

    public override ValueTask<StepResult<Dictionary<string, object?>>> RunAsync(Settings settings, StepContext step)
    {
        JsonElement input = step.FlowInput;
        if (input.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null or JsonValueKind.Undefined))
            throw new StepException("input.invalid", "The input must be an object with the flow's inputs as members.");
        Dictionary<string, object?> outputs = [];
        List<string> problems = [];
        foreach (Field field in settings.Inputs)
        {
            JsonElement value = input.ValueKind == JsonValueKind.Object && input.TryGetProperty(field.Name, out JsonElement given) ? given : default;
            if (IsAbsent(value)) value = field.Default ?? default;
            if (IsAbsent(value))
            {
                if (field.Required) problems.Add($"“{field.Name}” is missing");
                outputs[field.Name] = null;
            }
            else if (InputTypes.Problem(value, FlowType.Parse(field.Type) ?? FlowType.Any) is { } problem) problems.Add($"“{field.Name}” {problem}");
            else if (field.Required && value.ValueKind == JsonValueKind.String && string.IsNullOrWhiteSpace(value.GetString())) problems.Add($"“{field.Name}” is empty");
            else outputs[field.Name] = value;
        }
        return problems.Count == 0 ? new(StepResult.Done(outputs)) : throw new StepException("input.invalid", $"The input does not fit: {string.Join("; ", problems)}.");
    }

    private static bool IsAbsent(JsonElement value) => value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;
}
