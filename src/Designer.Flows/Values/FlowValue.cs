using System.Globalization;
using System.Text.Json;

namespace Designer.Flows;

/// <summary>
/// What a value means, said once for templates, conditions, the engine and the nodes. A value is an <c>object?</c>: null, text, a truth value,
/// a number, a <see cref="JsonElement"/>, a map of texts to values, a list, or any record (its public properties in camelCase are its members).
/// </summary>
public static partial class FlowValue
{
    /// <summary>Members of objects by name; of lists by index, <c>first</c>, <c>last</c> and <c>size</c>; of texts <c>size</c>.</summary>
    public static bool TryGetMember(object? value, string name, out object? member)
    {
        member = null;
        switch (value)
        {
            case null: return false;
            case string text: return TryGetSize(text.Length, name, out member);
            case JsonElement element: return TryGetMember(element, name, out member);
        }
        ValueShape shape = ValueShape.Of(value);
        if (shape.IsList)
        {
            int count = shape.Count(value);
            if (TryGetSize(count, name, out member)) return true;
            if (!TryGetIndex(name, count, out int index)) return false;
            member = Unwrap(shape.Item(value, index));
            return true;
        }
        if (!shape.TryGetMember(value, name, out member)) return name == "size" && shape.IsObject && TryGetSize(shape.Count(value), name, out member);
        member = Unwrap(member);
        return true;
    }

    /// <summary>The value at the end of a path, or null where a part of it is missing.</summary>
    public static object? Follow(object? value, IReadOnlyList<string> path)
    {
        for (int i = 0; i < path.Count; i++)
        {
            if (!TryGetMember(value, path[i], out value)) return null;
        }
        return Unwrap(value);
    }

    /// <summary>Turns JSON's plain values into CLR ones; everything else stays.</summary>
    public static object? Unwrap(object? value) => value is not JsonElement element ? value : element.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.String => element.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => Number(element),
        _ => value,
    };

    public static bool IsList(object? value) => value switch
    {
        null or string => false,
        JsonElement element => element.ValueKind == JsonValueKind.Array,
        _ => ValueShape.Of(value).IsList,
    };

    public static bool IsObject(object? value) => value switch
    {
        null or string => false,
        JsonElement element => element.ValueKind == JsonValueKind.Object,
        _ => ValueShape.Of(value).IsObject,
    };

    /// <summary>The entries of a list, in order; nothing for other values.</summary>
    public static IReadOnlyList<object?> Items(object? value)
    {
        if (value is IReadOnlyList<object?> list && value is not string) return list;
        if (value is JsonElement element) return element.ValueKind == JsonValueKind.Array ? [.. element.EnumerateArray().Select(e => Unwrap(e))] : [];
        if (value is null || ValueShape.Of(value) is not { IsList: true } shape) return [];
        object?[] items = new object?[shape.Count(value)];
        for (int i = 0; i < items.Length; i++) items[i] = Unwrap(shape.Item(value, i));
        return items;
    }

    /// <summary>The members of an object, in order; nothing for other values.</summary>
    public static IEnumerable<KeyValuePair<string, object?>> Members(object? value) => value switch
    {
        null or string => [],
        JsonElement element => element.ValueKind == JsonValueKind.Object ? element.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, Unwrap(p.Value))) : [],
        _ => ValueShape.Of(value).Members(value).Select(m => KeyValuePair.Create(m.Key, Unwrap(m.Value))),
    };

    /// <summary>Null gives nothing, numbers and truth values are written invariantly, a file as its name, other objects and lists as compact JSON.</summary>
    public static string ToText(object? value) => Unwrap(value) switch
    {
        null => "",
        string text => text,
        bool truth => truth ? "true" : "false",
        Enum name => JsonNamingPolicy.CamelCase.ConvertName(name.ToString()),
        TimeSpan duration => Duration.ToText(duration),
        DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
        Guid or Uri or char or byte or sbyte or short or ushort or int or uint or long or ulong or float or double or decimal =>
            Convert.ToString(value is JsonElement ? Unwrap(value) : value, CultureInfo.InvariantCulture)!,
        { } other => AsFile(other)?.Name ?? JsonSerializer.Serialize(other, other.GetType(), FlowJson.Options),
    };

    /// <summary>False are null, false, 0, the empty text, the text <c>false</c>, and lists and objects without an entry.</summary>
    public static bool IsTrue(object? value) => Unwrap(value) switch
    {
        null => false,
        bool truth => truth,
        string text => text.Length > 0 && !text.Equals("false", StringComparison.OrdinalIgnoreCase),
        { } other when IsNumber(other) => Convert.ToDouble(other, CultureInfo.InvariantCulture) != 0,
        { } other => !IsEmpty(other),
    };

    /// <summary>True for null, the empty text, and lists and objects without an entry.</summary>
    public static bool IsEmpty(object? value) => Unwrap(value) switch
    {
        null => true,
        string text => text.Length == 0,
        JsonElement element => element.ValueKind == JsonValueKind.Array ? element.GetArrayLength() == 0 : !element.EnumerateObject().Any(),
        { } other => ValueShape.Of(other) is { } shape && (shape.IsList || shape.IsObject) && shape.Count(other) == 0,
    };

    public static bool IsNumber(object? value) =>
        value is long or int or double or decimal or float or short or byte or uint or ulong or ushort or sbyte or JsonElement { ValueKind: JsonValueKind.Number };

    private static bool TryGetMember(JsonElement element, string name, out object? member)
    {
        member = null;
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                if (!element.TryGetProperty(name, out JsonElement found)) return name == "size" && TryGetSize(element.EnumerateObject().Count(), name, out member);
                member = Unwrap(found);
                return true;
            case JsonValueKind.Array:
                int count = element.GetArrayLength();
                if (TryGetSize(count, name, out member)) return true;
                if (!TryGetIndex(name, count, out int index)) return false;
                member = Unwrap(element[index]);
                return true;
            case JsonValueKind.String:
                return TryGetSize(element.GetString()!.Length, name, out member);
            default:
                return false;
        }
    }

    private static bool TryGetSize(int size, string name, out object? member)
    {
        member = name == "size" ? (long)size : null;
        return member is not null;
    }

    private static bool TryGetIndex(string name, int count, out int index)
    {
        if (name is "first" or "last") index = name == "first" ? 0 : count - 1;
        else if (!int.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out index)) return false;
        if (index < 0 && name != "last") index += count;
        return index >= 0 && index < count;
    }

    private static object Number(JsonElement element)
    {
        if (element.TryGetInt64(out long whole)) return whole;
        // A decimal keeps what was written (1.10); beyond its range a double is the best there is.
        double real = element.GetDouble();
        return element.TryGetDecimal(out decimal exact) && (exact != 0 || real == 0) ? exact : real;
    }
}
