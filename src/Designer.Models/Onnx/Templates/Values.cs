using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Designer.Models.Onnx.Templates;

/// <summary>A name or member that is not there. Printing it gives nothing, looking into it fails.</summary>
internal sealed record Undefined(string Name);

/// <summary>A mapping; it keeps the order of its entries.</summary>
internal sealed class Mapping : OrderedDictionary<string, object?>
{
    public Mapping() : base(StringComparer.Ordinal) { }
}

/// <summary>The only mapping that a template may change: <c>namespace()</c>.</summary>
internal sealed record Namespace(Mapping Members);

/// <summary>What a call in a template passes.</summary>
internal sealed record Arguments(IReadOnlyList<object?> Positional, Mapping Named)
{
    public static Arguments Of(params object?[] values) => new(values, []);

    /// <summary>An argument by place or name.</summary>
    public object? Get(int place, string name, object? otherwise = null) =>
        place < Positional.Count ? Positional[place] : Named.TryGetValue(name, out object? value) ? value : otherwise;

    public string Text(int place, string name, string otherwise = "") => Get(place, name) switch { null => otherwise, string s => s, object o => Values.Text(o) };

    public int Number(int place, string name, int otherwise) => Get(place, name) is { } value ? (int)Math.Clamp(Values.Integer(value), int.MinValue, int.MaxValue) : otherwise;
}

internal delegate object? Function(Arguments arguments);

/// <summary>Python's ways with values: null, bool, long, double, string, List, Mapping, Namespace, Function and Undefined.</summary>
internal static class Values
{
    public static bool Truth(object? value) => value switch
    {
        null or Undefined => false,
        bool b => b,
        long n => n != 0,
        double d => d != 0,
        string s => s.Length > 0,
        List<object?> list => list.Count > 0,
        Mapping map => map.Count > 0,
        _ => true,
    };

    public static new bool Equals(object? a, object? b) => (a, b) switch
    {
        (null, null) => true,
        (Undefined, Undefined) => true,
        (string x, string y) => x == y,
        (List<object?> x, List<object?> y) => x.Count == y.Count && x.Zip(y).All(p => Equals(p.First, p.Second)),
        (Mapping x, Mapping y) => x.Count == y.Count && x.All(p => y.TryGetValue(p.Key, out object? other) && Equals(p.Value, other)),
        _ => IsNumber(a) && IsNumber(b) ? Double(a).Equals(Double(b)) : ReferenceEquals(a, b),
    };

    public static int Compare(object? a, object? b)
    {
        if (a is string x && b is string y) return string.CompareOrdinal(x, y);
        if (IsNumber(a) && IsNumber(b)) return Double(a).CompareTo(Double(b));
        if (a is List<object?> p && b is List<object?> q)
        {
            for (int i = 0; i < Math.Min(p.Count, q.Count); i++)
                if (Compare(p[i], q[i]) is not 0 and int order) return order;
            return p.Count.CompareTo(q.Count);
        }
        throw new TemplateException($"{Kind(a)} and {Kind(b)} cannot be ordered.");
    }

    public static bool IsNumber(object? value) => value is bool or long or double;

    public static double Double(object? value) => value switch
    {
        bool b => b ? 1 : 0,
        long n => n,
        double d => d,
        _ => throw new TemplateException($"A number is needed, not {Kind(value)}."),
    };

    public static long Integer(object? value) => value switch
    {
        bool b => b ? 1 : 0,
        long n => n,
        _ => throw new TemplateException($"A whole number is needed, not {Kind(value)}."),
    };

    public static string Kind(object? value) => value switch
    {
        null => "none",
        Undefined u => $"'{u.Name}', which is undefined,",
        bool => "a boolean",
        long or double => "a number",
        string => "a string",
        List<object?> => "a list",
        Mapping => "a mapping",
        Namespace => "a namespace",
        _ => "a function",
    };

    /// <summary>What a loop goes over.</summary>
    public static IReadOnlyList<object?> Items(object? value) => value switch
    {
        List<object?> list => list,
        Mapping map => [.. map.Keys],
        string text => [.. Characters(text)],
        Undefined => [],
        _ => throw new TemplateException($"{Kind(value)} cannot be looped over."),
    };

    private static IEnumerable<string> Characters(string text)
    {
        foreach (Rune rune in text.EnumerateRunes()) yield return rune.ToString();
    }

    public static long Length(object? value) => value switch
    {
        string s => s.Length - s.Count(char.IsLowSurrogate),
        List<object?> list => list.Count,
        Mapping map => map.Count,
        Undefined => 0,
        _ => throw new TemplateException($"{Kind(value)} has no length."),
    };

    public static bool Contains(object? container, object? item) => container switch
    {
        string text => item is string part ? text.Contains(part, StringComparison.Ordinal) : throw new TemplateException($"{Kind(item)} cannot be in a string."),
        List<object?> list => list.Exists(i => Equals(i, item)),
        Mapping map => item is string key && map.ContainsKey(key),
        Undefined => false,
        _ => throw new TemplateException($"Nothing can be in {Kind(container)}."),
    };

    /// <summary>As Python's str().</summary>
    public static string Text(object? value) => value switch
    {
        string s => s,
        Undefined => "",
        _ => Written(value),
    };

    /// <summary>As Python's repr().</summary>
    private static string Written(object? value) => value switch
    {
        null => "None",
        bool b => b ? "True" : "False",
        long n => n.ToString(CultureInfo.InvariantCulture),
        double d => Float(d),
        string s => Quoted(s),
        List<object?> list => $"[{string.Join(", ", list.Select(Written))}]",
        Mapping map => $"{{{string.Join(", ", map.Select(p => $"{Quoted(p.Key)}: {Written(p.Value)}"))}}}",
        Undefined => "Undefined",
        Namespace => "<Namespace>",
        _ => "<function>",
    };

    private static string Quoted(string text)
    {
        char quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        StringBuilder result = new();
        result.Append(quote);
        foreach (char c in text)
        {
            if (c == quote || c == '\\') result.Append('\\').Append(c);
            else if (c == '\n') result.Append("\\n");
            else if (c == '\r') result.Append("\\r");
            else if (c == '\t') result.Append("\\t");
            else if (char.IsControl(c)) result.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
            else result.Append(c);
        }
        return result.Append(quote).ToString();
    }

    /// <summary>The shortest digits that read back the same, with ".0" or an exponent where Python writes them.</summary>
    public static string Float(double value)
    {
        if (double.IsNaN(value)) return "nan";
        if (double.IsInfinity(value)) return value > 0 ? "inf" : "-inf";
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        int exponent = value == 0 ? 0 : (int)Math.Floor(Math.Log10(Math.Abs(value)));
        if (exponent is >= -4 and < 16)
        {
            if (text.Contains('E')) text = value.ToString("0.################################", CultureInfo.InvariantCulture);
            return text.Contains('.') ? text : text + ".0";
        }
        if (!text.Contains('E')) text = value.ToString("0.################E+00", CultureInfo.InvariantCulture);
        int e = text.IndexOf('E', StringComparison.Ordinal);
        string digits = text[(e + 2)..].TrimStart('0').PadLeft(2, '0');
        return $"{text[..e]}e{text[e + 1]}{digits}";
    }

    public static object? Of(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => OfObject(json),
        JsonValueKind.Array => json.EnumerateArray().Select(Of).ToList(),
        JsonValueKind.String => json.GetString(),
        JsonValueKind.Number => json.TryGetInt64(out long n) && !json.GetRawText().AsSpan().ContainsAny('.', 'e', 'E') ? n : (object)json.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private static Mapping OfObject(JsonElement json)
    {
        Mapping map = [];
        foreach (JsonProperty property in json.EnumerateObject()) map[property.Name] = Of(property.Value);
        return map;
    }
}
