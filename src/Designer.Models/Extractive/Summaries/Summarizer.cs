using System.Text;
using System.Text.RegularExpressions;
using Designer.Models.Extractive.Text;

namespace Designer.Models.Extractive.Summaries;

/// <summary>A sentence of a text with how well it stands for the whole.</summary>
internal sealed record RankedSentence(string Text, int Order, double Score, int[] Terms);

/// <summary>Shortens a text to the sentences that stand for it best, in their own order.</summary>
internal static partial class Summarizer
{
    private const double Novelty = 0.7;
    private const int Candidates = 300;

    public static string Summarize(string text, SummaryRequest request)
    {
        var chosen = Choose(Rank(text), request.Sentences);
        if (request.MostWords is { } words) chosen = Fit(chosen, words);
        return Join(chosen.OrderBy(s => s.Order).Select(s => s.Text), request.Bullets);
    }

    /// <summary>All sentences, best first.</summary>
    internal static List<RankedSentence> Rank(string text)
    {
        var lexicon = new Lexicon();
        var sentences = new List<(string Text, int[] Terms, bool First)>();
        var headings = new HashSet<int>();
        foreach (var passage in Passages.Read(text))
        {
            if (passage.Kind == PassageKind.Heading)
            {
                headings.UnionWith(Tokenizer.ReadTopical(passage.Text, lexicon));
                continue;
            }
            var first = true;
            foreach (var sentence in SentenceSplitter.Split(passage.Text))
            {
                sentences.Add((sentence, Tokenizer.ReadTopical(sentence, lexicon), first));
                first = false;
            }
        }
        var frequency = new int[lexicon.Count];
        foreach (var (_, terms, _) in sentences)
            foreach (var term in terms) frequency[term]++;
        double Weight(int term) => term >= frequency.Length ? 0 : Math.Log(1 + frequency[term]) * (headings.Contains(term) ? 1.5 : 1);
        return [.. sentences.Select((s, i) => new RankedSentence(s.Text, i, Score(s.Text, s.Terms, i, s.First, Weight), s.Terms)).OrderByDescending(s => s.Score).ThenBy(s => s.Order)];
    }

    private static double Score(string text, int[] terms, int order, bool firstOfPassage, Func<int, double> weight)
    {
        if (terms.Length == 0) return 0;
        var score = terms.Distinct().Sum(weight) / Math.Pow(Math.Max(terms.Length, 6), 0.6);
        if (order == 0) score *= 1.3;
        else if (firstOfPassage) score *= 1.1;
        if (terms.Length < 4) score *= 0.6;
        if (text[^1] is '?' or '？' or ':' or '：') score *= 0.6;
        return LeansBack().IsMatch(text) ? score * 0.8 : score;
    }

    private static List<RankedSentence> Choose(List<RankedSentence> ranked, int count)
    {
        var pool = ranked.Take(Candidates).ToList();
        var chosen = new List<RankedSentence>();
        var seen = new HashSet<int>();
        while (chosen.Count < count && pool.Count > 0)
        {
            // What a chosen sentence has said already counts for less.
            var best = pool.MaxBy(s => s.Score * (1 - Novelty * Seen(s, seen)))!;
            pool.Remove(best);
            if (chosen.Count > 0 && Seen(best, seen) > 0.9) continue;
            chosen.Add(best);
            seen.UnionWith(best.Terms);
        }
        return chosen;
    }

    private static double Seen(RankedSentence s, HashSet<int> seen) => s.Terms.Length == 0 ? 1 : (double)s.Terms.Count(seen.Contains) / s.Terms.Length;

    private static List<RankedSentence> Fit(List<RankedSentence> chosen, int words)
    {
        var kept = new List<RankedSentence>();
        var left = words;
        foreach (var sentence in chosen)
        {
            var length = Pieces.Count(sentence.Text);
            if (length > left) continue;
            kept.Add(sentence);
            left -= length;
        }
        if (kept.Count == 0 && chosen.Count > 0) kept.Add(chosen[0] with { Text = string.Concat(Pieces.Split(chosen[0].Text).Take(Math.Max(1, words))) + "…" });
        return kept;
    }

    private static string Join(IEnumerable<string> sentences, bool bullets)
    {
        var text = new StringBuilder();
        foreach (var sentence in sentences)
        {
            if (bullets) text.Append(text.Length > 0 ? "\n" : "").Append("- ").Append(sentence);
            else text.Append(text.Length > 0 && !Tokenizer.IsMostlyCjk(sentence) ? " " : "").Append(sentence);
        }
        return text.ToString();
    }

    [GeneratedRegex(@"\A(?:They|These|Those|It|This|That|He|She|However|But|And|Also|Then)\b|\A(?:他们|它们|该|此|这|但是|但|而且)", RegexOptions.CultureInvariant)]
    private static partial Regex LeansBack();
}
