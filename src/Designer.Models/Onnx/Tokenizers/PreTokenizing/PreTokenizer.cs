namespace Designer.Models.Onnx.Tokenizers.PreTokenizing;

/// <summary>A text and the words it is cut into so far.</summary>
internal sealed record Words(TracedText Text, List<(int Start, int End)> Ranges)
{
    public static Words Of(TracedText text) => new(text, [(0, text.Text.Length)]);

    /// <summary>The words after each was cut by <paramref name="cut"/>, which adds ranges of the same text.</summary>
    public Words Cut(Action<string, int, int, List<(int Start, int End)>> cut)
    {
        List<(int, int)> ranges = new(Ranges.Count);
        foreach ((int start, int end) in Ranges) cut(Text.Text, start, end, ranges);
        return this with { Ranges = ranges };
    }
}

/// <summary>Cuts a text into words that the model then looks at one by one.</summary>
internal abstract class PreTokenizer
{
    public abstract Words Apply(Words words);
}

internal sealed class SequencePreTokenizer(IReadOnlyList<PreTokenizer> steps) : PreTokenizer
{
    public override Words Apply(Words words)
    {
        foreach (PreTokenizer step in steps) words = step.Apply(words);
        return words;
    }
}

/// <summary>What becomes of the separators a pre-tokenizer finds.</summary>
internal enum SplitBehavior
{
    Removed,
    Isolated,
    MergedWithPrevious,
    MergedWithNext,
    Contiguous,
}

/// <summary>Cuts where a finder finds something.</summary>
/// <param name="find">All separators of a word, in order.</param>
/// <param name="inverted">What is found are the words, and what lies between are the separators.</param>
internal sealed class SplitPreTokenizer(Func<string, List<(int Start, int End)>> find, SplitBehavior behavior, bool inverted = false) : PreTokenizer
{
    public override Words Apply(Words words) => words.Cut((text, start, end, ranges) =>
    {
        string word = start == 0 && end == text.Length ? text : text[start..end];
        // What is found and what lies between, without holes.
        List<(int Start, int End, bool Separator)> parts = [];
        int done = 0;
        foreach ((int from, int to) in find(word))
        {
            if (from == to) continue;
            if (from > done) parts.Add((done, from, inverted));
            parts.Add((from, to, !inverted));
            done = to;
        }
        if (done < word.Length) parts.Add((done, word.Length, inverted));
        Arrange(parts, start, ranges);
    });

    private void Arrange(List<(int Start, int End, bool Separator)> parts, int offset, List<(int Start, int End)> ranges)
    {
        bool lastSeparator = false;
        int first = ranges.Count;
        foreach ((int from, int to, bool separator) in parts)
        {
            (int Start, int End) range = (from + offset, to + offset);
            bool join = ranges.Count > first && behavior switch
            {
                SplitBehavior.MergedWithPrevious => separator && !lastSeparator,
                SplitBehavior.MergedWithNext => !separator && lastSeparator,
                SplitBehavior.Contiguous => separator == lastSeparator,
                _ => false,
            };
            if (behavior == SplitBehavior.Removed && separator) continue;
            if (join) ranges[^1] = (ranges[^1].Start, range.End);
            else ranges.Add(range);
            lastSeparator = separator;
        }
    }
}

/// <summary>Writes spaces as marks and cuts before each mark.</summary>
internal sealed class MetaspacePreTokenizer(string replacement, PrependScheme prepend, bool split) : PreTokenizer
{
    public override Words Apply(Words words)
    {
        TracedText source = words.Text;
        TracedTextBuilder builder = new(source, source.Text.Length + words.Ranges.Count);
        List<(int, int)> ranges = new(words.Ranges.Count);
        foreach ((int start, int end) in words.Ranges)
        {
            int from = builder.Length;
            bool marked = source.Text[start] == ' ' || source.Text.AsSpan(start).StartsWith(replacement);
            bool wanted = prepend == PrependScheme.Always || (prepend == PrependScheme.First && source.AtStart && start == 0);
            if (wanted && !marked) builder.Add(replacement, start, start);
            for (int at = start; at < end; at++)
            {
                bool mark = source.Text[at] == ' ' || source.Text.AsSpan(at).StartsWith(replacement);
                if (split && mark && builder.Length > from)
                {
                    ranges.Add((from, builder.Length));
                    from = builder.Length;
                }
                if (source.Text[at] == ' ') builder.Add(replacement, at, at + 1);
                else builder.Copy(at, at + 1);
            }
            if (builder.Length > from) ranges.Add((from, builder.Length));
        }
        return new Words(builder.Build(), ranges);
    }
}

internal enum PrependScheme
{
    Always,
    First,
    Never,
}

/// <summary>Puts a space before each word that has none, as GPT-2 was asked to in some models.</summary>
internal sealed class PrefixSpacePreTokenizer : PreTokenizer
{
    public override Words Apply(Words words)
    {
        if (words.Ranges.TrueForAll(r => words.Text.Text[r.Start] == ' ')) return words;
        TracedTextBuilder builder = new(words.Text, words.Text.Text.Length + words.Ranges.Count);
        List<(int, int)> ranges = new(words.Ranges.Count);
        foreach ((int start, int end) in words.Ranges)
        {
            int from = builder.Length;
            if (words.Text.Text[start] != ' ') builder.Add(" ", start, start);
            builder.Copy(start, end);
            ranges.Add((from, builder.Length));
        }
        return new Words(builder.Build(), ranges);
    }
}

/// <summary>Cuts before each space mark that follows another character; see <see cref="Models.TokenModel.CutsBeforeSpaceMarks"/>.</summary>
internal sealed class SpaceMarkCut : PreTokenizer
{
    public override Words Apply(Words words) => words.Cut(static (text, start, end, ranges) =>
    {
        ReadOnlySpan<char> span = text.AsSpan(0, end);
        int from = start;
        for (int at = start + 1; at < end; at++)
        {
            int found = span[at..].IndexOf(Models.TokenModel.SpaceMark);
            if (found < 0) break;
            at += found;
            if (span[at - 1] == Models.TokenModel.SpaceMark) continue;
            ranges.Add((from, at));
            from = at;
        }
        ranges.Add((from, end));
    });
}
