using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Designer.Flows;

namespace Designer.Web.Features.Templates;

/// <summary>One input of a flow's start node.</summary>
/// <param name="Type">A type of the flow format, e.g. <c>string</c>.</param>
public sealed record StartInput(string Name, string Type)
{
    public static IReadOnlyList<StartInput> Of(FlowDocument document)
    {
        FlowNode? start = document.Nodes.FirstOrDefault(node => node.Type == "start");
        if (start is null || start.Settings.ValueKind != JsonValueKind.Object || !start.Settings.TryGetProperty("inputs", out JsonElement inputs) || inputs.ValueKind != JsonValueKind.Array) return [];
        return [.. inputs.EnumerateArray().Where(input => input.ValueKind == JsonValueKind.Object).Select(input => new StartInput(Text(input, "name") ?? "", Text(input, "type") ?? "string")).Where(input => input.Name.Length > 0)];
    }

    /// <summary>A JSON object of what people typed, empty fields left out; null when all are empty.</summary>
    public static (string? Json, IReadOnlyList<string> Problems) Read(IReadOnlyList<StartInput> inputs, IReadOnlyDictionary<string, string> typed)
    {
        var values = new JsonObject();
        var problems = new List<string>();
        foreach (StartInput input in inputs)
        {
            if (!typed.TryGetValue(input.Name, out string? text) || string.IsNullOrWhiteSpace(text)) continue;
            if (input.Parse(text, out JsonNode? value)) values[input.Name] = value;
            else problems.Add(L["The sample for “{0}” must be of type {1}.", input.Name, input.Type]);
        }
        return (values.Count == 0 ? null : values.ToJsonString(), problems);
    }

    /// <summary>A sample as people read it: its values, by name where there are several.</summary>
    /// <param name="sample">A JSON object.</param>
    public static string Show(string sample)
    {
        try
        {
            if (JsonNode.Parse(sample) is not JsonObject values) return sample;
            return string.Join('\n', values.Select(value => values.Count == 1 ? $"{value.Value}" : $"{value.Key}: {value.Value}"));
        }
        catch (JsonException)
        {
            return sample;
        }
    }

    private bool Parse(string text, out JsonNode? value)
    {
        value = null;
        switch (Type)
        {
            case "string":
                value = text;
                return true;
            case "integer":
                if (!long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out long whole)) return false;
                value = whole;
                return true;
            case "number":
                if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)) return false;
                value = number;
                return true;
            case "boolean":
                if (!bool.TryParse(text, out bool flag)) return false;
                value = flag;
                return true;
            default:
                try
                {
                    value = JsonNode.Parse(text);
                    return true;
                }
                catch (JsonException)
                {
                    return false;
                }
        }
    }

    private static string? Text(JsonElement input, string name) => input.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
