using System.Text;
using System.Text.RegularExpressions;
using Designer.Models.Extractive.Text;

namespace Designer.Models.Extractive.Answering;

/// <summary>From the ranking to what is quoted: few sentences, none twice, each understandable on its own.</summary>
internal static partial class Answerer
{
    private const double SecondShare = 0.8;
    private const double LargestOverlap = 0.6;
    private const int LongestList = 6;

    private static List<int> Choose(SentenceIndex index, List<Ranked> ranked, double[] weights)
    {
        var chosen = new List<int>();
        Take(index, chosen, ranked[0].Sentence);
        var covered = ranked[0].Covered;
        var key = Heaviest(covered, weights);
        foreach (var next in ranked.Skip(1))
        {
            if (chosen.Count >= MostQuotes || next.Score < ranked[0].Score * SecondShare) break;
            // A further sentence must bring something that the first ones have not.
            var brings = (next.Covered & ~covered) != 0 || next.Score > ranked[0].Score * 0.92;
            // Nor is one of use that misses what the question is about, unless it is about two things.
            var onTopic = key < 0 || (next.Covered >> key & 1) != 0 || (Heaviest(next.Covered & ~covered, weights) is var other and >= 0 && weights[other] >= weights[key] * 0.8);
            if (!brings || !onTopic || IsPartOf(index, next.Sentence, chosen) || chosen.Any(c => Overlap(index, c, next.Sentence) > LargestOverlap)) continue;
            Take(index, chosen, next.Sentence);
            covered |= next.Covered;
        }
        return chosen.Count > MostQuotes ? chosen[..MostQuotes] : chosen;
    }

    private static int Heaviest(ulong covered, double[] weights)
    {
        var best = -1;
        for (var q = 0; q < Math.Min(64, weights.Length); q++)
            if ((covered >> q & 1) != 0 && (best < 0 || weights[q] > weights[best])) best = q;
        return best;
    }

    /// <summary>Takes a sentence with the neighbour it cannot be understood without.</summary>
    private static void Take(SentenceIndex index, List<int> chosen, int i)
    {
        var s = index.Sentences[i];
        var first = chosen.Count == 0;
        if (LeansBack().IsMatch(s.Text) && i > 0 && IsSameParagraph(index, i - 1, i) && !chosen.Contains(i - 1)) chosen.Add(i - 1);
        chosen.Add(i);
        // "They must be taken by 31 March" belongs to the days it speaks of.
        if (first && chosen.Count < MostQuotes && i + 1 < index.Sentences.Count && IsSameParagraph(index, i, i + 1) && LeansBack().IsMatch(index.Sentences[i + 1].Text)) chosen.Add(i + 1);
    }

    private static bool IsSameParagraph(SentenceIndex index, int a, int b)
    {
        var (x, y) = (index.Sentences[a], index.Sentences[b]);
        return x.Source == y.Source && x.Passage == y.Passage && x.Kind == y.Kind && !x.IsQuestion && !y.IsQuestion;
    }

    private static bool IsPartOf(SentenceIndex index, int i, List<int> chosen) =>
        chosen.Contains(i) || (index.Sentences[i].LeadIn is var leadIn and >= 0 && chosen.Contains(leadIn) && index.Sentences[leadIn].IsLeadIn);

    private static double Overlap(SentenceIndex index, int a, int b)
    {
        var x = index.Sentences[a].Terms.ToHashSet();
        var y = index.Sentences[b].Terms.ToHashSet();
        if (x.Count == 0 || y.Count == 0) return 0;
        var common = x.Count(y.Contains);
        return (double)common / Math.Min(x.Count, y.Count);
    }

    /// <summary>The sentence, and where it only introduces a list, the list.</summary>
    private static string Whole(SentenceIndex index, int i)
    {
        var sentence = index.Sentences[i];
        if (!sentence.IsLeadIn) return sentence.Text;
        var text = new StringBuilder(sentence.Text);
        var items = 0;
        for (var k = i + 1; k < index.Sentences.Count && items < LongestList && index.Sentences[k].LeadIn == i; k++)
        {
            if (text.Length + index.Sentences[k].Text.Length > SentenceSplitter.LongestSentence) break;
            var chinese = Tokenizer.HasCjk(sentence.Text);
            text.Append(items++ > 0 ? (chinese ? "；" : "; ") : chinese ? "" : " ").Append(index.Sentences[k].Text.TrimEnd('.', ';', '。', '；'));
        }
        return items == 0 ? sentence.Text : text.Append(Tokenizer.HasCjk(sentence.Text) ? '。' : '.').ToString();
    }

    /// <summary>A source that writes "[2]" must not look like a citation of ours.</summary>
    private static string Defuse(string text) => FalseMark().Replace(text, "($1)");

    [GeneratedRegex(@"\[(\d{1,4})\]", RegexOptions.CultureInvariant)]
    private static partial Regex FalseMark();

    [GeneratedRegex(@"\A(?:They|These|Those|It|This|That|He|She|Such|However|Otherwise|Then)\b|\A(?:他们|它们|该|此|这些|这|否则|但是|但|其)", RegexOptions.CultureInvariant)]
    private static partial Regex LeansBack();
}
