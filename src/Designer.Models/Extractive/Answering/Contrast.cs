using System.Text.RegularExpressions;

namespace Designer.Models.Extractive.Answering;

/// <summary>Keeps apart what shares all topical words: "above 500 euro" and "up to 500 euro", "during probation" and "after probation".</summary>
internal static partial class Contrast
{
    private static readonly string[][] s_opposed = [["before", "after", "during"], ["inside", "outside", "within"], ["with", "without"], ["first", "last"], ["full-time", "part-time"], ["minimum", "maximum"]];
    private static readonly string[][] s_opposedChinese = [["之前", "之后", "期间"], ["国内", "国外"], ["最少", "最多"]];

    /// <summary>Above 1 when question and sentence stand on the same side, below 1 when on opposite sides.</summary>
    public static double Fit(string question, string sentence) => Bound(question, sentence) * Words(question, sentence, s_opposed) * Words(question, sentence, s_opposedChinese);

    private static double Bound(string question, string sentence)
    {
        var (above, below) = (Above().IsMatch(question), Below().IsMatch(question));
        if (above == below) return 1;
        var (same, opposite) = above ? (Above().IsMatch(sentence), Below().IsMatch(sentence)) : (Below().IsMatch(sentence), Above().IsMatch(sentence));
        return same == opposite ? 1 : same ? 1.15 : 0.8;
    }

    private static double Words(string question, string sentence, string[][] groups)
    {
        var fit = 1.0;
        foreach (var group in groups)
        {
            foreach (var word in group)
            {
                if (!Has(question, word)) continue;
                if (Has(sentence, word)) fit *= 1.1;
                else if (group.Any(other => other != word && Has(sentence, other))) fit *= 0.85;
            }
        }
        return fit;
    }

    private static bool Has(string text, string word)
    {
        for (var at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var end = at + word.Length;
            if (word[0] > 127 || ((at == 0 || !char.IsLetter(text[at - 1])) && (end == text.Length || !char.IsLetter(text[end])))) return true;
        }
        return false;
    }

    private const RegexOptions Loose = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"\b(?:above|over|(?<!not? )more than|exceed\w*|beyond|longer than|greater than|at least|older than|after)\s+(?:the |an? )?[€$£¥]?\s?(?:\d|one|two|three|four|five|six|seven|eight|nine|ten|twelve)|(?<!不)超过|以上|高于|多于", Loose)]
    private static partial Regex Above();

    [GeneratedRegex(@"\b(?:below|under|less than|up to|fewer than|at most|shorter than|not? more than|within|younger than|cheaper than)\s+(?:the |an? )?[€$£¥]?\s?(?:\d|one|two|three|four|five|six|seven|eight|nine|ten|twelve)|不超过|以下|以内|低于|少于", Loose)]
    private static partial Regex Below();
}
