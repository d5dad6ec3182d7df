using System.Text.Json;

namespace Designer.Flows;

public static partial class FlowValue
{
    /// <summary>The value as a file, if it has a file's shape.</summary>
    public static FileRef? AsFile(object? value) => value switch
    {
        FileRef file => file,
        JsonElement { ValueKind: JsonValueKind.Object } json => Text(json, "id") is { } id && Text(json, "name") is { } name && Text(json, "mediaType") is { } type
            && json.TryGetProperty("size", out JsonElement size) && size.ValueKind == JsonValueKind.Number && size.TryGetInt64(out long bytes) ? new FileRef(id, name, type, bytes) : null,
        _ => null,
    };

    /// <summary>All files anywhere in a value.</summary>
    public static IEnumerable<FileRef> FilesIn(object? value)
    {
        if (AsFile(value) is { } file) return [file];
        if (IsList(value)) return Items(value).SelectMany(FilesIn);
        return IsObject(value) ? Members(value).SelectMany(m => FilesIn(m.Value)) : [];
    }

    private static string? Text(JsonElement json, string member) =>
        json.TryGetProperty(member, out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
