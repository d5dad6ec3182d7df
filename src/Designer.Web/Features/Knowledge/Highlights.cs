using System.Text;

namespace Designer.Web.Features.Knowledge;

/// <summary>A stretch of text, and whether it is one of the words that were searched for.</summary>
public readonly record struct TextPart(string Text, bool IsHit);

/// <summary>Marks in a passage what a question asked for: words in scripts with spaces (endings may differ), pairs of characters in Chinese and Japanese.</summary>
public static class Highlights
{
    private const int ShortestStem = 4;

    public static IReadOnlyList<TextPart> Of(string text, string question)
    {
        List<string> words = [];
        HashSet<string> pairs = new(StringComparer.Ordinal);
        foreach (Range run in Runs(question))
        {
            string word = question[run];
            if (IsIdeograph(word[0])) for (int i = 0; i + 1 < word.Length; i++) pairs.Add(word.Substring(i, 2));
            else if (word.Length > 2) words.Add(word);
        }
        bool[] hits = new bool[text.Length];
        foreach (Range run in Runs(text))
        {
            (int start, int length) = run.GetOffsetAndLength(text.Length);
            if (IsIdeograph(text[start]))
            {
                for (int i = start; i + 1 < start + length; i++)
                    if (pairs.Contains(text.Substring(i, 2))) hits[i] = hits[i + 1] = true;
            }
            else if (words.Exists(word => IsSame(text.AsSpan(start, length), word)))
            {
                hits.AsSpan(start, length).Fill(true);
            }
        }
        return Join(text, hits);
    }

    // "days" is found by "day", "approved" by "approval", "carried" by "carry": the same beginning, at most three letters more on either side.
    private static bool IsSame(ReadOnlySpan<char> word, string wanted)
    {
        if (word.Equals(wanted, StringComparison.OrdinalIgnoreCase)) return true;
        int shared = 0;
        while (shared < word.Length && shared < wanted.Length && char.ToLowerInvariant(word[shared]) == char.ToLowerInvariant(wanted[shared])) shared++;
        int shorter = Math.Min(word.Length, wanted.Length), longer = Math.Max(word.Length, wanted.Length);
        return shared >= 3 && longer - shared <= 3 && (shared == shorter ? longer - shorter <= 2 || shared >= ShortestStem : shared > ShortestStem || (shared == ShortestStem && shared >= shorter - 1));
    }

    /// <summary>Stretches of letters and digits of one kind: ideographs, or everything else.</summary>
    private static IEnumerable<Range> Runs(string text)
    {
        int start = 0;
        while (start < text.Length)
        {
            if (!char.IsLetterOrDigit(text[start])) { start++; continue; }
            int end = start + 1;
            while (end < text.Length && char.IsLetterOrDigit(text[end]) && IsIdeograph(text[end]) == IsIdeograph(text[start])) end++;
            yield return start..end;
            start = end;
        }
    }

    private static bool IsIdeograph(char c) => c is >= '\u3040' and <= '\u30ff' or >= '\u3400' and <= '\u9fff' or >= '\uf900' and <= '\ufaff';

    private static List<TextPart> Join(string text, bool[] hits)
    {
        var parts = new List<TextPart>();
        var current = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            if (i > 0 && hits[i] != hits[i - 1])
            {
                parts.Add(new TextPart(current.ToString(), hits[i - 1]));
                current.Clear();
            }
            current.Append(text[i]);
        }
        if (current.Length > 0) parts.Add(new TextPart(current.ToString(), hits[^1]));
        return parts;
    }
}
