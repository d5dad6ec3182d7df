using System.Text;

namespace Designer.Knowledge;

internal static class WellFormed
{
    /// <summary>The text with each half of a broken surrogate pair replaced by U+FFFD, so that it can be normalised and stored. The length stays.</summary>
    public static string ToWellFormed(this string text)
    {
        if (!HasLoneSurrogate(text)) return text;
        var whole = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes()) whole.Append(rune.ToString());
        return whole.ToString();
    }

    /// <summary>The nearest place at or before <paramref name="at"/> that does not cut a surrogate pair.</summary>
    public static int CutBefore(this string text, int at) =>
        at > 0 && at < text.Length && char.IsLowSurrogate(text[at]) && char.IsHighSurrogate(text[at - 1]) ? at - 1 : at;

    private static bool HasLoneSurrogate(string text)
    {
        for (int i = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF'); i >= 0 && i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1])) i++;
            else return true;
        }
        return false;
    }
}
