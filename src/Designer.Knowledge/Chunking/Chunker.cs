namespace Designer.Knowledge;

/// <summary>
/// Cuts a document into passages of about <see cref="Target"/> characters that never cross a heading. Every passage is a slice of the
/// text, in order; together they hold all of it but headings, which became titles, and front matter.
/// </summary>
internal static class Chunker
{
    public const int Target = 800;

    /// <summary>A section's last piece may stretch a passage to this length instead of standing alone.</summary>
    public const int Stretched = 1000;

    /// <summary>The longest list, table or code block that stays whole.</summary>
    public const int MaxWhole = 2400;

    /// <summary>How much of the end of a passage the next one of the same section repeats, in whole sentences.</summary>
    public const int Overlap = 120;

    /// <summary>"The rates are:" stays with the table that follows it.</summary>
    private const int Introduction = 200;

    public static (string Title, List<Passage> Passages) Split(string text, string mediaType, string fallbackTitle)
    {
        Outline outline = mediaType == "text/markdown" ? MarkdownOutline.Of(text, fallbackTitle) : PlainOutline.Of(text, fallbackTitle);
        return (outline.Title, [.. outline.Sections.SelectMany(section => Passages(text, section))]);
    }

    private static IEnumerable<Passage> Passages(string text, Section section)
    {
        List<Block> pieces = [.. section.Blocks.SelectMany(block => Pieces.Of(text, block))];
        for (int first = 0; first < pieces.Count;)
        {
            int last = first;
            while (last + 1 < pieces.Count && Fits(pieces, first, last + 1)) last++;
            yield return new Passage(section.Title, pieces[first].Start, pieces[last].End);
            first = last + 1 < pieces.Count ? NextFirst(pieces, first, last) : pieces.Count;
        }
    }

    private static bool Fits(List<Block> pieces, int first, int next)
    {
        int start = pieces[first].Start;
        int length = pieces[next].End - start;
        if (length <= Target || (length <= Stretched && next == pieces.Count - 1)) return true;
        return pieces[next].IsWhole && length <= MaxWhole && pieces[next - 1].End - start <= Introduction;
    }

    private static int NextFirst(List<Block> pieces, int first, int last)
    {
        int next = last + 1;
        while (next - 1 > first && !pieces[next - 1].IsWhole && pieces[last].End - pieces[next - 1].Start <= Overlap) next--;
        return next <= last && Fits(pieces, next, last + 1) ? next : last + 1;
    }
}
