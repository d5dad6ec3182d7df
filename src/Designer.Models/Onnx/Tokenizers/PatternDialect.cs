using System.Globalization;
using System.Text;

namespace Designer.Models.Onnx.Tokenizers;

/// <summary>Rewrites what the regular expressions of tokenizer files say differently from .NET's: possessive quantifiers (their authors use
/// them for speed, where giving back could not match either), scripts, code points in braces, and \w by Unicode's own definition.</summary>
internal static class PatternDialect
{
    private static readonly Dictionary<string, string> s_scripts = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Han"] = @"\u2E80-\u2FD5\u3005\u3007\u3021-\u3029\u3038-\u303B\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAD9",
        ["Hiragana"] = @"\u3041-\u3096\u309D-\u309F",
        ["Katakana"] = @"\u30A1-\u30FA\u30FD-\u30FF\u31F0-\u31FF\u32D0-\u32FE\u3300-\u3357\uFF66-\uFF6F\uFF71-\uFF9D",
        ["Hangul"] = @"\u1100-\u11FF\u302E\u302F\u3131-\u318E\u3200-\u321E\u3260-\u327E\uA960-\uA97C\uAC00-\uD7A3\uD7B0-\uD7FB\uFFA0-\uFFDC",
        ["Thai"] = @"\u0E01-\u0E3A\u0E40-\u0E5B",
        ["Latin"] = @"A-Za-z\u00AA\u00BA\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02B8\u02E0-\u02E4\u1D00-\u1D25\u1E00-\u1EFF\u2C60-\u2C7F\uA722-\uA787\uAB30-\uAB5A\uFF21-\uFF3A\uFF41-\uFF5A",
        ["Cyrillic"] = @"\u0400-\u052F\u1C80-\u1C88\u1D2B\u1D78\u2DE0-\u2DFF\uA640-\uA69F",
        ["Arabic"] = @"\u0600-\u0604\u0606-\u060B\u060D-\u061A\u061C-\u061E\u0620-\u063F\u0641-\u064A\u0656-\u066F\u0671-\u06DC\u06DE-\u06FF\u0750-\u077F\uFB50-\uFDFF\uFE70-\uFEFC",
    };

    public static string Translate(string pattern)
    {
        StringBuilder result = new(pattern.Length);
        bool inClass = false, afterQuantifier = false;
        for (int i = 0; i < pattern.Length; i++)
        {
            char c = pattern[i];
            if (c == '\\' && i + 1 < pattern.Length)
            {
                i += Escape(pattern, i, inClass, result) - 1;
                afterQuantifier = false;
                continue;
            }
            if (!inClass && afterQuantifier && c == '+')
            {
                afterQuantifier = false;
                continue;
            }
            if (c == '[' && !inClass) inClass = true;
            else if (c == '[') result.Append('\\');
            else if (c == ']') inClass = false;
            result.Append(c);
            afterQuantifier = !inClass && (c is '*' or '+' or '}' || (c == '?' && i > 0 && pattern[i - 1] != '('));
        }
        return result.ToString();
    }

    /// <summary>Writes the escape at <paramref name="at"/> and returns its length.</summary>
    private static int Escape(string pattern, int at, bool inClass, StringBuilder result)
    {
        char kind = pattern[at + 1];
        int close = at + 2 < pattern.Length && pattern[at + 2] == '{' ? pattern.IndexOf('}', at) : -1;
        string inside = close < 0 ? "" : pattern[(at + 3)..close];
        if (kind is 'p' or 'P' && s_scripts.TryGetValue(inside.Replace("Script=", "", StringComparison.Ordinal), out string? ranges))
        {
            if (inClass && kind == 'P') throw new ArgumentException($"\\P{{{inside}}} inside brackets.");
            result.Append(inClass ? ranges : kind == 'P' ? $"[^{ranges}]" : $"[{ranges}]");
            return close - at + 1;
        }
        if (kind is 'x' or 'u' && int.TryParse(inside, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code))
        {
            if (code > char.MaxValue) throw new ArgumentException($"The code point {inside} beyond FFFF.");
            result.Append(CultureInfo.InvariantCulture, $"\\u{code:X4}");
            return close - at + 1;
        }
        if (kind == 'w')
        {
            result.Append(inClass ? Word : $"[{Word}]");
            return 2;
        }
        // The brace of \p{L} is no quantifier's; it goes with its escape.
        int length = kind is 'p' or 'P' && close >= 0 ? close - at + 1 : 2;
        result.Append(pattern, at, length);
        return length;
    }

    private const string Word = @"\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\u24B6-\u24E9\u200C\u200D";
}
