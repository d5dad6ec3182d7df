using System.Globalization;
using System.Text;

namespace Designer.Models.Onnx.Templates;

/// <summary>Python's two ways to put values into a text, as far as templates use them.</summary>
internal static class TextFormat
{
    /// <summary>"%s is %d" % (…)</summary>
    public static string Percent(string format, IReadOnlyList<object?> values)
    {
        StringBuilder result = new();
        int next = 0;
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                result.Append(format[i]);
                continue;
            }
            int start = ++i;
            while (i < format.Length && format[i] is (>= '0' and <= '9') or '.' or '-') i++;
            if (i == format.Length) throw new TemplateException($"The format '{format}' ends too early.");
            if (format[i] == '%') result.Append('%');
            else result.Append(One(format[i], format[start..i], next < values.Count ? values[next++] : throw new TemplateException($"The format '{format}' needs more values.")));
        }
        return result.ToString();
    }

    private static string One(char kind, string options, object? value)
    {
        int dot = options.IndexOf('.', StringComparison.Ordinal);
        int digits = dot >= 0 && int.TryParse(options.AsSpan(dot + 1), out int d) ? Math.Min(d, 50) : -1;
        string text = kind switch
        {
            's' or 'r' => Values.Text(value),
            'd' or 'i' => ((long)Values.Double(value)).ToString(CultureInfo.InvariantCulture),
            'f' => Values.Double(value).ToString($"F{(digits < 0 ? 6 : digits)}", CultureInfo.InvariantCulture),
            'x' => Values.Integer(value).ToString("x", CultureInfo.InvariantCulture),
            _ => throw new TemplateException($"The format '%{kind}' is not supported."),
        };
        string width = dot >= 0 ? options[..dot] : options;
        if (!int.TryParse(width, out int wide)) return text;
        wide = Math.Clamp(wide, -1000, 1000);
        return wide < 0 ? text.PadRight(-wide) : text.PadLeft(wide, width.StartsWith('0') && kind != 's' ? '0' : ' ');
    }

    /// <summary>"{} and {name}".format(…)</summary>
    public static string Braces(string format, Arguments arguments)
    {
        StringBuilder result = new();
        int next = 0;
        for (int i = 0; i < format.Length; i++)
        {
            char c = format[i];
            if (c is '{' or '}' && i + 1 < format.Length && format[i + 1] == c) i++;
            else if (c == '{')
            {
                int end = format.IndexOf('}', i);
                if (end < 0) throw new TemplateException($"The format '{format}' has no closing brace.");
                string name = format[(i + 1)..end];
                result.Append(Values.Text(name.Length == 0 ? Place(next++) : int.TryParse(name, out int place) ? Place(place)
                    : arguments.Named.TryGetValue(name, out object? value) ? value : throw new TemplateException($"The format needs '{name}'.")));
                i = end;
                continue;
            }
            result.Append(c);
        }
        return result.ToString();

        object? Place(int place) => place >= 0 && place < arguments.Positional.Count ? arguments.Positional[place] : throw new TemplateException($"The format '{format}' needs more values.");
    }

    /// <summary>A time as strftime writes it.</summary>
    public static string Time(DateTimeOffset time, string format)
    {
        StringBuilder result = new();
        for (int i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                result.Append(format[i]);
                continue;
            }
            bool bare = format[i + 1] == '-' && i + 2 < format.Length;
            char kind = format[i += bare ? 2 : 1];
            string part = Part(time, kind);
            result.Append(bare ? part.TrimStart('0') is { Length: > 0 } rest ? rest : "0" : part);
        }
        return result.ToString();
    }

    private static string Part(DateTimeOffset time, char kind)
    {
        string? net = kind switch
        {
            'Y' => "yyyy",
            'y' => "yy",
            'm' => "MM",
            'd' => "dd",
            'H' => "HH",
            'I' => "hh",
            'M' => "mm",
            'S' => "ss",
            'f' => "ffffff",
            'B' => "MMMM",
            'b' or 'h' => "MMM",
            'A' => "dddd",
            'a' => "ddd",
            'p' => "tt",
            'F' => "yyyy-MM-dd",
            'T' => "HH:mm:ss",
            'D' => "MM/dd/yy",
            _ => null,
        };
        if (net is not null) return time.ToString(net, CultureInfo.InvariantCulture);
        return kind switch
        {
            'j' => time.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
            'e' => time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
            'w' => ((int)time.DayOfWeek).ToString(CultureInfo.InvariantCulture),
            'Z' => time.Offset == TimeSpan.Zero ? "UTC" : "",
            'z' => time.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal),
            '%' => "%",
            _ => throw new TemplateException($"The time format '%{kind}' is not supported."),
        };
    }
}
