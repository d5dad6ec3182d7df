using Designer.Models.Extractive.Text;

namespace Designer.Models.Extractive.Answering;

/// <summary>A chosen sentence and the number of the source it stands in.</summary>
internal sealed record Quote(string Text, int Number);

/// <summary>Chooses the sentences of the sources that answer a question. Empty when none does.</summary>
internal static partial class Answerer
{
    // How much a question's term counts where it does not stand in the sentence itself.
    private const double SynonymMatch = 0.75;
    private const double LeadInMatch = 0.7;
    private const double HeadingMatch = 0.55;
    private const double NeighbourMatch = 0.3;
    private const double AntecedentMatch = 0.8;

    private const double MissingTerm = 1.3;

    /// <summary>Sentences of ordinary text that are thought to stand beside the sources: three sentences alone say little about how rare a word is.</summary>
    private const int Background = 30;

    /// <summary>The share of a question that a sentence and its surroundings must cover.</summary>
    private const double LeastCoverage = 0.36;

    private const double LeastCoverageOfMany = 0.28;
    private const int ManyTerms = 7;

    private const int Candidates = 200;
    private const int MostQuotes = 3;

    public static IReadOnlyList<Quote> Answer(IReadOnlyList<Source> sources, string question, string? earlier)
    {
        if (sources.Count == 0) return [];
        var lexicon = new Lexicon();
        var index = new SentenceIndex(sources, lexicon);
        var asked = Question.Read(question, earlier, lexicon);
        if (asked.Terms.Count == 0 || index.Sentences.Count == 0) return [];
        var ranked = Rank(index, asked);
        // Nobody's sentence repeats all of a long question.
        var least = asked.Terms.Count >= ManyTerms ? LeastCoverageOfMany : LeastCoverage;
        if (ranked.Count == 0 || ranked[0].Coverage < least || ranked[0].Score < least * 0.75) return [];
        return [.. Choose(index, ranked, Weights(index, asked)).Select(i => new Quote(Defuse(Whole(index, i)), sources[index.Sentences[i].Source].Number))];
    }

    private readonly record struct Ranked(int Sentence, double Coverage, double Score, ulong Covered);

    private static List<Ranked> Rank(SentenceIndex index, Question asked)
    {
        var weights = Weights(index, asked);
        var total = weights.Sum();
        if (total <= 0) return [];
        var lookup = Lookup(asked);
        var direct = index.Sentences.ConvertAll(s => Matches(s.Terms, lookup));
        var headings = index.Headings.ConvertAll(h => Matches(h, lookup));
        var ranked = new List<Ranked>();
        for (var i = 0; i < index.Sentences.Count; i++)
        {
            var (coverage, own, covered) = Coverage(index, i, direct, headings, weights, total);
            // Without a word of its own a sentence may still answer under the right heading: "40 euro per day."
            if (coverage < LeastCoverageOfMany / 2 || (own < 0.1 && coverage < 0.45)) continue;
            ranked.Add(new Ranked(i, coverage, coverage, covered));
        }
        return [.. ranked.OrderByDescending(r => r.Score).ThenBy(r => r.Sentence).Take(Candidates)
            .Select(r => r with { Score = r.Coverage * Fitness(index, asked, r.Sentence) })
            .OrderByDescending(r => r.Score).ThenBy(r => r.Sentence)];
    }

    /// <summary>How much each term of the question tells one sentence from another.</summary>
    private static double[] Weights(SentenceIndex index, Question asked)
    {
        var frequencies = index.DocumentFrequencies();
        double n = index.Sentences.Count + Background;
        return [.. asked.Terms.Select(term =>
        {
            double df = frequencies[term.Term];
            if (df == 0 && term.MayBeNoWord) return 0.25 * term.Weight;
            // A term that no source has weighs a little more than one that a single sentence has: without it there may be no answer.
            var missing = df == 0 && !term.Synonyms.Any(s => frequencies[s] > 0);
            df = Math.Max(df, 1);
            return term.Weight * Math.Log(1 + (n - df + 0.5) / (df + 0.5) + 0.5) * (missing ? MissingTerm : 1);
        })];
    }

    private static Dictionary<int, List<(int Index, double Match)>> Lookup(Question asked)
    {
        var lookup = new Dictionary<int, List<(int, double)>>();
        for (var q = 0; q < Math.Min(64, asked.Terms.Count); q++)
        {
            Add(asked.Terms[q].Term, q, 1);
            foreach (var synonym in asked.Terms[q].Synonyms) Add(synonym, q, SynonymMatch);
        }
        return lookup;

        void Add(int term, int q, double match)
        {
            if (!lookup.TryGetValue(term, out var list)) lookup[term] = list = [];
            list.Add((q, match));
        }
    }

    /// <summary>For each term of the question how well it is matched here; null when none is.</summary>
    private static double[]? Matches(IEnumerable<int> terms, Dictionary<int, List<(int Index, double Match)>> lookup)
    {
        double[]? matches = null;
        foreach (var term in terms)
        {
            if (!lookup.TryGetValue(term, out var hits)) continue;
            foreach (var (q, match) in hits)
            {
                matches ??= new double[64];
                matches[q] = Math.Max(matches[q], match);
            }
        }
        return matches;
    }

    private static (double Coverage, double Own, ulong Covered) Coverage(SentenceIndex index, int i, List<double[]?> direct, List<double[]?> headings, double[] weights, double total)
    {
        var sentence = index.Sentences[i];
        var own = direct[i];
        var heading = headings[sentence.Headings];
        var leadIn = sentence.LeadIn >= 0 ? direct[sentence.LeadIn] : null;
        var before = i > 0 && index.Sentences[i - 1].Source == sentence.Source && index.Sentences[i - 1].Kind != PassageKind.Heading ? direct[i - 1] : null;
        if (own is null && heading is null && leadIn is null) return default;
        var beforeMatch = before is not null && LeansBack().IsMatch(sentence.Text) ? AntecedentMatch : NeighbourMatch;
        double sum = 0, ownSum = 0;
        ulong covered = 0;
        for (var q = 0; q < Math.Min(64, weights.Length); q++)
        {
            var mine = own?[q] ?? 0;
            var around = Math.Max(Math.Max((leadIn?[q] ?? 0) * LeadInMatch, (heading?[q] ?? 0) * HeadingMatch), (before?[q] ?? 0) * beforeMatch);
            sum += weights[q] * Math.Max(mine, around);
            ownSum += weights[q] * mine;
            if (mine > 0) covered |= 1UL << q;
        }
        return (sum / total, ownSum / total, covered);
    }

    /// <summary>Whether the sentence looks like an answer to this kind of question, around 1.</summary>
    private static double Fitness(SentenceIndex index, Question asked, int i)
    {
        var sentence = index.Sentences[i];
        if (sentence.IsQuestion) return 0.2;
        var text = sentence.IsLeadIn ? Whole(index, i) : sentence.Text;
        var match = AnswerKinds.Match(asked.Kind, text);
        var has = match > 0;
        var fitness = AnswerKinds.IsQuantity(asked.Kind) ? 0.45 + 0.85 * match
            : asked.Kind is AnswerKind.Person or AnswerKind.Place or AnswerKind.Reason or AnswerKind.Contact ? 0.7 + 0.55 * match
            : 0.95 + 0.13 * match;
        if (has && asked.Units.Count > 0 && Counted.Counts(text, asked.Units, index.Lexicon)) fitness *= 1.3;
        fitness *= Contrast.Fit(asked.Text, text);
        fitness *= 1 + 0.1 * Proximity(sentence, asked);
        fitness *= 1 + 0.06 / (1 + sentence.Order) + 0.06 / (1 + sentence.Source);
        var length = sentence.Terms.Length;
        if (length < 2 && !has) fitness *= 0.6;
        if (length > 40) fitness *= Math.Pow(40.0 / length, 0.3);
        return fitness;
    }

    /// <summary>1 when the question's terms stand side by side, towards 0 when they are scattered.</summary>
    private static double Proximity(Sentence sentence, Question asked)
    {
        var wanted = asked.Terms.Select(t => t.Term).ToHashSet();
        int first = -1, last = -1, hits = 0;
        for (var k = 0; k < sentence.Terms.Length; k++)
        {
            if (!wanted.Contains(sentence.Terms[k])) continue;
            if (first < 0) first = k;
            last = k;
            hits++;
        }
        return hits < 2 ? 0 : (double)hits / (last - first + 1);
    }
}
