using System.Text.Json;

namespace Designer.Models.Onnx.Folders;

/// <summary>A settings file of a model's folder; what is missing reads as nothing.</summary>
internal sealed class JsonFile
{
    private const long LargestFile = 16L << 20;
    private readonly JsonElement _root;

    private JsonFile(JsonElement root) => _root = root;

    /// <exception cref="ModelException">The file is there and is no JSON object, is too large, or leads out of the folder.</exception>
    public static JsonFile Read(string folder, string name) => new(new ModelFolderFiles(folder).ReadObject(name, LargestFile) ?? default);

    public bool IsThere => _root.ValueKind == JsonValueKind.Object;
    public JsonElement? this[string name] => IsThere && _root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    public string? Text(string name) => this[name] is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;
    public bool? Flag(string name) => this[name] is { ValueKind: JsonValueKind.True or JsonValueKind.False } value ? value.GetBoolean() : null;
    public float? Number(string name) => this[name] is { ValueKind: JsonValueKind.Number } value ? value.GetSingle() : null;

    /// <summary>The first of these names that holds a whole number.</summary>
    public int? Whole(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (this[name] is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number)) return number;
        return null;
    }

    public IReadOnlyList<string> Texts(string name) => this[name] is { ValueKind: JsonValueKind.Array } many ? [.. many.EnumerateArray().Where(i => i.ValueKind == JsonValueKind.String).Select(i => i.GetString()!)] : [];
}
