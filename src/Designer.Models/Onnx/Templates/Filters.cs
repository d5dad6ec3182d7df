using System.Globalization;
using System.Text;

namespace Designer.Models.Onnx.Templates;

/// <summary>What stands behind a bar: value | name(arguments).</summary>
internal static class Filters
{
    public static object? Apply(Rendering rendering, string name, object? value, Arguments arguments) => name switch
    {
        "default" or "d" => value is Undefined || (Values.Truth(arguments.Get(1, "boolean")) && !Values.Truth(value)) ? arguments.Get(0, "default_value", "") : value,
        "tojson" => ToJson(rendering, value, arguments),
        "trim" or "strip" => Values.Text(value).Trim(arguments.Get(0, "chars") is string chars ? chars.ToCharArray() : null),
        "upper" => Values.Text(value).ToUpperInvariant(),
        "lower" => Values.Text(value).ToLowerInvariant(),
        "title" => Title(Values.Text(value)),
        "capitalize" => Capitalize(Values.Text(value)),
        "replace" => Methods.Replace(rendering, Values.Text(value), arguments),
        "string" => Values.Text(value),
        "safe" => value,
        "escape" or "e" or "forceescape" => Escape(Values.Text(value)),
        "indent" => Indent(rendering, Values.Text(value), arguments),
        "format" => rendering.Limited(TextFormat.Percent(Values.Text(value), arguments.Positional)),
        "wordcount" => (long)Values.Text(value).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length,
        "truncate" => Truncate(Values.Text(value), arguments),
        "urlencode" => Uri.EscapeDataString(Values.Text(value)).Replace("%2F", "/", StringComparison.Ordinal),
        "int" => ToInteger(value, arguments),
        "float" => ToFloat(value, arguments),
        "abs" => value is double d ? Math.Abs(d) : (object)Math.Abs(Values.Integer(value)),
        "round" => Round(Values.Double(value), arguments),
        "length" or "count" => Values.Length(value),
        "items" => value is Undefined ? new List<object?>() : Pairs(value as Mapping ?? throw new TemplateException($"{Values.Kind(value)} has no items.")),
        "attr" => Access.Member(rendering, value, arguments.Text(0, "name")),
        _ => ListFilters.Apply(rendering, name, value, arguments),
    };

    public static List<object?> Pairs(Mapping map) => map.Select(p => (object?)new List<object?> { p.Key, p.Value }).ToList();

    public static string Join(Rendering rendering, IReadOnlyList<object?> items, string separator)
    {
        StringBuilder result = new();
        for (int i = 0; i < items.Count; i++)
        {
            if (i > 0) result.Append(separator);
            result.Append(Values.Text(items[i]));
            rendering.CheckLength(result.Length);
        }
        return rendering.Limited(result.ToString());
    }

    public static string Capitalize(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..].ToLowerInvariant();

    public static string Title(string text)
    {
        StringBuilder result = new(text.Length);
        foreach (char c in text) result.Append(result.Length > 0 && char.IsLetter(result[^1]) ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c));
        return result.ToString();
    }

    private static string ToJson(Rendering rendering, object? value, Arguments arguments)
    {
        // indent is a number of blanks or a text; separators are a pair.
        string? indent = arguments.Get(0, "indent") switch { null => null, string text => text, object n => new string(' ', (int)Math.Clamp(Values.Integer(n), 0, 16)) };
        List<object?>? separators = arguments.Get(int.MaxValue, "separators") as List<object?>;
        return rendering.Limited(new JsonText(indent, separators is [string item, ..] ? item : ", ", separators is [_, string key] ? key : ": ",
            Values.Truth(arguments.Get(int.MaxValue, "sort_keys")), Values.Truth(arguments.Get(int.MaxValue, "ensure_ascii"))).Write(value));
    }

    private static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&#34;", StringComparison.Ordinal).Replace("'", "&#39;", StringComparison.Ordinal);

    private static string Indent(Rendering rendering, string text, Arguments arguments)
    {
        string blanks = arguments.Get(0, "width") is string given ? given : new string(' ', Math.Clamp(arguments.Number(0, "width", 4), 0, 1000));
        bool first = Values.Truth(arguments.Get(1, "first")), blank = Values.Truth(arguments.Get(2, "blank"));
        string[] lines = text.Split('\n');
        rendering.CheckLength(text.Length + (long)lines.Length * blanks.Length);
        return rendering.Limited(string.Join('\n', lines.Select((line, i) => (i == 0 && !first) || (line.Length == 0 && !blank && i > 0) ? line : blanks + line)));
    }

    private static string Truncate(string text, Arguments arguments)
    {
        int length = Math.Max(0, arguments.Number(0, "length", 255)), leeway = arguments.Number(3, "leeway", 5);
        string end = arguments.Text(2, "end", "...");
        if (text.Length <= length + leeway) return text;
        string cut = text[..Math.Clamp(length - end.Length, 0, text.Length)];
        int space = Values.Truth(arguments.Get(1, "killwords")) ? -1 : cut.LastIndexOf(' ');
        return (space >= 0 ? cut[..space] : cut) + end;
    }

    private static object? ToInteger(object? value, Arguments arguments)
    {
        if (Values.IsNumber(value)) return value is double d ? double.IsFinite(d) && Math.Abs(d) < 9e18 ? (long)d : arguments.Get(0, "default", 0L) : Values.Integer(value);
        string text = Values.Text(value).Trim();
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole)) return whole;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && Math.Abs(number) < 9e18 ? (long)number : arguments.Get(0, "default", 0L);
    }

    private static object? ToFloat(object? value, Arguments arguments) => Values.IsNumber(value) ? Values.Double(value)
        : double.TryParse(Values.Text(value), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : arguments.Get(0, "default", 0.0);

    private static double Round(double value, Arguments arguments)
    {
        double scale = Math.Pow(10, Math.Clamp(arguments.Number(0, "precision", 0), -15, 15));
        return arguments.Text(1, "method", "common") switch
        {
            "ceil" => Math.Ceiling(value * scale) / scale,
            "floor" => Math.Floor(value * scale) / scale,
            _ => Math.Round(value * scale, MidpointRounding.ToEven) / scale,
        };
    }
}
