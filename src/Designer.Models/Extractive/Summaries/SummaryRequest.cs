using System.Globalization;
using System.Text.RegularExpressions;

namespace Designer.Models.Extractive.Summaries;

/// <summary>What an instruction asks for when it asks for a summary or a title.</summary>
internal sealed partial record SummaryRequest(bool Summary, bool Title, int Sentences, int? MostWords, bool Bullets)
{
    public const int DefaultSentences = 3;
    private const int MostSentences = 20;

    private static readonly string[] s_numbers = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    private const string ChineseNumbers = "零一二三四五六七八九十";

    /// <summary>Null when the text asks for neither.</summary>
    public static SummaryRequest? Read(string instruction)
    {
        var (summary, title) = (SummaryWord().IsMatch(instruction), TitleWord().IsMatch(instruction));
        if (!summary && !title) return null;
        var bullets = Bullet().IsMatch(instruction);
        var words = WordLimit().Match(instruction);
        return new SummaryRequest(summary, title, Math.Clamp(ReadCount(instruction), 1, MostSentences),
            words.Success ? Number(words.Groups[1].Success ? words.Groups[1].Value : words.Groups[2].Value) : null, bullets);
    }

    /// <summary>Takes the asking away from a message that holds the text as well: "Summarise this: …".</summary>
    public static string TextWithout(string message)
    {
        var text = message.Trim();
        var line = text.IndexOf('\n', StringComparison.Ordinal);
        if (line > 0 && Asks(text[..line])) return text[(line + 1)..].Trim();
        var last = text.LastIndexOf('\n');
        if (last > 0 && text.Length - last < 200 && Asks(text[last..])) return text[..last].Trim();
        var colon = text.AsSpan(0, Math.Min(160, text.Length)).IndexOfAny(':', '：');
        if (colon > 0 && Asks(text[..colon])) return text[(colon + 1)..].Trim();
        return Asks(text) && text.Length < 160 ? "" : text;
    }

    private static bool Asks(string text) => SummaryWord().IsMatch(text) || TitleWord().IsMatch(text);

    private static int ReadCount(string instruction)
    {
        var match = Count().Match(instruction);
        if (!match.Success) return OneSentence().IsMatch(instruction) ? 1 : DefaultSentences;
        return Number(match.Groups[1].Success ? match.Groups[1].Value : match.Groups[2].Value) is var n and > 0 ? n : DefaultSentences;
    }

    private static int Number(string word)
    {
        if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var n)) return n;
        if (Array.IndexOf(s_numbers, word.ToLowerInvariant()) is var index and > 0) return index;
        return word is "两" ? 2 : ChineseNumbers.IndexOf(word, StringComparison.Ordinal);
    }

    private const RegexOptions Loose = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"\bsummar(?:y|ies|i[sz]e[sd]?|i[sz]ing|i[sz]ation)\b|\btl;?dr\b|\b(?:key|main) (?:points|takeaways|ideas)\b|\bcondense\b|\bshorten\b|总结|摘要|概括|概述|归纳|要点", Loose)]
    private static partial Regex SummaryWord();

    [GeneratedRegex(@"\b(?:titles?|headlines?|subject line|caption)\b|标题|题目|取名", Loose)]
    private static partial Regex TitleWord();

    [GeneratedRegex(@"\bbullets?\b|\bbullet points?\b|\bkey points\b|\blist\b|要点|列点|分点", Loose)]
    private static partial Regex Bullet();

    [GeneratedRegex(@"\b(\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)[ -](?:\p{L}+[ -]){0,2}(?:sentences?|bullets?|points?|lines?|takeaways|ideas)\b|(\d{1,2}|[一二两三四五六七八九十])\s*(?:句|点|条|个要点)", Loose)]
    private static partial Regex Count();

    [GeneratedRegex(@"\b(?:a|one|single)[ -](?:\p{L}+[ -])?sentence\b|一句", Loose)]
    private static partial Regex OneSentence();

    [GeneratedRegex(@"\b(\d{1,4}) (?:words|characters)\b|(\d{1,4})\s*(?:个)?字", Loose)]
    private static partial Regex WordLimit();
}
