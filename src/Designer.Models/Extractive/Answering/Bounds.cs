using System.Text.RegularExpressions;

namespace Designer.Models.Extractive.Answering;

/// <summary>Keeps "above 500 euro" apart from "up to 500 euro", which share all their other words.</summary>
internal static partial class Bounds
{
    /// <summary>Above 1 when question and sentence bound a number on the same side, below 1 when on opposite sides.</summary>
    public static double Fit(string question, string sentence)
    {
        var (above, below) = (Above().IsMatch(question), Below().IsMatch(question));
        if (above == below) return 1;
        var (same, opposite) = above ? (Above().IsMatch(sentence), Below().IsMatch(sentence)) : (Below().IsMatch(sentence), Above().IsMatch(sentence));
        return same == opposite ? 1 : same ? 1.15 : 0.8;
    }

    private const RegexOptions Loose = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"\b(?:above|over|(?<!not? )more than|exceed\w*|beyond|longer than|greater than|at least|older than|after)\s+(?:the |an? )?[€$£¥]?\s?(?:\d|one|two|three|four|five|six|seven|eight|nine|ten|twelve)|(?<!不)超过|以上|高于|多于", Loose)]
    private static partial Regex Above();

    [GeneratedRegex(@"\b(?:below|under|less than|up to|fewer than|at most|shorter than|not? more than|within|younger than|cheaper than)\s+(?:the |an? )?[€$£¥]?\s?(?:\d|one|two|three|four|five|six|seven|eight|nine|ten|twelve)|不超过|以下|以内|低于|少于", Loose)]
    private static partial Regex Below();
}
