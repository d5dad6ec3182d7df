using System.Diagnostics;

namespace Designer.Knowledge.Tests.Chunking;

public sealed class ChunkerTests
{
    [Fact]
    public void Headings_become_paths_in_titles()
    {
        Assert.Equal(
        [
            ("Leave", "Everybody rests."),
            ("Leave › Annual", "25 days."),
            ("Leave › Annual › Carry-over & more days", "Five days."),
            ("Leave › Sick", "Call in."),
        ], Markdown("# Leave\n\nEverybody rests.\n\n## Annual\n25 days.\n### **Carry-over** &amp; `more` [days](http://x/y) ##\n\nFive days.\n\nSick\n----\nCall in.\n"));
    }

    [Fact]
    public void Without_a_first_level_heading_the_documents_name_leads_the_path() =>
        Assert.Equal([("guide", "Intro."), ("guide › Hotels", "Book early.")], Markdown("Intro.\n\n## Hotels\n\nBook early."));

    [Fact]
    public void Front_matter_gives_the_title_and_nothing_else()
    {
        const string text = "---\ntitle: \"Travel policy\"\nsecret: yes\n---\nIntro.\n\n## Hotels\n\nBook early.";
        Assert.Equal([("Travel policy", "Intro."), ("Travel policy › Hotels", "Book early.")], Markdown(text));
        Assert.Equal("Travel policy", Chunker.Split(text, "text/markdown", "guide").Title);
    }

    [Fact]
    public void A_heading_without_text_is_kept_unless_it_leads_deeper_ones() =>
        Assert.Equal([("A › B", "Text."), ("A › C", "## C"), ("D", "# D")], Markdown("# A\n## B\nText.\n## C\n# D"));

    [Fact]
    public void Html_is_text_and_hashes_in_code_are_no_headings()
    {
        string code = "```sh\n# not a heading\n\nmake <all>\n```";
        Assert.Equal([("A", $"<div onclick=\"x()\">Hi</div>\n\n{code}")], Markdown($"# A\n<div onclick=\"x()\">Hi</div>\n\n{code}"));
    }

    [Theory]
    [MemberData(nameof(WholeBlocks))]
    public void Lists_tables_and_code_stay_whole_with_their_introduction(string block)
    {
        string before = Sentences(700), introduction = "The rates are:";
        List<(string Title, string Text)> chunks = Markdown($"# A\n\n{before}\n\n{introduction}\n\n{block}\n\n{Sentences(600)}");
        Assert.Contains(chunks, chunk => chunk.Text == $"{introduction}\n\n{block}");
    }

    public static TheoryData<string> WholeBlocks =>
    [
        string.Join('\n', Enumerable.Range(1, 40).Select(i => $"- item {i} with some words about it")),
        "| Country | Rate |\n|---|---|\n" + string.Join('\n', Enumerable.Range(1, 60).Select(i => $"| Country {i} | {i} EUR |")),
        "```\n" + string.Join("\n\n", Enumerable.Range(1, 50).Select(i => $"line {i} of the code;")) + "\n```",
    ];

    [Fact]
    public void A_very_long_table_is_cut_between_rows()
    {
        List<(string Title, string Text)> chunks = Markdown("| Country | Rate |\n|---|---|\n" + string.Join('\n', Enumerable.Range(1, 300).Select(i => $"| Country {i} | {i} EUR |")));
        Assert.True(chunks.Count > 3);
        Assert.All(chunks, chunk => Assert.True(chunk.Text is ['|', .., '|'] && chunk.Text.Length <= Chunker.Target));
    }

    [Fact]
    public void Long_sections_are_cut_at_sentences_and_overlap_by_whole_ones()
    {
        List<(string Title, string Text)> chunks = Plain(Sentences(3000));
        Assert.InRange(chunks.Count, 4, 5);
        Assert.All(chunks, chunk => Assert.EndsWith(".", chunk.Text, StringComparison.Ordinal));
        Assert.All(chunks, chunk => Assert.StartsWith("Sentence", chunk.Text, StringComparison.Ordinal));
        for (int i = 1; i < chunks.Count; i++)
        {
            string firstSentence = chunks[i].Text[..(chunks[i].Text.IndexOf('.', StringComparison.Ordinal) + 1)];
            Assert.Contains(firstSentence, chunks[i - 1].Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Short_sections_do_not_overlap()
    {
        List<(string Title, string Text)> chunks = Markdown("# A\nOne. Two.\n# B\nThree. Four.");
        Assert.Equal([("A", "One. Two."), ("B", "Three. Four.")], chunks);
    }

    [Fact]
    public void Chinese_is_cut_after_its_own_full_stops()
    {
        string text = string.Concat(Enumerable.Range(0, 100).Select(i => $"员工每年享有{i}天带薪年假，需要提前申请。"));
        Assert.All(Plain(text), chunk => Assert.True(chunk.Text.EndsWith('。') && chunk.Text.StartsWith("员工", StringComparison.Ordinal)));
    }

    [Fact]
    public void Paragraphs_of_plain_text_are_not_cut_when_they_fit()
    {
        string first = Sentences(500), second = Sentences(600);
        Assert.Equal([first, second], Plain($"{first}\n\n \n{second}\n").Select(chunk => chunk.Text));
    }

    [Fact]
    public void Text_without_any_break_is_cut_between_whole_characters()
    {
        List<(string Title, string Text)> chunks = Plain("x" + string.Concat(Enumerable.Repeat("𠮷", 2000)));
        Assert.True(chunks.Count >= 5);
        Assert.All(chunks, chunk => Assert.False(char.IsLowSurrogate(chunk.Text[0]) || char.IsHighSurrogate(chunk.Text[^1])));
    }

    [Fact]
    public void Absurd_nesting_is_read_as_plain_text()
    {
        string text = new string('>', 5000) + " deep";
        Assert.Contains("deep", Markdown(text)[^1].Text, StringComparison.Ordinal);
    }

    /// <summary>Each took the parser minutes, growing with the square of the length, before it was kept from looking for links.</summary>
    [Theory]
    [InlineData("[a](")]
    [InlineData("[a]: b\n")]
    [InlineData("[")]
    [InlineData("![")]
    [InlineData("> - ")]
    [InlineData("**a ")]
    [InlineData("<!-- ")]
    [InlineData("a|b\n")]
    public void Hostile_markdown_takes_no_more_time_than_any_other(string part)
    {
        var watch = Stopwatch.StartNew();
        Assert.NotEmpty(Markdown(string.Concat(Enumerable.Repeat(part, 1_000_000 / part.Length))));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void A_heading_as_long_as_a_book_is_cut_and_costs_once()
    {
        List<(string Title, string Text)> chunks = Markdown($"# {new string('a', 500_000)}\n{string.Concat(Enumerable.Repeat("## b\nText.\n", 20_000))}");
        Assert.Equal(20_000, chunks.Count);
        Assert.Equal($"{new string('a', 119)}… › b", chunks[0].Title);
    }

    [Fact]
    public void Invisible_characters_do_not_reach_titles() =>
        Assert.Equal([("Pay evil", "Text.")], Markdown("# Pay\u202E \u200Bevil\u0007\nText."));

    private static List<(string Title, string Text)> Markdown(string text) => Split(text, "text/markdown");

    private static List<(string Title, string Text)> Plain(string text) => Split(text, "text/plain");

    private static List<(string Title, string Text)> Split(string text, string mediaType) =>
        [.. Chunker.Split(text, mediaType, "guide").Passages.Select(passage => (passage.Title, text[passage.Start..passage.End]))];

    private static string Sentences(int characters)
    {
        string text = string.Join(' ', Enumerable.Range(1, 1 + characters / 40).Select(i => $"Sentence number {i:000} says something of interest."));
        return text[..(text.LastIndexOf('.', characters - 1) + 1)];
    }
}
