using System.Globalization;
using System.Text;

namespace Designer.Engine;

/// <summary>What a person or a browser calls a file. It is shown and sent along, and never a path of ours.</summary>
public static class FileName
{
    private const int Longest = 120;
    private const string Nameless = "file";

    /// <summary>The last part of a path, without characters that hide, reorder or end a text, cut to a length that can be shown.</summary>
    public static string Clean(string? name)
    {
        string last = (name ?? "").Split('/', '\\')[^1].Normalize();
        StringBuilder kept = new(last.Length);
        foreach (Rune rune in last.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator) continue;
            kept.Append(rune.Value is '"' or '<' or '>' or '|' or ':' or '*' or '?' ? "_" : rune.ToString());
        }
        string clean = kept.ToString().Trim(' ', '.');
        if (clean.Length == 0) return Nameless;
        if (clean.Length <= Longest) return clean;
        // The end says what it is, so the middle goes.
        string extension = Path.GetExtension(clean) is { Length: <= 12 } end ? end : "";
        string start = clean[..(Longest - extension.Length - 1)];
        return (char.IsHighSurrogate(start[^1]) ? start[..^1] : start) + "…" + extension;
    }
}
