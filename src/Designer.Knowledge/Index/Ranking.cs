namespace Designer.Knowledge;

/// <summary>A term of a question with what the index knows about it.</summary>
/// <param name="Value">How much finding it says: its rarity (never negative, so that small collections rank too) times its weight.</param>
internal sealed record RankedTerm(string Text, bool IsPrefix, double Value)
{
    public static RankedTerm Of(Token token, long chunksWithIt, long chunks) =>
        new(token.Term, token.IsPrefix, token.Weight * Math.Log(1 + Math.Max(0, chunks - chunksWithIt + 0.5) / (chunksWithIt + 0.5)));
}

/// <summary>
/// Scores a chunk for a question: BM25 over body and title, raised when the chunk has all terms of the question, has neighbouring
/// ones close together, and has them in its title.
/// </summary>
internal sealed class Ranking
{
    private const double Saturation = 1.2;
    private const double LengthWeight = 0.75;
    private const double TitleOccurrence = 2;
    private const double CoverageBonus = 0.5;
    private const double ClosenessBonus = 0.3;
    private const double TitleBonus = 0.3;

    private readonly IReadOnlyList<RankedTerm> _terms;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _exact;
    private readonly List<int> _prefixes;
    private readonly double _averageWords;
    private readonly double _sum;

    public Ranking(IReadOnlyList<RankedTerm> terms, double averageWords)
    {
        _terms = terms;
        _averageWords = Math.Max(1, averageWords);
        _sum = terms.Sum(term => term.Value);
        var exact = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < terms.Count; i++)
            if (!terms[i].IsPrefix) exact[terms[i].Text] = i;
        _exact = exact.GetAlternateLookup<ReadOnlySpan<char>>();
        _prefixes = [.. Enumerable.Range(0, terms.Count).Where(i => terms[i].IsPrefix)];
    }

    /// <summary>BM25 alone, and the score with the bonuses: between once and about twice as much.</summary>
    public (double Bm25, double Score) Of(string titleTerms, string bodyTerms)
    {
        int[] inTitle = new int[_terms.Count], inBody = new int[_terms.Count];
        Count(titleTerms, inTitle, null);
        double[] nearness = new double[Math.Max(0, _terms.Count - 1)];
        int words = Count(bodyTerms, inBody, nearness);

        double length = Saturation * (1 - LengthWeight + LengthWeight * words / _averageWords);
        double bm25 = 0, covered = 0, titled = 0;
        for (int i = 0; i < _terms.Count; i++)
        {
            double occurrences = inBody[i] + TitleOccurrence * inTitle[i];
            if (occurrences == 0) continue;
            double value = _terms[i].Value;
            bm25 += value * occurrences * (Saturation + 1) / (occurrences + length);
            covered += value;
            if (inTitle[i] > 0) titled += value;
        }
        if (bm25 <= 0) return (0, 0);
        double coverage = covered / _sum, closeness = nearness.Length > 0 ? nearness.Average() : 0;
        return (bm25, bm25 * (1 + CoverageBonus * coverage * coverage + ClosenessBonus * closeness + TitleBonus * titled / _sum));
    }

    // nearness[i] becomes 1 where terms i and i+1 stand side by side somewhere, 1/n where they are n words apart at best.
    private int Count(string text, int[] counts, double[]? nearness)
    {
        Span<int> lastAt = stackalloc int[_terms.Count];
        lastAt.Fill(-1);
        int at = 0;
        foreach (Range range in text.AsSpan().Split(' '))
        {
            ReadOnlySpan<char> word = text.AsSpan(range);
            if (word.IsEmpty) continue;
            if (_exact.TryGetValue(word, out int exact)) Found(exact, at, lastAt);
            foreach (int prefix in _prefixes)
                if (word.StartsWith(_terms[prefix].Text, StringComparison.Ordinal)) Found(prefix, at, lastAt);
            at++;
        }
        return at;

        void Found(int term, int position, Span<int> last)
        {
            counts[term]++;
            last[term] = position;
            if (nearness is null) return;
            if (term > 0 && last[term - 1] >= 0) nearness[term - 1] = Math.Max(nearness[term - 1], 1.0 / Math.Max(1, position - last[term - 1]));
            if (term + 1 < last.Length && last[term + 1] >= 0) nearness[term] = Math.Max(nearness[term], 1.0 / Math.Max(1, position - last[term + 1]));
        }
    }
}
