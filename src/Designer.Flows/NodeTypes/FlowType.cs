using System.Collections.Frozen;
using System.Text.Json;

namespace Designer.Flows;

/// <summary>The type of a value: one of <see cref="Names"/>, or an array of one.</summary>
public sealed record FlowType(string Name, FlowType? Item = null)
{
    public static readonly FlowType String = new("string"), Number = new("number"), Integer = new("integer"), Boolean = new("boolean"),
        Object = new("object"), File = new("file"), Image = new("image"), Message = new("message"), Document = new("document"),
        Chunk = new("chunk"), Any = new("any");

    // The shapes of the format; what is written here must agree with the records in Values/Shapes.cs.
    private static readonly FrozenDictionary<string, IReadOnlyDictionary<string, FlowType>> Shapes = new Dictionary<string, IReadOnlyDictionary<string, FlowType>>
    {
        ["file"] = FileMembers(),
        ["image"] = FileMembers(),
        ["message"] = Members(("role", String), ("parts", Array(Object))),
        ["document"] = Members(("id", String), ("title", String), ("mediaType", String), ("url", String), ("metadata", Object)),
        ["chunk"] = Members(("id", String), ("documentId", String), ("title", String), ("text", String), ("score", Number), ("scores", Object),
            ("page", Integer), ("position", Integer), ("metadata", Object)),
    }.ToFrozenDictionary();

    private static Dictionary<string, FlowType> FileMembers() => Members(("id", String), ("name", String), ("mediaType", String), ("size", Integer));

    private static Dictionary<string, FlowType> Members(params (string Name, FlowType Type)[] members) => members.ToDictionary(m => m.Name, m => m.Type);

    public static readonly IReadOnlyList<string> Names =
        ["string", "number", "integer", "boolean", "object", "array", "file", "image", "message", "document", "chunk", "any"];

    public static FlowType Array(FlowType item) => new("array", item);

    /// <summary>Reads <c>string</c>, <c>array&lt;chunk&gt;</c> and so on; null when it is no type.</summary>
    public static FlowType? Parse(string text)
    {
        if (text == "array") return Array(Any);
        if (text.StartsWith("array<", StringComparison.Ordinal) && text.EndsWith('>'))
            return Parse(text[6..^1]) is { } item ? Array(item) : null;
        return Names.Contains(text) ? new FlowType(text) : null;
    }

    /// <summary>The type that a JSON Schema allows; <see cref="Any"/> where it says nothing simple.</summary>
    public static FlowType FromSchema(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("type", out JsonElement type)) return Any;
        // A list of types with "null" in it is how schemas say "optional".
        string? name = type.ValueKind == JsonValueKind.Array
            ? type.EnumerateArray().Select(SettingReader.Text).Where(t => t != "null") is { } names && names.Take(2).Count() == 1 ? names.First() : null
            : SettingReader.Text(type);
        return name switch
        {
            "string" or "number" or "integer" or "boolean" or "object" => new FlowType(name),
            "array" => Array(schema.TryGetProperty("items", out JsonElement items) ? FromSchema(items) : Any),
            _ => Any,
        };
    }

    /// <summary>
    /// The type of a member, <see cref="Any"/> where only a run can tell, null where there is surely none: <c>chunks.first.title</c> is a string,
    /// <c>question.title</c> is nothing.
    /// </summary>
    public FlowType? Member(string name)
    {
        if (Name is "any" or "object") return Any;
        if (Name == "array") return name switch
        {
            "size" => Integer,
            "first" or "last" => Item,
            _ => int.TryParse(name, out _) ? Item : null,
        };
        if (Name == "string") return name == "size" ? Integer : null;
        return Shapes.TryGetValue(Name, out IReadOnlyDictionary<string, FlowType>? members) && members.TryGetValue(name, out FlowType? member) ? member : null;
    }

    /// <summary>True when a value of this type may stand where <paramref name="wanted"/> is expected.</summary>
    public bool Fits(FlowType wanted)
    {
        if (Name == "any" || wanted.Name == "any" || this == wanted) return true;
        if (Name == "array" && wanted.Name == "array") return Item!.Fits(wanted.Item!);
        return (Name, wanted.Name) switch
        {
            ("integer", "number") or ("image", "file") => true,
            ("chunk" or "document" or "message" or "file" or "image", "object") => true,
            _ => false,
        };
    }

    public override string ToString() => Item is null ? Name : $"{Name}<{Item}>";
}
