namespace Designer.Models.Onnx.Tokenizers;

/// <summary>A place in the template around a text: special tokens, or a text.</summary>
/// <param name="Source">0 or 1 for a text, −1 for special tokens.</param>
internal sealed record TemplatePart(int Source, int Type, int[] Ids)
{
    public static TemplatePart Text(int source, int type) => new(source, type, []);

    public static TemplatePart Special(int type, params int[] ids) => new(-1, type, ids);
}

/// <summary>Puts the special tokens around a text or a pair of texts.</summary>
internal sealed record PostProcessor(IReadOnlyList<TemplatePart> Single, IReadOnlyList<TemplatePart> Pair)
{
    private static readonly TemplatePart[] s_first = [TemplatePart.Text(0, 0)];

    public static PostProcessor None { get; } = new(s_first, [.. s_first, TemplatePart.Text(1, 1)]);

    /// <summary>How many tokens the template adds.</summary>
    public int Added(bool pair) => (pair ? Pair : Single).Sum(p => p.Ids.Length);

    public TokenizedText Build(TokenRun first, TokenRun? second)
    {
        List<int> ids = [], types = [], sources = [];
        List<TokenSpan> spans = [];
        foreach (TemplatePart part in second is null ? Single : Pair)
        {
            if (part.Source == 1 && second is null) continue;
            TokenRun? run = part.Source < 0 ? null : part.Source == 0 ? first : second;
            int count = run?.Ids.Count ?? part.Ids.Length;
            ids.AddRange(run is null ? part.Ids : run.Ids);
            types.AddRange(Enumerable.Repeat(part.Type, count));
            sources.AddRange(Enumerable.Repeat(part.Source, count));
            spans.AddRange(run?.Spans ?? Enumerable.Repeat<TokenSpan>(default, count));
        }
        return new TokenizedText([.. ids], [.. types], [.. sources], [.. spans]);
    }
}

/// <summary>The tokens of one text, and where they came from if that was asked for.</summary>
internal sealed record TokenRun(List<int> Ids, List<TokenSpan>? Spans)
{
    public void Add(int id, TokenSpan span)
    {
        Ids.Add(id);
        Spans?.Add(span);
    }

    public void Shorten(int count)
    {
        Ids.RemoveRange(count, Ids.Count - count);
        Spans?.RemoveRange(count, Spans.Count - count);
    }
}
