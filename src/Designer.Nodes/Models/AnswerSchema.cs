using System.Text.Json;
using System.Text.Json.Nodes;
using Designer.Engine;
using NJsonSchema;
using NJsonSchema.Validation;

namespace Designer.Nodes.Models;

/// <summary>A JSON Schema that a model's answer must fit.</summary>
/// <remarks>
/// It comes from a flow, so it may reach for nothing outside itself (<c>$ref</c> to an address would be fetched), and its patterns, which the
/// model is told, are not checked: one could be made to take for ever.
/// </remarks>
internal sealed class AnswerSchema
{
    private const int Longest = 100_000;
    private const int MostProblems = 10;

    private readonly JsonSchema _schema;

    private AnswerSchema(JsonElement json, JsonSchema schema)
    {
        Json = json;
        _schema = schema;
        Properties = [.. json.GetProperty("properties").EnumerateObject().Select(p => p.Name)];
    }

    public JsonElement Json { get; }
    public IReadOnlyList<string> Properties { get; }

    /// <exception cref="StepException"><c>schema.invalid</c></exception>
    public static async ValueTask<AnswerSchema> ReadAsync(JsonElement json, CancellationToken cancellation)
    {
        // A code editor may have stored it as text.
        if (json.ValueKind == JsonValueKind.String) json = Parse(json.GetString()!);
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("properties", out JsonElement properties) || properties.ValueKind != JsonValueKind.Object || !properties.EnumerateObject().Any())
            throw Invalid("it must describe an object with at least one property");
        string text = json.GetRawText();
        if (text.Length > Longest) throw Invalid($"it is longer than {Longest} characters");
        JsonNode checkable = JsonNode.Parse(text)!;
        Harmless(checkable);
        try
        {
            return new AnswerSchema(json, await JsonSchema.FromJsonAsync(checkable.ToJsonString(), cancellation).ConfigureAwait(false));
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw Invalid(error.Message);
        }
    }

    /// <summary>What is wrong with an answer, in words for a model; empty when it fits.</summary>
    public IReadOnlyList<string> Problems(JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object) return ["The answer must be one JSON object."];
        JsonNode given = JsonNode.Parse(answer.GetRawText())!;
        DropNulls(given);
        return [.. _schema.Validate(given.ToJsonString()).Take(MostProblems).Select(Describe)];
    }

    // Null is how a model says that there is nothing, whatever the property's type; whether that may be, "required" says.
    private static void DropNulls(JsonNode? node)
    {
        if (node is JsonObject map)
        {
            foreach ((string name, JsonNode? member) in map.ToArray())
            {
                if (member is null) map.Remove(name);
                else DropNulls(member);
            }
        }
        else if (node is JsonArray list)
        {
            foreach (JsonNode? item in list) DropNulls(item);
        }
    }

    private static string Describe(ValidationError error) => $"{error.Path ?? "#"}: {error.Kind}";

    private static void Harmless(JsonNode? node)
    {
        if (node is JsonArray list)
        {
            foreach (JsonNode? item in list) Harmless(item);
            return;
        }
        if (node is not JsonObject map) return;
        if (map["$ref"] is JsonValue reference && reference.GetValueKind() == JsonValueKind.String && !reference.GetValue<string>().StartsWith('#'))
            throw Invalid("it refers to another document; put the definition into this one");
        if (map["pattern"] is JsonValue) map.Remove("pattern");
        if (map["patternProperties"] is JsonObject) map.Remove("patternProperties");
        foreach ((string _, JsonNode? member) in map.ToArray()) Harmless(member);
    }

    private static JsonElement Parse(string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException error)
        {
            throw Invalid(error.Message);
        }
    }

    private static StepException Invalid(string why) => new("schema.invalid", $"The JSON Schema cannot be used: {why}.");
}
