using System.Globalization;

namespace Designer.Flows;

public enum TextChange { Same, Removed, Added }

/// <summary>A stretch of text and what became of it.</summary>
public sealed record TextPart(TextChange Change, string Text);

/// <summary>Compares texts word by word; in Chinese, Japanese and Korean character by character, since there words have no spaces.</summary>
public static class TextDiff
{
    // The shortest edit script costs length × changes; a text that was rewritten is shown as rewritten.
    private const int MaxChanges = 1_000;

    /// <summary>The parts in order: without the removed ones they are the new text, without the added ones the old.</summary>
    public static IReadOnlyList<TextPart> Between(string before, string after)
    {
        List<string> a = Words(before), b = Words(after);
        int start = 0, end = 0;
        while (start < a.Count && start < b.Count && a[start] == b[start]) start++;
        while (end < a.Count - start && end < b.Count - start && a[^(end + 1)] == b[^(end + 1)]) end++;
        return Join([
            .. a.Take(start).Select(w => (TextChange.Same, w)),
            .. Script(a[start..^end], b[start..^end]),
            .. a.Skip(a.Count - end).Select(w => (TextChange.Same, w))]);
    }

    /// <summary>Myers' greedy search for the shortest edit script: for each number of changes, how far one gets on each diagonal.</summary>
    private static List<(TextChange, string)> Script(List<string> a, List<string> b)
    {
        int max = Math.Min(a.Count + b.Count, MaxChanges);
        int[] reached = new int[2 * max + 3];
        int middle = max + 1;
        List<int[]> before = [];
        for (int d = 0; d <= max; d++)
        {
            before.Add(reached[(middle - d - 1)..(middle + d + 2)]);
            for (int k = -d; k <= d; k += 2)
            {
                int x = IsDown(k, d, reached[middle + k - 1], reached[middle + k + 1]) ? reached[middle + k + 1] : reached[middle + k - 1] + 1;
                while (x < a.Count && x - k < b.Count && a[x] == b[x - k]) x++;
                reached[middle + k] = x;
                if (x >= a.Count && x - k >= b.Count) return WalkBack(a, b, before);
            }
        }
        return [.. a.Select(w => (TextChange.Removed, w)), .. b.Select(w => (TextChange.Added, w))];
    }

    private static List<(TextChange, string)> WalkBack(List<string> a, List<string> b, List<int[]> before)
    {
        List<(TextChange, string)> script = [];
        int x = a.Count, y = b.Count;
        for (int d = before.Count - 1; d >= 0; d--)
        {
            int k = x - y, left = before[d][k + d], right = before[d][k + d + 2];
            bool isDown = IsDown(k, d, left, right);
            int start = d == 0 ? 0 : isDown ? right : left + 1;
            for (; x > start; y--) script.Add((TextChange.Same, a[--x]));
            if (d > 0) script.Add(isDown ? (TextChange.Added, b[--y]) : (TextChange.Removed, a[--x]));
        }
        script.Reverse();
        return script;
    }

    private static bool IsDown(int k, int d, int left, int right) => k == -d || k != d && left < right;

    private static List<TextPart> Join(List<(TextChange Change, string Word)> script)
    {
        List<TextPart> parts = [];
        for (int start = 0, end; start < script.Count; start = end)
        {
            for (end = start + 1; end < script.Count && script[end].Change == script[start].Change;) end++;
            parts.Add(new TextPart(script[start].Change, string.Concat(script[start..end].Select(s => s.Word))));
        }
        return parts;
    }

    /// <summary>Words with the spaces behind them, and every other sign by itself.</summary>
    private static List<string> Words(string text)
    {
        List<string> words = [];
        for (int start = 0, end; start < text.Length; start = end)
        {
            bool isWord = IsOfWord(text[start]);
            end = start + 1;
            while (end < text.Length && (isWord && IsOfWord(text[end]) || char.IsLowSurrogate(text[end]))) end++;
            while (end < text.Length && text[end] is (' ' or '\t')) end++;
            words.Add(text[start..end]);
        }
        return words;
    }

    private static bool IsOfWord(char c) => c switch
    {
        // Kana, CJK, Hangul: a word is not told by spaces.
        >= '\u3040' and <= '\u30ff' or >= '\u3400' and <= '\u9fff' or >= '\uac00' and <= '\ud7af' => false,
        _ => char.IsLetterOrDigit(c) || c == '_' || char.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark,
    };
}
