using System.Text.Json;

namespace Designer.Flows;

/// <summary>Reads the members of one JSON object by name, notes wrong types as problems, and keeps what nobody asked for.</summary>
internal sealed class PartReader(JsonElement element, string path, List<Problem> problems, string? nodeId = null)
{
    private const int MaxProblems = 100;
    private readonly List<string> _known = [];

    public string Path => path;
    /// <summary>The node that problems point to; the parts inside inherit it.</summary>
    public string? NodeId { get; set; } = nodeId;
    public bool IsObject => element.ValueKind == JsonValueKind.Object;

    /// <summary>Notes when this is no object at all; then every member has its default.</summary>
    public PartReader Expected()
    {
        if (!IsObject) Add(path, $"an object", element);
        return this;
    }

    public string? Text(string name)
    {
        if (!TryGet(name, out JsonElement value)) return null;
        if (value.ValueKind == JsonValueKind.String) return value.GetString();
        Add(At(name), $"a text", value);
        return null;
    }

    public int? Integer(string name)
    {
        if (!TryGet(name, out JsonElement value)) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number)) return number;
        Add(At(name), $"a whole number", value);
        return null;
    }

    public double? Number(string name)
    {
        if (!TryGet(name, out JsonElement value)) return null;
        if (value.ValueKind == JsonValueKind.Number && double.IsFinite(value.GetDouble())) return value.GetDouble();
        Add(At(name), $"a number", value);
        return null;
    }

    public bool? Truth(string name)
    {
        if (!TryGet(name, out JsonElement value)) return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Add(At(name), $"true or false", value);
        return null;
    }

    /// <summary>Whatever stands there, null included.</summary>
    public JsonElement? Any(string name)
    {
        _known.Add(name);
        return IsObject && element.TryGetProperty(name, out JsonElement value) ? value : null;
    }

    public JsonElement? Object(string name)
    {
        if (!TryGet(name, out JsonElement value)) return null;
        if (value.ValueKind == JsonValueKind.Object) return value;
        Add(At(name), $"an object", value);
        return null;
    }

    public PartReader? Part(string name) => Object(name) is { } value ? new PartReader(value, At(name), problems, NodeId) : null;

    public IReadOnlyList<T> List<T>(string name, Func<PartReader, T> read)
    {
        if (!TryGetArray(name, out JsonElement value)) return [];
        List<T> items = new(value.GetArrayLength());
        foreach (JsonElement item in value.EnumerateArray()) items.Add(read(new PartReader(item, $"{At(name)}[{items.Count}]", problems, NodeId).Expected()));
        return items;
    }

    public IReadOnlyList<string>? Texts(string name)
    {
        if (!TryGetArray(name, out JsonElement value)) return null;
        List<string> items = [];
        foreach (JsonElement item in value.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String) items.Add(item.GetString()!);
            else Add($"{At(name)}[{items.Count}]", $"a text", item);
        }
        return items;
    }

    public void Tell(string code, Sentence message, string at) => Add(new Problem(code, ProblemSeverity.Error, message, NodeId, Path: at));

    public string At(string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>The members that were never asked for.</summary>
    public ExtraMembers? Rest()
    {
        if (!IsObject) return null;
        List<KeyValuePair<string, JsonElement>>? rest = null;
        foreach (JsonProperty member in element.EnumerateObject())
        {
            if (!_known.Contains(member.Name)) (rest ??= []).Add(KeyValuePair.Create(member.Name, member.Value));
        }
        return rest is null ? null : new ExtraMembers(rest);
    }

    private bool TryGetArray(string name, out JsonElement value)
    {
        if (!TryGet(name, out value)) return false;
        if (value.ValueKind == JsonValueKind.Array) return true;
        Add(At(name), $"a list", value);
        return false;
    }

    // A member that is null counts as absent.
    private bool TryGet(string name, out JsonElement value)
    {
        _known.Add(name);
        value = default;
        return IsObject && element.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;
    }

    private void Add(string at, Sentence expected, JsonElement found) =>
        Add(new Problem("json.type", ProblemSeverity.Error, $"{(at.Length == 0 ? (Sentence)$"The document" : $"{at}")} must be {expected}, not {Describe(found)}.", NodeId, Path: at));

    private void Add(Problem problem)
    {
        if (problems.Count < MaxProblems) problems.Add(problem);
    }

    private static Sentence Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => $"an object",
        JsonValueKind.Array => $"a list",
        JsonValueKind.String => $"a text",
        JsonValueKind.Number => $"the number {value.GetRawText()[..Math.Min(20, value.GetRawText().Length)]}",
        _ => $"{value.GetRawText()}",
    };
}
