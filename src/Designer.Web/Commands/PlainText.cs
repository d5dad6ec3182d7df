using System.Text;

namespace Designer.Web.Commands;

/// <summary>
/// Makes foreign text (of flows, models, documents, people) safe to show: a terminal must not obey it, and it must not look like another text.
/// </summary>
internal static class PlainText
{
    private const char Replacement = '\uFFFD';

    /// <summary>Line feeds and tabs stay; other control characters become their pictures (␛ for escape), direction marks the replacement sign.</summary>
    public static string Clean(string text)
    {
        if (!text.AsSpan().ContainsAny(Dangerous)) return text;
        StringBuilder clean = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '\r' && i + 1 < text.Length && text[i + 1] == '\n') continue;
            clean.Append(!Dangerous.Contains(c) ? c : c < ' ' ? (char)('\u2400' + c) : c == '\u007F' ? '\u2421' : Replacement);
        }
        return clean.ToString();
    }

    /// <summary>Clean, and without line breaks and runs of spaces: what stands in a table, or as the reason of a failure.</summary>
    public static string OneLine(string text, int longest = int.MaxValue)
    {
        string line = string.Join(' ', Clean(text).Split((char[])[' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries));
        if (line.Length <= longest) return line;
        int cut = longest - 1;
        return (char.IsHighSurrogate(line[cut - 1]) ? line[..(cut - 1)] : line[..cut]) + "…";
    }

    /// <summary>The same JSON with dangerous characters as escapes: it reads back as the same value. They stand in strings only, or it was no JSON.</summary>
    public static string CleanJson(string json)
    {
        if (!json.AsSpan().ContainsAny(Dangerous)) return json;
        StringBuilder clean = new(json.Length + 64);
        foreach (char c in json)
        {
            if (Dangerous.Contains(c)) clean.Append("\\u").Append(((int)c).ToString("x4", System.Globalization.CultureInfo.InvariantCulture));
            else clean.Append(c);
        }
        return clean.ToString();
    }

    // C0 without tab and line feed, delete, C1, and what changes the direction of text (bidi marks, embeddings, overrides, isolates) or breaks lines.
    private static readonly System.Buffers.SearchValues<char> Dangerous = System.Buffers.SearchValues.Create(
        [
            .. Enumerable.Range(0, 0x20).Select(c => (char)c).Where(c => c is not ('\t' or '\n')),
            .. Enumerable.Range(0x7F, 0x21).Select(c => (char)c),
            '\u061C', '\u200E', '\u200F', '\u2028', '\u2029',
            .. Enumerable.Range(0x202A, 5).Select(c => (char)c),
            .. Enumerable.Range(0x2066, 4).Select(c => (char)c),
        ]);
}
