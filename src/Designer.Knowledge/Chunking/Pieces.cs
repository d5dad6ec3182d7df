namespace Designer.Knowledge;

/// <summary>Cuts a block that is too long for one passage: lists, tables and code by lines, prose by sentences, and what is still too long at a space.</summary>
internal static class Pieces
{
    private const string SentenceEnds = ".!?…";
    private const string UnspacedSentenceEnds = "。！？；";
    private const string Closers = "\"'”’)]」』）】》";

    public static IEnumerable<Block> Of(string text, Block block)
    {
        if (block.Length <= (block.IsWhole ? Chunker.MaxWhole : Chunker.Target)) return [block];
        return block.IsWhole ? Cut(text, block, AfterLine).SelectMany(line => Short(text, line)) : Short(text, block);
    }

    private static IEnumerable<Block> Short(string text, Block block) =>
        block.Length <= Chunker.Target ? [block] : Cut(text, block, AfterSentence).SelectMany(sentence => Cut(text, sentence, AfterWords));

    private static IEnumerable<Block> Cut(string text, Block block, Func<string, int, int, int> after)
    {
        for (int start = block.Start; start < block.End;)
        {
            int end = after(text, start, block.End);
            if (Trim(text, start, end) is { Length: > 0 } piece) yield return piece;
            start = end;
        }
    }

    /// <summary>The part of the text between two places without the white space at its ends.</summary>
    public static Block Trim(string text, int start, int end, bool isWhole = false)
    {
        while (start < end && char.IsWhiteSpace(text[start])) start++;
        while (end > start && char.IsWhiteSpace(text[end - 1])) end--;
        return new Block(start, end, isWhole);
    }

    private static int AfterLine(string text, int start, int end)
    {
        int newLine = text.IndexOf('\n', start, end - start);
        return newLine < 0 ? end : newLine + 1;
    }

    private static int AfterSentence(string text, int start, int end)
    {
        for (int i = start; i < end; i++)
        {
            bool isUnspacedEnd = UnspacedSentenceEnds.Contains(text[i]);
            if (!isUnspacedEnd && !SentenceEnds.Contains(text[i])) continue;
            int after = i + 1;
            while (after < end && Closers.Contains(text[after])) after++;
            if (isUnspacedEnd || after == end || char.IsWhiteSpace(text[after])) return after;
        }
        return end;
    }

    private static int AfterWords(string text, int start, int end)
    {
        if (end - start <= Chunker.Target) return end;
        int limit = text.CutBefore(start + Chunker.Target);
        for (int i = limit; i > start + Chunker.Target / 2; i--)
            if (char.IsWhiteSpace(text[i - 1]) || ",;:，、：".Contains(text[i - 1])) return i;
        return limit;
    }
}
