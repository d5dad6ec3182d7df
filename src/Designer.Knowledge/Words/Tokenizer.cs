using System.Text;

namespace Designer.Knowledge;

/// <summary>
/// Splits text into searchable words. Scripts with spaces give words (folded, English ones stemmed); scripts without give overlapping
/// pairs of characters, for FTS5's own tokenizers find no two-character words. In the index a run of pairs ends with its last
/// character alone, so that each character begins exactly one term and a question of one character can be a prefix.
/// </summary>
internal static class Tokenizer
{
    /// <summary>Longer words (encoded data, mostly) are cut.</summary>
    private const int LongestWord = 64;

    private const double PartFunctionWord = 0.3;
    private const double SingleCharacter = 0.5;

    /// <summary>What the index stores; two texts of the same words give the same terms.</summary>
    public static List<string> ForIndex(string text)
    {
        var terms = new List<string>(text.Length / 4);
        foreach ((Script script, string run) in Runs(Folding.Fold(text)))
        {
            if (script == Script.Spaced) terms.AddRange(Words(run).Select(EnglishStem.Of));
            else AddPairs(run, terms);
        }
        return terms;
    }

    /// <summary>The distinct terms to look for, in order. Function words are left out unless the question has nothing else.</summary>
    public static List<Token> ForQuery(string text)
    {
        var tokens = new List<Token>();
        foreach ((Script script, string run) in Runs(Folding.Fold(text)))
        {
            if (script == Script.Spaced) tokens.AddRange(Words(run).Select(word => new Token(EnglishStem.Of(word), Weight: FunctionWords.Contains(word) ? 0 : 1)));
            else tokens.AddRange(QueryPairs(run));
        }
        List<Token> telling = [.. tokens.Where(token => token.Weight > 0).DistinctBy(token => (token.Term, token.IsPrefix))];
        return telling.Count > 0 ? telling : [.. tokens.Select(token => token with { Weight = 1 }).Distinct()];
    }

    private static void AddPairs(string run, List<string> terms)
    {
        string? last = null;
        foreach (Rune rune in run.EnumerateRunes())
        {
            string character = rune.ToString();
            if (last != null) terms.Add(last + character);
            last = character;
        }
        if (last != null) terms.Add(last);
    }

    private static IEnumerable<Token> QueryPairs(string run)
    {
        List<string> characters = [.. run.EnumerateRunes().Select(rune => rune.ToString())];
        bool[] isFunction = FunctionWords.Mark(characters);
        if (characters.Count == 1) yield return new Token(run, IsPrefix: true, isFunction[0] ? 0 : SingleCharacter);
        for (int i = 0; i + 1 < characters.Count; i++)
        {
            double weight = (isFunction[i], isFunction[i + 1]) switch { (false, false) => 1, (true, true) => 0, _ => PartFunctionWord };
            yield return new Token(characters[i] + characters[i + 1], Weight: weight);
        }
    }

    // A run is one script's text; one of a script with spaces may hold joiners, each between two characters that it joins.
    private static IEnumerable<(Script Script, string Text)> Runs(string text)
    {
        for (int at = 0; at < text.Length;)
        {
            Script script = ScriptAt(text, at, out int next);
            int start = at;
            for (at = next; script != Script.None && at < text.Length; at = next)
            {
                if (ScriptAt(text, at, out next) == script) continue;
                if (script != Script.Spaced || !Joins(text, at)) break;
            }
            if (script == Script.Spaced && at - start == 1) at += LengthOfSharp(text, at);
            if (script != Script.None) yield return (script, text[start..at]);
        }
    }

    private static Script ScriptAt(string text, int at, out int next)
    {
        Rune.DecodeFromUtf16(text.AsSpan(at), out Rune rune, out int length);
        next = at + length;
        return Scripts.Of(rune);
    }

    private static bool Joins(string text, int at)
    {
        if (at == 0 || at + 1 >= text.Length) return false;
        (char before, char after) = (text[at - 1], text[at + 1]);
        return text[at] switch
        {
            '.' or ',' => char.IsAsciiDigit(before) && char.IsAsciiDigit(after),
            '-' or '\u2010' or '\'' or '’' => IsSpacedLetter(before) && IsSpacedLetter(after),
            _ => false,
        };
    }

    private static bool IsSpacedLetter(char c) => char.IsLetter(c) && Scripts.Of(new Rune(c)) == Script.Spaced;

    // "C#" and "C++" are words, "a + b" is not.
    private static int LengthOfSharp(string text, int at) =>
        text.AsSpan(at).StartsWith("++", StringComparison.Ordinal) ? 2 : at < text.Length && text[at] == '#' && !(at + 1 < text.Length && char.IsLetterOrDigit(text[at + 1])) ? 1 : 0;

    // "carry-over" is found by "carry over" and by "carryover".
    private static IEnumerable<string> Words(string run)
    {
        string[] parts = run.Split('-', '\u2010');
        foreach (string part in parts)
            foreach (string word in WithoutApostrophes(part)) yield return Cut(word);
        if (parts.Length > 1) yield return Cut(string.Concat(parts.SelectMany(WithoutApostrophes)));
    }

    private static IEnumerable<string> WithoutApostrophes(string part)
    {
        if (part.AsSpan().IndexOfAny('\'', '’') < 0) return [WithoutGrouping(part)];
        string[] pieces = part.Split('\'', '’');
        return pieces[^1] switch
        {
            "s" or "re" or "ve" or "ll" or "d" or "m" => pieces[..^1],
            "t" => [string.Concat(pieces)],
            _ => pieces,
        };
    }

    // "1,000" is 1000; "3,5" and "1,2,3" stay as they are.
    private static string WithoutGrouping(string number)
    {
        if (!number.Contains(',')) return number;
        string[] groups = number.Split(',');
        return groups[0].Length <= 3 && groups.Skip(1).All(group => group.Split('.')[0].Length == 3) ? string.Concat(groups) : number;
    }

    private static string Cut(string word) => word.Length <= LongestWord ? word : word[..word.CutBefore(LongestWord)];
}
