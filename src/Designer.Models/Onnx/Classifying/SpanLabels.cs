using Designer.Models.Kinds;
using Designer.Models.Onnx.Tokenizers;

namespace Designer.Models.Onnx.Classifying;

/// <summary>Joins labelled tokens to stretches of the text: B-, I-, E-, S- and L-, U- marks, or none; O is no label.</summary>
internal sealed class SpanLabels(Labels labels)
{
    private sealed class Open(string label, int start, int end, float score)
    {
        public string Label => label;
        public int Start => start;
        public int End { get; set; } = end;
        public float Score { get; set; } = score;
        public int Tokens { get; set; } = 1;
    }

    /// <param name="offset">Where the tokens' text begins in <paramref name="text"/>.</param>
    /// <param name="chances">For each token the chance of each label.</param>
    public IEnumerable<FoundSpan> Join(string text, int offset, TokenizedText tokens, float[] chances)
    {
        var count = chances.Length / Math.Max(1, tokens.Ids.Length);
        Open? open = null;
        for (var i = 0; i < tokens.Ids.Length; i++)
        {
            if (tokens.Sources[i] < 0) continue;
            var best = System.Numerics.Tensors.TensorPrimitives.IndexOfMax(chances.AsSpan(i * count, count));
            var (mark, label) = Split(labels[best]);
            var score = chances[i * count + best];
            var (start, end) = (offset + tokens.Spans[i].Start, offset + tokens.Spans[i].End);
            if (open is not null && label == open.Label && (mark is 'I' or 'E' or 'L' or ' ' || start == open.End && mark == 'B' && IsInsideWord(text, start)))
            {
                (open.End, open.Tokens) = (end, open.Tokens + 1);
                open.Score += score;
                continue;
            }
            if (open is not null) yield return Closed(text, open);
            open = label is null ? null : new Open(label, start, end, score);
        }
        if (open is not null) yield return Closed(text, open);
    }

    /// <summary>In the text's order; of two that overlap the surer, and of two equally sure the longer.</summary>
    public static IReadOnlyList<FoundSpan> WithoutOverlaps(IEnumerable<FoundSpan> spans)
    {
        var kept = new List<FoundSpan>();
        foreach (var span in spans.OrderByDescending(s => MathF.Round(s.Score, 3)).ThenByDescending(s => s.End - s.Start))
            if (!kept.Exists(k => k.Start < span.End && span.Start < k.End)) kept.Add(span);
        return [.. kept.OrderBy(s => s.Start)];
    }

    private static bool IsInsideWord(string text, int at) => at > 0 && at < text.Length && char.IsLetterOrDigit(text[at - 1]) && char.IsLetterOrDigit(text[at]);

    private static (char Mark, string? Label) Split(string name) =>
        name == "O" ? ('O', null) : name is [var mark, '-' or '_', .. var rest] && "BIESLU".Contains(mark) ? (mark, rest) : (' ', name);

    // Tokens of some vocabularies carry the space before the word.
    private static FoundSpan Closed(string text, Open open)
    {
        var (start, end) = (open.Start, open.End);
        while (start < end && char.IsWhiteSpace(text[start])) start++;
        while (end > start && char.IsWhiteSpace(text[end - 1])) end--;
        return new FoundSpan(open.Label, start, end, text[start..end], open.Score / open.Tokens);
    }
}
