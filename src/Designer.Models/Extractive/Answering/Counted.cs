using Designer.Models.Extractive.Text;

namespace Designer.Models.Extractive.Answering;

/// <summary>Finds "five working days" for a question that counts days.</summary>
internal static class Counted
{
    private const int Reach = 3;
    private const string ChineseDigits = "一二两三四五六七八九十百千万半几";

    private static readonly HashSet<string> s_numbers = new(StringComparer.Ordinal)
    {
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "fifteen", "twenty", "thirty", "forty", "fifty",
        "sixty", "ninety", "hundred", "half", "a", "an", "no", "unlimited",
    };

    /// <summary>Whether a number stands shortly before one of the units.</summary>
    public static bool Counts(string text, IReadOnlySet<int> units, Lexicon lexicon)
    {
        var left = 0;
        foreach (var term in Tokenizer.Read(text, lexicon))
        {
            if (left > 0 && units.Contains(term)) return true;
            left = IsNumber(lexicon.Name(term)) ? Reach : left - 1;
        }
        return Tokenizer.HasCjk(text) && units.Any(u => lexicon.Name(u) is { Length: 1 } name && Tokenizer.IsCjk(name[0]) && CountsCharacter(text, name[0]));
    }

    private static bool IsNumber(string name)
    {
        // Stop words are stored with a mark in front.
        var word = name.TrimStart('\u0001');
        return word.Length > 0 && (char.IsAsciiDigit(word[0]) || s_numbers.Contains(word));
    }

    private static bool CountsCharacter(string text, char unit)
    {
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] != unit) continue;
            var before = i - 1;
            while (before > 0 && text[before] is ' ' or '个' or '工' or '作' or '自' or '然') before--;
            if (char.IsAsciiDigit(text[before]) || ChineseDigits.Contains(text[before])) return true;
        }
        return false;
    }
}
