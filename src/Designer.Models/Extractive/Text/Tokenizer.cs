using System.Globalization;

namespace Designer.Models.Extractive.Text;

/// <summary>Cuts text into terms: words by letters and digits, Chinese, Japanese and Korean runs into overlapping pairs.</summary>
internal static class Tokenizer
{
    private const int LongestWord = 64;

    /// <summary>All terms in order, stop words included, appended to <paramref name="terms"/>.</summary>
    public static void Read(ReadOnlySpan<char> text, Lexicon lexicon, List<int> terms)
    {
        Span<char> lower = stackalloc char[LongestWord];
        var i = 0;
        while (i < text.Length)
        {
            var c = text[i];
            if (IsCjk(c)) i = ReadCjk(text, i, lexicon, terms);
            else if (IsWordCharacter(c)) i = ReadWord(text, i, lower, lexicon, terms);
            else i++;
        }
    }

    public static List<int> Read(string text, Lexicon lexicon)
    {
        var terms = new List<int>();
        Read(text, lexicon, terms);
        return terms;
    }

    /// <summary>Terms that carry a topic.</summary>
    public static int[] ReadTopical(string text, Lexicon lexicon)
    {
        var terms = Read(text, lexicon);
        terms.RemoveAll(lexicon.IsStop);
        return [.. terms];
    }

    public static bool IsCjk(char c) => c is (>= '\u3400' and <= '\u9fff') or (>= '\uf900' and <= '\ufaff') or (>= '\u3040' and <= '\u30ff') or (>= '\uac00' and <= '\ud7af');

    public static bool HasCjk(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
            if (IsCjk(c)) return true;
        return false;
    }

    /// <summary>Whether the text is written mostly in CJK: a Chinese sentence may hold Latin names.</summary>
    public static bool IsMostlyCjk(ReadOnlySpan<char> text)
    {
        int cjk = 0, letters = 0;
        foreach (var c in text)
        {
            if (IsCjk(c)) cjk++;
            else if (char.IsLetter(c)) letters++;
        }
        return cjk > 0 && cjk * 3 >= letters;
    }

    private static int ReadCjk(ReadOnlySpan<char> text, int start, Lexicon lexicon, List<int> terms)
    {
        var end = start;
        while (end < text.Length && IsCjk(text[end])) end++;
        if (end - start == 1) terms.Add(lexicon.Term(text.Slice(start, 1)));
        for (var i = start; i + 1 < end; i++) terms.Add(lexicon.Term(text.Slice(i, 2)));
        return end;
    }

    private static int ReadWord(ReadOnlySpan<char> text, int start, Span<char> lower, Lexicon lexicon, List<int> terms)
    {
        var length = 0;
        var i = start;
        for (; i < text.Length; i++)
        {
            var c = text[i];
            if (IsCjk(c)) break;
            if (IsWordCharacter(c))
            {
                if (length < lower.Length) lower[length++] = Fold(c);
            }
            else if (c is '\'' or '’' && i + 1 < text.Length && char.IsLetter(text[i + 1])) break;
            // 1,000 and 2.5 are one number.
            else if (!(c is ',' or '.' && i + 1 < text.Length && char.IsAsciiDigit(text[i + 1]) && char.IsAsciiDigit(text[i - 1]))) break;
            else if (c == '.' && length < lower.Length) lower[length++] = '.';
        }
        if (length > 0) terms.Add(lexicon.Term(lower[..length]));
        return i;
    }

    private static bool IsWordCharacter(char c) => char.IsLetterOrDigit(c) || char.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark || char.IsSurrogate(c);

    private static char Fold(char c) => char.ToLowerInvariant(c) switch
    {
        'é' or 'è' or 'ê' or 'ë' => 'e',
        'á' or 'à' or 'â' or 'ä' or 'å' => 'a',
        'í' or 'ì' or 'î' or 'ï' => 'i',
        'ó' or 'ò' or 'ô' or 'ö' => 'o',
        'ú' or 'ù' or 'û' or 'ü' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        >= '\uff10' and <= '\uff19' and var wide => (char)(wide - '\uff10' + '0'),
        var other => other,
    };
}
