using System.Text.Json;
using Designer.Engine;
using Designer.Flows;

namespace Designer.Nodes.Start;

[Node("start", NodeGroup.Start, Name = "Start", Icon = "play", Summary = "{inputs}", NoInput = true,
    Example = "Ask for a “question” (text) and, if wished, a “file”.",
    Description = "Where a flow begins: says which inputs it takes, checks what a caller sent, and hands it to the nodes behind.")]
[OutputsFrom("inputs")]
public sealed class StartNode : Node<StartNode.Settings, Dictionary<string, object?>>
{
    public sealed record Settings(
        [property: Setting("Inputs", Help = "Each becomes an output, a field of the run form and a member of the API's input.")] IReadOnlyList<Field> Inputs);

    public sealed record Field(
        [property: Setting("Name", Required = true)] string Name,
        [property: Setting("Type", Options = ["string", "number", "integer", "boolean", "object", "array", "array<string>", "file", "image", "array<file>", "array<image>", "any"])] string Type = "string",
        [property: Setting("Required")] bool Required = false,
        [property: Setting("Default", Widget = Widget.Json)] JsonElement? Default = null,
        [property: Setting("Description", Help = "Shown beside the field.")] string? Description = null);

    public override ValueTask<StepResult<Dictionary<string, object?>>> RunAsync(Settings settings, StepContext step)
    {
        JsonElement input = step.FlowInput;
        if (input.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null or JsonValueKind.Undefined))
            throw new StepException("input.invalid", $"The input must be an object with the flow's inputs as members.");
        Dictionary<string, object?> outputs = [];
        List<Sentence> problems = [];
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
        if (problems.Count == 0 && settings.Inputs.Any(IsFiles)) return CheckFilesAsync(settings, outputs, step);
        return new(Done(outputs, problems));
    }

    private static StepResult<Dictionary<string, object?>> Done(Dictionary<string, object?> outputs, List<Sentence> problems) =>
        problems.Count == 0 ? StepResult.Done(outputs) : throw new StepException("input.invalid", $"The input does not fit: {Sentence.Join("; ", problems)}.");

    private static bool IsFiles(Field field) => FlowType.Parse(field.Type) is { } type && (type.Item ?? type).Name is "file" or "image";

    // A caller says which file; what it is, its bytes say.
    private static async ValueTask<StepResult<Dictionary<string, object?>>> CheckFilesAsync(Settings settings, Dictionary<string, object?> outputs, StepContext step)
    {
        List<Sentence> problems = [];
        foreach (Field field in settings.Inputs.Where(IsFiles))
        {
            if (outputs[field.Name] is not JsonElement value) continue;
            bool mustBeImage = field.Type.Contains("image", StringComparison.Ordinal);
            List<FileRef> files = [];
            foreach (JsonElement given in value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : Enumerable.Repeat(value, 1))
            {
                try
                {
                    FileRef file = await step.FileAsync(given.GetProperty("id").GetString()!, given.TryGetProperty("name", out JsonElement name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null).ConfigureAwait(false);
                    if (mustBeImage && !MediaType.IsImage(file.MediaType)) problems.Add($"“{field.Name}” must be a picture, and “{file.Name}” is {file.MediaType}");
                    files.Add(file);
                }
                catch (StepException unknown)
                {
                    problems.Add($"“{field.Name}”: {unknown.Message.TrimEnd('.')}");
                }
            }
            // As JSON from the beginning: a run that is taken up again finds the same in its log.
            outputs[field.Name] = value.ValueKind == JsonValueKind.Array ? FlowValue.ToJson(files) : FlowValue.ToJson(files.FirstOrDefault());
        }
        return Done(outputs, problems);
    }

    private static bool IsAbsent(JsonElement value) => value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;
}
