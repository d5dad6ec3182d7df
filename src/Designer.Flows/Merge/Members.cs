using System.Text.Json;

namespace Designer.Flows;

/// <summary>Merges parts member by member as JSON, so that members this build does not know are merged like all others.</summary>
internal static class Members
{
    /// <summary>Members that only say where something stands on the canvas.</summary>
    private static readonly string[] Places = ["position", "size"];

    public static T Merge<T>(string part, string id, string label, T @base, T mine, T theirs, Choices choices)
    {
        OrderedMap<JsonElement> merged = Merge(part, id, label, "", Parts.Json(@base), Parts.Json(mine), Parts.Json(theirs), choices);
        return Parts.Json(merged).Deserialize<T>(FlowJson.Options)!;
    }

    private static OrderedMap<JsonElement> Merge(string part, string id, string label, string prefix, JsonElement @base, JsonElement mine, JsonElement theirs, Choices choices)
    {
        List<KeyValuePair<string, JsonElement>> merged = [];
        foreach (string name in Names(theirs).Concat(Names(mine)).Distinct().ToList())
        {
            (JsonElement? b, JsonElement? m, JsonElement? t) = (Find(@base, name), Find(mine, name), Find(theirs, name));
            JsonElement? value =
                prefix.Length == 0 && name == "settings" ? Settings(part, id, label, b, m, t, choices)
                : prefix.Length == 0 && Places.Contains(name) ? Choices.Same(m, b) ? t : m
                : choices.Value(part, id, label, prefix + name, b, m, t);
            if (value is { } found) merged.Add(KeyValuePair.Create(name, found));
        }
        return new OrderedMap<JsonElement>(merged);
    }

    private static JsonElement? Settings(string part, string id, string label, JsonElement? @base, JsonElement? mine, JsonElement? theirs, Choices choices)
    {
        OrderedMap<JsonElement> merged = Merge(part, id, label, "settings.", @base ?? default, mine ?? default, theirs ?? default, choices);
        return merged.Count == 0 && (mine is null || theirs is null) ? null : Parts.Json(merged);
    }

    private static IEnumerable<string> Names(JsonElement json) => json.ValueKind == JsonValueKind.Object ? json.EnumerateObject().Select(p => p.Name) : [];

    private static JsonElement? Find(JsonElement json, string name) => json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement value) ? value : null;

    /// <summary>Merges lists of parts that a name tells apart: theirs in their order, then what mine added.</summary>
    public static List<KeyValuePair<string, T>> Lists<T>(
        string part, IReadOnlyList<KeyValuePair<string, T>> @base, IReadOnlyList<KeyValuePair<string, T>> mine, IReadOnlyList<KeyValuePair<string, T>> theirs, Func<T, string>? label, Choices choices) where T : class
    {
        List<KeyValuePair<string, T>> merged = [];
        foreach (string key in theirs.Concat(mine).Select(p => p.Key).Distinct().ToList())
        {
            (T? b, T? m, T? t) = (Find(@base, key), Find(mine, key), Find(theirs, key));
            string shown = label is null ? key : label(m ?? t!);
            T? value = b is not null && m is not null && t is not null ? Merge(part, key, shown, b, m, t, choices) : Whole(part, key, shown, b, m, t, choices);
            if (value is not null) merged.Add(KeyValuePair.Create(key, value));
        }
        return merged;
    }

    /// <summary>Added, or deleted on one side: the part as a whole.</summary>
    private static T? Whole<T>(string part, string id, string label, T? @base, T? mine, T? theirs, Choices choices) where T : class
    {
        JsonElement? Text(T? value) => value is null ? null : Parts.Json(value);
        JsonElement? kept = choices.Value(part, id, label, "", Text(@base), Text(mine), Text(theirs));
        return kept is null ? null : Choices.Same(kept, Text(theirs)) ? theirs : mine;
    }

    private static T? Find<T>(IReadOnlyList<KeyValuePair<string, T>> list, string key) where T : class => list.FirstOrDefault(p => p.Key == key).Value;
}
