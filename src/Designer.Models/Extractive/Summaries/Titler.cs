using Designer.Models.Extractive.Text;

namespace Designer.Models.Extractive.Summaries;

/// <summary>Names a text: by its own heading, else by the weightiest phrase of its best sentences.</summary>
internal static class Titler
{
    private const int MostWords = 10;
    private const int MostCharacters = 24;
    private const int HeadingWithin = 3;
    private const int SentencesLookedAt = 3;

    private static readonly HashSet<string> s_connectors = new(StringComparer.Ordinal) { "of", "for", "in", "and", "to", "with", "on", "the", "at", "from", "by" };
    private static readonly char[] s_clauseEnds = [',', ';', ':', '.', '!', '?', '(', ')', '"', '“', '”', '，', '。', '；', '：', '！', '？', '（', '）', '、'];

    public static string Title(string text)
    {
        var heading = Passages.Read(text.Length > 4_000 ? text[..4_000] : text).Take(HeadingWithin).FirstOrDefault(p => p.Kind == PassageKind.Heading).Text;
        if (heading is not null) return Shorten(heading);
        var ranked = Summarizer.Rank(text);
        if (ranked.Count == 0) return "";
        return Tokenizer.IsMostlyCjk(ranked[0].Text) ? Clause(ranked[0].Text) : Phrase(ranked);
    }

    private static string Phrase(List<RankedSentence> ranked)
    {
        var lexicon = new Lexicon();
        var counts = new Dictionary<int, int>();
        foreach (var sentence in ranked)
            foreach (var term in Tokenizer.ReadTopical(sentence.Text, lexicon)) counts[term] = counts.GetValueOrDefault(term) + 1;
        var best = (Score: double.MinValue, Words: Array.Empty<string>());
        foreach (var sentence in ranked.Take(SentencesLookedAt))
        {
            foreach (var words in Phrases(sentence.Text))
            {
                var topical = words.SelectMany(w => Tokenizer.ReadTopical(w, lexicon)).Distinct().ToArray();
                if (topical.Length == 0) continue;
                var score = topical.Sum(t => Math.Log(1 + counts.GetValueOrDefault(t))) + (topical.Length is >= 2 and <= 6 ? 0.7 : 0) - 0.15 * words.Length;
                if (score > best.Score) best = (score, words);
            }
        }
        return best.Words.Length == 0 ? Shorten(ranked[0].Text) : Capital(string.Join(' ', best.Words));
    }

    /// <summary>Runs of topical words, joined by at most one connecting word between two of them.</summary>
    private static IEnumerable<string[]> Phrases(string sentence)
    {
        foreach (var clause in sentence.Split(s_clauseEnds, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var run = new List<string>();
            foreach (var word in clause.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                var lower = word.ToLowerInvariant();
                var topical = !Words.Stop.Contains(lower);
                if (topical || (run.Count > 0 && s_connectors.Contains(lower)))
                {
                    run.Add(word);
                    if (run.Count < MostWords) continue;
                }
                if (Trimmed(run) is { Length: > 0 } full) yield return full;
                run.Clear();
            }
            if (Trimmed(run) is { Length: > 0 } last) yield return last;
        }
    }

    private static string[] Trimmed(List<string> run)
    {
        while (run.Count > 0 && Words.Stop.Contains(run[^1].ToLowerInvariant())) run.RemoveAt(run.Count - 1);
        return [.. run];
    }

    private static string Clause(string sentence)
    {
        var clauses = sentence.Split(s_clauseEnds, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var clause = clauses.FirstOrDefault(c => c.Length >= 4) ?? clauses.FirstOrDefault() ?? "";
        return clause.Length <= MostCharacters ? clause : clause[..MostCharacters];
    }

    private static string Shorten(string text)
    {
        if (Tokenizer.IsMostlyCjk(text)) return Clause(text);
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return Capital(string.Join(' ', words.Take(MostWords)).TrimEnd('.', ',', ';', ':'));
    }

    private static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
