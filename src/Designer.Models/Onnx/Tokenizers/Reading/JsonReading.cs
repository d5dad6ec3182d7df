using System.Text.Json;

namespace Designer.Models.Onnx.Tokenizers.Reading;

/// <summary>Reads JSON that somebody else wrote: wrong kinds are said by name.</summary>
internal static class JsonReading
{
    public static JsonElement? Object(this JsonElement parent, string name) => Get(parent, name, JsonValueKind.Object);

    public static JsonElement? Array(this JsonElement parent, string name) => Get(parent, name, JsonValueKind.Array);

    public static string? Text(this JsonElement parent, string name) => Get(parent, name, JsonValueKind.String)?.GetString();

    public static int? Number(this JsonElement parent, string name) =>
        Get(parent, name, JsonValueKind.Number) is { } value ? value.TryGetInt32(out int number) ? number : throw Wrong(name, "a whole number") : null;

    public static bool? Flag(this JsonElement parent, string name) => parent.TryGetProperty(name, out JsonElement value) ? value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Null => null,
        _ => throw Wrong(name, "true or false"),
    } : null;

    public static JsonElement NeedObject(this JsonElement parent, string name) => Object(parent, name) ?? throw Missing(name);

    public static JsonElement NeedArray(this JsonElement parent, string name) => Array(parent, name) ?? throw Missing(name);

    public static string NeedText(this JsonElement parent, string name) => Text(parent, name) ?? throw Missing(name);

    public static int NeedNumber(this JsonElement parent, string name) => Number(parent, name) ?? throw Missing(name);

    private static JsonElement? Get(JsonElement parent, string name, JsonValueKind kind)
    {
        if (parent.ValueKind != JsonValueKind.Object) throw Wrong(name, "inside an object");
        if (!parent.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null) return null;
        return value.ValueKind == kind ? value : throw Wrong(name, kind.ToString());
    }

    private static ModelException Missing(string name) => BadFolder.Because($"The tokenizer's file lacks '{name}'.");

    private static ModelException Wrong(string name, string wanted) => BadFolder.Because($"'{name}' in the tokenizer's file should be {wanted}.");
}
