using System.Text.Json;
using Designer.Flows;

namespace Designer.Nodes.Start;

/// <summary>Whether what a caller sent is of the type an input wants. Strict, so that a caller learns of a mistake instead of getting a strange answer.</summary>
public static class InputTypes
{
    /// <summary>What is wrong, to follow the input's name; null when it fits.</summary>
    public static Sentence? Problem(JsonElement value, FlowType type) => type.Name switch
    {
        "string" => value.ValueKind == JsonValueKind.String ? null : Wanted($"a text", value),
        "number" => value.ValueKind == JsonValueKind.Number ? null : Wanted($"a number", value),
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out decimal number) && decimal.IsInteger(number) ? null : Wanted($"a whole number", value),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : Wanted($"true or false", value),
        "array" => value.ValueKind == JsonValueKind.Array ? Entries(value, type.Item ?? FlowType.Any) : Wanted($"a list", value),
        "file" or "image" => HasText(value, "id") ? null : Wanted($"a file: upload it, then send its id and name", value),
        "object" or "message" or "document" or "chunk" => value.ValueKind == JsonValueKind.Object ? null : Wanted($"an object", value),
        _ => null,
    };

    private static Sentence? Entries(JsonElement list, FlowType item)
    {
        int index = 0;
        foreach (JsonElement entry in list.EnumerateArray())
        {
            if (Problem(entry, item) is { } problem) return $"entry {index} {problem}";
            index++;
        }
        return null;
    }

    private static bool HasText(JsonElement value, string member) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(member, out JsonElement text) && text.ValueKind == JsonValueKind.String;

    private static Sentence Wanted(Sentence wanted, JsonElement value) => $"must be {wanted}, not {Kind(value)}";

    private static Sentence Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => $"a text",
        JsonValueKind.Number => $"a number",
        JsonValueKind.True or JsonValueKind.False => $"true or false",
        JsonValueKind.Array => $"a list",
        JsonValueKind.Object => $"an object",
        _ => $"nothing",
    };
}
