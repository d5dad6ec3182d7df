using System.Buffers;
using System.Text;

namespace Designer.Models.Onnx.Tokenizers.Models;

/// <summary>Unigram: of all ways to cut a word into pieces of the vocabulary, the one whose scores sum highest.</summary>
internal sealed class UnigramModel : TokenModel
{
    private const double UnknownPenalty = 10;

    private readonly TextTrie _pieces;
    private readonly double[] _scores;
    private readonly ByteFallback? _bytes;
    private readonly int _unknown;
    private readonly double _unknownScore;
    private readonly bool _single;

    /// <param name="pieces">The pieces that may be found in text; control and byte pieces are not among them.</param>
    /// <param name="singlePrecision">Whether sums are kept as SentencePiece keeps them, which decides between equals: compared in double precision
    /// with what was stored in single precision.</param>
    public UnigramModel(Vocabulary vocabulary, double[] scores, IEnumerable<KeyValuePair<string, int>> pieces, int unknown, bool byteFallback, bool singlePrecision)
    {
        Vocabulary = vocabulary;
        _scores = scores;
        _pieces = new TextTrie(pieces);
        _unknown = unknown;
        _unknownScore = scores.Min() - UnknownPenalty;
        _single = singlePrecision;
        _bytes = byteFallback ? ByteFallback.Of(vocabulary) : null;
        // Single precision rounds by what stands before, so a word's cut may depend on it.
        CutsBeforeSpaceMarks = !singlePrecision && NoTokenCrossesSpaceMarks(vocabulary);
    }

    public override Vocabulary Vocabulary { get; }

    public override bool CutsBeforeSpaceMarks { get; }

    public override void Encode(ReadOnlySpan<char> word, List<WordToken> tokens)
    {
        if (word.IsEmpty) return;
        Step[] best = ArrayPool<Step>.Shared.Rent(word.Length + 1);
        try
        {
            Search(word, best);
            Collect(word, best, tokens);
        }
        finally
        {
            ArrayPool<Step>.Shared.Return(best);
        }
    }

    private readonly record struct Step(double Score, int From, int Id);

    /// <summary>For each place in the word the best last piece that ends there.</summary>
    private void Search(ReadOnlySpan<char> word, Span<Step> best)
    {
        best[..(word.Length + 1)].Fill(new Step(0, -1, -1));
        best[0] = new Step(0, 0, -1);
        for (int at = 0; at < word.Length;)
        {
            int width = char.IsHighSurrogate(word[at]) && at + 1 < word.Length && char.IsLowSurrogate(word[at + 1]) ? 2 : 1;
            double score = best[at].Score;
            bool single = false;
            int node = TextTrie.Root;
            for (int end = at; end < word.Length && (node = _pieces.Next(node, word[end])) >= 0;)
            {
                end++;
                int id = _pieces.IdAt(node);
                if (id < 0) continue;
                Offer(ref best[end], score + _scores[id], at, id);
                single |= end == at + width;
            }
            if (!single) Offer(ref best[at + width], score + _unknownScore, at, _unknown);
            at += width;
        }

        void Offer(ref Step step, double score, int from, int id)
        {
            if (step.From < 0 || score > step.Score) step = new Step(_single ? (float)score : score, from, id);
        }
    }

    private void Collect(ReadOnlySpan<char> word, ReadOnlySpan<Step> best, List<WordToken> tokens)
    {
        int first = tokens.Count;
        for (int end = word.Length; end > 0; end = best[end].From) tokens.Add(new WordToken(best[end].Id, end));
        tokens.Reverse(first, tokens.Count - first);
        FuseUnknown(word, tokens, first);
    }

    /// <summary>Unknown neighbours are one unknown token, or are spelt in bytes.</summary>
    private void FuseUnknown(ReadOnlySpan<char> word, List<WordToken> tokens, int first)
    {
        int unknowns = 0;
        for (int i = first; i < tokens.Count; i++) unknowns += tokens[i].Id == _unknown ? 1 : 0;
        if (unknowns == 0) return;
        WordToken[] cut = [.. tokens[first..]];
        tokens.RemoveRange(first, cut.Length);
        for (int i = 0, start = 0; i < cut.Length; start = cut[i].End, i++)
        {
            if (cut[i].Id != _unknown) tokens.Add(cut[i]);
            else if (_bytes is not null)
            {
                Rune.DecodeFromUtf16(word[start..], out Rune rune, out _);
                _bytes.Spell(rune, cut[i].End, tokens);
            }
            else if (i > 0 && cut[i - 1].Id == _unknown) tokens[^1] = cut[i];
            else if (_unknown >= 0) tokens.Add(cut[i]);
        }
    }
}
