using System.Globalization;

namespace Designer.Models.Onnx.Templates;

/// <summary>The methods of strings, lists and mappings. None changes its value.</summary>
internal static class Methods
{
    /// <summary>A method of a value, or null.</summary>
    public static Function? Find(Rendering rendering, object? of, string name) => of switch
    {
        string text => OfText(rendering, text, name),
        List<object?> list => OfList(list, name),
        Mapping map => OfMapping(map, name),
        _ => null,
    };

    private static Function? OfText(Rendering rendering, string text, string name) => name switch
    {
        "strip" => a => text.Trim(Blanks(a)),
        "lstrip" => a => text.TrimStart(Blanks(a)),
        "rstrip" => a => text.TrimEnd(Blanks(a)),
        "lower" => _ => text.ToLowerInvariant(),
        "upper" => _ => text.ToUpperInvariant(),
        "title" => _ => Filters.Title(text),
        "capitalize" => _ => Filters.Capitalize(text),
        "startswith" => a => Any(a, part => text.StartsWith(part, StringComparison.Ordinal)),
        "endswith" => a => Any(a, part => text.EndsWith(part, StringComparison.Ordinal)),
        "removeprefix" => a => a.Text(0, "prefix") is { Length: > 0 } prefix && text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text,
        "removesuffix" => a => a.Text(0, "suffix") is { Length: > 0 } suffix && text.EndsWith(suffix, StringComparison.Ordinal) ? text[..^suffix.Length] : text,
        "replace" => a => Replace(rendering, text, a),
        "split" => a => Split(rendering, text, a, fromRight: false),
        "rsplit" => a => Split(rendering, text, a, fromRight: true),
        "splitlines" => _ => Lines(rendering, text),
        "join" => a => Filters.Join(rendering, Values.Items(a.Get(0, "iterable")), text),
        "find" => a => (long)text.IndexOf(a.Text(0, "sub"), StringComparison.Ordinal),
        "rfind" => a => (long)text.LastIndexOf(a.Text(0, "sub"), StringComparison.Ordinal),
        "index" => a => text.IndexOf(a.Text(0, "sub"), StringComparison.Ordinal) is >= 0 and int at ? (long)at : throw new TemplateException("The text to find is not there."),
        "count" => a => (long)(a.Text(0, "sub") is { Length: > 0 } part ? text.AsSpan().Count(part) : text.Length + 1),
        "format" => a => rendering.Limited(TextFormat.Braces(text, a)),
        "isdigit" or "isnumeric" => _ => text.Length > 0 && text.All(char.IsDigit),
        "isalpha" => _ => text.Length > 0 && text.All(char.IsLetter),
        "isalnum" => _ => text.Length > 0 && text.All(char.IsLetterOrDigit),
        "isspace" => _ => text.Length > 0 && text.All(char.IsWhiteSpace),
        "isupper" => _ => text.Any(char.IsUpper) && !text.Any(char.IsLower),
        "islower" => _ => text.Any(char.IsLower) && !text.Any(char.IsUpper),
        _ => null,
    };

    private static Function? OfList(List<object?> list, string name) => name switch
    {
        "index" => a => list.FindIndex(i => Values.Equals(i, a.Get(0, "value"))) is >= 0 and int at ? (long)at : throw new TemplateException("The value to find is not in the list."),
        "count" => a => (long)list.Count(i => Values.Equals(i, a.Get(0, "value"))),
        "copy" => _ => new List<object?>(list),
        "append" or "extend" or "insert" or "pop" or "remove" or "clear" or "sort" or "reverse" => _ => throw new TemplateException($"Templates may not change lists ('{name}')."),
        _ => null,
    };

    private static Function? OfMapping(Mapping map, string name) => name switch
    {
        "get" => a => map.TryGetValue(Values.Text(a.Get(0, "key")), out object? value) ? value : a.Get(1, "default"),
        "items" => _ => Filters.Pairs(map),
        "keys" => _ => map.Keys.ToList<object?>(),
        "values" => _ => map.Values.ToList(),
        "copy" => _ => Copy(map),
        // An entry of one of these names is what a template means.
        "update" or "pop" or "clear" or "setdefault" or "popitem" when !map.ContainsKey(name) => _ => throw new TemplateException($"Templates may not change mappings ('{name}')."),
        _ => null,
    };

    private static Mapping Copy(Mapping map)
    {
        Mapping copy = [];
        foreach ((string key, object? value) in map) copy[key] = value;
        return copy;
    }

    private static char[]? Blanks(Arguments arguments) => arguments.Get(0, "chars") is string chars ? chars.ToCharArray() : null;

    private static bool Any(Arguments arguments, Func<string, bool> holds) =>
        arguments.Get(0, "prefix") is List<object?> several ? several.OfType<string>().Any(holds) : holds(arguments.Text(0, "prefix"));

    public static string Replace(Rendering rendering, string text, Arguments arguments)
    {
        string old = arguments.Text(0, "old"), by = arguments.Text(1, "new");
        int most = arguments.Number(2, "count", -1);
        if (old.Length == 0) return text;
        rendering.CheckLength(text.Length + (long)text.AsSpan().Count(old) * Math.Max(0, by.Length - old.Length));
        if (most < 0) return rendering.Limited(text.Replace(old, by, StringComparison.Ordinal));
        System.Text.StringBuilder result = new();
        int at = 0;
        for (int found; most > 0 && (found = text.IndexOf(old, at, StringComparison.Ordinal)) >= 0; most--)
        {
            result.Append(text, at, found - at).Append(by);
            at = found + old.Length;
        }
        return rendering.Limited(result.Append(text, at, text.Length - at).ToString());
    }

    private static List<object?> Split(Rendering rendering, string text, Arguments arguments, bool fromRight)
    {
        rendering.Step(1 + text.Length / 16);
        int most = arguments.Number(1, "maxsplit", -1);
        if (arguments.Get(0, "sep") is not string separator) return [.. Words(text, most, fromRight)];
        if (separator.Length == 0) throw new TemplateException("A text cannot be split by nothing.");
        if (!fromRight) return [.. text.Split(separator, most < 0 ? int.MaxValue : most + 1)];
        List<object?> parts = [];
        int end = text.Length;
        for (; most != 0 && end >= separator.Length && text.LastIndexOf(separator, end - 1, end, StringComparison.Ordinal) is >= 0 and int at; most--)
        {
            parts.Insert(0, text[(at + separator.Length)..end]);
            end = at;
        }
        parts.Insert(0, text[..end]);
        return parts;
    }

    private static string[] Words(string text, int most, bool fromRight)
    {
        string[] words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (most < 0 || words.Length <= most + 1) return words;
        if (fromRight) return [text[..^(Rest(text, words[^most..]))].TrimEnd(), .. words[^most..]];
        string rest = text.TrimStart();
        for (int i = 0; i < most; i++) rest = rest[words[i].Length..].TrimStart();
        return [.. words[..most], rest.TrimEnd()];
    }

    /// <summary>How many characters from the end the last words begin.</summary>
    private static int Rest(string text, string[] last)
    {
        int end = text.Length;
        for (int i = last.Length - 1; i >= 0; i--) end = text.LastIndexOf(last[i], end - 1, StringComparison.Ordinal);
        return text.Length - end;
    }

    private static List<object?> Lines(Rendering rendering, string text)
    {
        rendering.Step(1 + text.Length / 16);
        List<object?> lines = [.. text.ReplaceLineEndings("\n").Split('\n')];
        if (lines[^1] is "") lines.RemoveAt(lines.Count - 1);
        return lines;
    }
}
