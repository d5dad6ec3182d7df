using CsCheck;

namespace Designer.Knowledge.Tests.Chunking;

public sealed class ChunkerProperties
{
    private static readonly Gen<string> Fragment = Gen.OneOf(
        OneOf("# A", "## B\n", "Title\n===\n", "\n", "\n\n", " ", "- item\n", "1. one\n", "> quote\n", "```\ncode\n```\n", "    code\n", "| a | b |\n|---|---|\n| 1 | 2 |\n",
            "---\n", "---\ntitle: x\n---\n", "[a]: http://b\n", "<div>\n", "</div>", "\t", "Word ", "Sentence one. ", "年假制度。", "𠮷", "😀", "\u200B", "&amp;", "\\", "*", "`", "[", "]("),
        Gen.String[Gen.Char.AlphaNumeric, 0, 40],
        Gen.String[OneOf('a', ' ', '\n', '.', '年', '。', '|', '#', '-'), 0, 30],
        Gen.Select(OneOf("long words ", "x", "年假", "A sentence of words. ", "- item\n", "| a | b |\n", "𠮷", "line\n"), Gen.Int[1, 400], (part, times) => string.Concat(Enumerable.Repeat(part, times))));

    private static readonly Gen<string> Text = Fragment.Array[0, 25].Select(string.Concat);

    [Fact]
    public void Plain_text_is_covered_in_order_by_passages_within_bounds() => Text.Sample(text =>
    {
        List<Passage> passages = Chunker.Split(text, "text/plain", "t").Passages;
        AssertSound(text, passages);
        Assert.Equal("", WithoutSpace(Uncovered(text, passages)));
    }, iter: 2000);

    [Fact]
    public void Markdown_is_covered_in_order_but_for_headings_and_front_matter() => Text.Sample(text =>
    {
        List<Passage> passages = Chunker.Split(text, "text/markdown", "t").Passages;
        AssertSound(text, passages);
        string[] lines = Uncovered(text, passages).Split('\n');
        int afterMatter = text.StartsWith("---", StringComparison.Ordinal) ? Array.FindIndex(lines, 1, line => line.StartsWith("---", StringComparison.Ordinal) || line.StartsWith("...", StringComparison.Ordinal)) + 1 : 0;
        for (int i = afterMatter; i < lines.Length; i++) Assert.True(MayBeHeading(lines, i), $"lost: {lines[i]}");
    }, iter: 2000);

    private static void AssertSound(string text, List<Passage> passages)
    {
        for (int i = 0; i < passages.Count; i++)
        {
            Passage passage = passages[i];
            Assert.InRange(passage.Length, 1, Chunker.MaxWhole);
            Assert.False(char.IsWhiteSpace(text[passage.Start]) || char.IsWhiteSpace(text[passage.End - 1]));
            Assert.False(char.IsLowSurrogate(text[passage.Start]) || char.IsHighSurrogate(text[passage.End - 1]));
            if (i == 0) continue;
            Assert.True(passage.Start > passages[i - 1].Start && passage.End > passages[i - 1].End);
            Assert.True(passages[i - 1].End - passage.Start <= Chunker.Overlap);
        }
    }

    private static string Uncovered(string text, List<Passage> passages)
    {
        var covered = new bool[text.Length];
        foreach (Passage passage in passages) covered.AsSpan(passage.Start, passage.Length).Fill(true);
        return string.Concat(text.Select((c, i) => covered[i] && c != '\n' ? "" : c.ToString()));
    }

    // A heading has a hash before it or is underlined; the lines of an underlined one reach up to the last empty line.
    private static bool MayBeHeading(string[] lines, int at)
    {
        if (string.IsNullOrWhiteSpace(lines[at]) || lines[at].TrimStart().StartsWith('#')) return true;
        return lines.Skip(at).TakeWhile(line => !string.IsNullOrWhiteSpace(line)).Any(line => line.Trim() is var under && (under.All(c => c == '=') || under.All(c => c == '-')));
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static string WithoutSpace(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
}
