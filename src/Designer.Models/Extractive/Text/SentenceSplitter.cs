using System.Collections.Frozen;

namespace Designer.Models.Extractive.Text;

/// <summary>Cuts running text into sentences, English and Chinese.</summary>
internal static class SentenceSplitter
{
    /// <summary>Longer stretches without an end are cut at a comma or space, so that a quote stays readable.</summary>
    public const int LongestSentence = 500;

    private const int MostClosers = 8;
    private const int LongestAbbreviation = 12;

    private static readonly FrozenSet<string> s_abbreviations = new[]
    {
        "e.g", "i.e", "mr", "mrs", "ms", "dr", "prof", "st", "vs", "approx", "fig", "no", "cf", "al", "sec", "ch", "resp", "incl", "u.s", "u.k", "dept", "tel", "ext",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<string> Split(string text)
    {
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var end = EndAt(text, i, start);
            if (end < 0 && i - start >= LongestSentence) end = BreakBefore(text, start, i);
            if (end < 0) continue;
            if (Trimmed(text, start, end) is { } sentence) yield return sentence;
            start = end;
            i = Math.Max(i, end - 1);
        }
        if (Trimmed(text, start, text.Length) is { } last) yield return last;
    }

    /// <summary>Where the sentence ends when the character at <paramref name="i"/> ends one, else -1.</summary>
    private static int EndAt(string text, int i, int start)
    {
        var c = text[i];
        if (c is '。' or '！' or '？') return Closers(text, i + 1);
        if (c is not ('.' or '!' or '?' or '…')) return -1;
        var end = Closers(text, i + 1);
        if (end == text.Length) return end;
        if (!char.IsWhiteSpace(text[end])) return c != '.' && Tokenizer.IsCjk(text[end]) ? end : -1;
        if (c == '.' && IsAbbreviation(text, i, start)) return -1;
        var next = end;
        while (next < text.Length && char.IsWhiteSpace(text[next])) next++;
        return next == text.Length || !char.IsLower(text[next]) ? end : -1;
    }

    private static int Closers(string text, int i)
    {
        // Bounded: a page of exclamation marks is read once, not once for each.
        for (var most = i + MostClosers; i < most && i < text.Length && text[i] is '"' or '\'' or ')' or ']' or '”' or '’' or '」' or '』' or '）' or '!' or '?' or '！' or '？' or '。'; i++) { }
        return i;
    }

    private static bool IsAbbreviation(string text, int dot, int start)
    {
        var begin = dot;
        while (begin > start && dot - begin < LongestAbbreviation && (char.IsLetter(text[begin - 1]) || text[begin - 1] == '.')) begin--;
        var word = text[begin..dot];
        return (word.Length == 1 && char.IsUpper(word[0])) || s_abbreviations.Contains(word);
    }

    private static int BreakBefore(string text, int start, int i)
    {
        for (var k = i; k > start + LongestSentence / 2; k--)
            if (text[k - 1] is ' ' or ',' or ';' or '，' or '；' or '、') return k;
        return char.IsLowSurrogate(text[i]) ? i - 1 : i;
    }

    private static string? Trimmed(string text, int start, int end)
    {
        var span = text.AsSpan(start, end - start).Trim();
        return span.IsEmpty ? null : span.Length == text.Length ? text : span.ToString();
    }
}
