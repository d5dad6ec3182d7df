namespace Designer.Models.Tests.Extractive;

/// <summary>Summaries and titles are made of the text's own sentences and words.</summary>
public sealed class ShorteningTests
{
    private const string Article = """
        The city council has decided to close the old harbour bridge for repairs. The bridge carries 30,000 cars a day and its steel cables have rusted. Engineers warned in spring that the cables of the bridge could fail within two years.
        Mayor Ruth Olsen said the repairs would cost 42 million and take eighteen months. Some people like to fish there. During the repairs, cars will be led over the new tunnel, and a free ferry will carry cyclists across the harbour.
        Shop owners near the bridge fear that customers will stay away. The council promised them help with their rents. Work on the bridge begins on 1 September.
        """;
    private const string Chinese = "市政府决定关闭旧港大桥进行维修。大桥每天通行三万辆汽车，钢缆已经生锈。工程师警告说，钢缆可能在两年内断裂。有人喜欢在那里钓鱼。市长说，大桥维修将耗资四千二百万，历时十八个月。维修期间，汽车改走新隧道。";

    [Fact]
    public void A_summary_has_three_sentences_of_the_text_in_their_order()
    {
        var summary = Prompts.Send("Summarise the text for a newsletter.", Article);

        var sentences = summary.Split(". ");
        Assert.Equal(3, sentences.Length);
        Assert.StartsWith("The city council has decided to close the old harbour bridge", summary, StringComparison.Ordinal);
        Assert.DoesNotContain("fish", summary, StringComparison.Ordinal);
        var places = sentences.Select(s => Article.IndexOf(s.TrimEnd('.'), StringComparison.Ordinal)).ToArray();
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
    }

    [Theory]
    [InlineData("Summarise in two sentences.", 2)]
    [InlineData("Give a one-sentence summary.", 1)]
    [InlineData("Write a summary of 4 short sentences.", 4)]
    public void The_prompt_names_the_number_of_sentences(string system, int count) =>
        Assert.Equal(count, Prompts.Send(system, Article).Split(". ").Length);

    [Fact]
    public void Bullets_and_a_limit_of_words_are_kept()
    {
        var bullets = Prompts.Send("Summarise as 3 bullet points.", Article);
        var few = Prompts.Send("Summarise in at most 20 words.", Article);

        Assert.Equal(3, bullets.Split('\n').Count(l => l.StartsWith("- ", StringComparison.Ordinal)));
        Assert.InRange(few.Split(' ').Length, 5, 20);
    }

    [Fact]
    public void The_text_may_stand_in_the_message_that_asks()
    {
        var summary = Prompts.Send("You are helpful.", "Please summarise this text in one sentence:\n\n" + Article);

        Assert.StartsWith("The city council has decided", summary, StringComparison.Ordinal);
        Assert.DoesNotContain("Please", summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Chinese_is_summarised_in_Chinese()
    {
        var summary = Prompts.Send("请用两句话总结下面的文字。", Chinese);

        Assert.Equal(2, summary.Count(c => c == '。'));
        Assert.Contains("大桥", summary, StringComparison.Ordinal);
        Assert.DoesNotContain("钓鱼", summary, StringComparison.Ordinal);
    }

    [Fact]
    public void A_title_is_a_short_phrase_about_the_topic()
    {
        var title = Prompts.Send("Write a title of at most ten words.", Article);

        Assert.InRange(title.Split(' ').Length, 2, 10);
        Assert.Contains("bridge", title, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\n', title);
    }

    [Fact]
    public void A_text_with_a_heading_is_titled_by_it() =>
        Assert.Equal("Old harbour bridge closes", Prompts.Send("Give it a headline.", "# Old harbour bridge closes\n\n" + Article));

    [Fact]
    public void A_Chinese_title_is_a_clause() =>
        Assert.Contains("大桥", Prompts.Send("请起一个标题", Chinese), StringComparison.Ordinal);

    [Fact]
    public void Both_at_once_give_the_title_and_then_the_summary()
    {
        var both = Prompts.Send("Write a title and a summary.", Article).Split("\n\n");

        Assert.Equal(2, both.Length);
        Assert.True(both[0].Length < both[1].Length);
    }

    [Fact]
    public void Without_a_text_it_says_so() => Assert.Equal("There is no text to summarise.", Prompts.Send("You are helpful.", "Summarise this"));

    [Fact]
    public void Sources_are_summarised_with_their_numbers()
    {
        var answer = Prompts.Send(Prompts.Context([new TestChunk("Bridge", Article)]), "Please summarise the sources in two sentences.");

        Assert.StartsWith("The city council has decided", answer, StringComparison.Ordinal);
        Assert.EndsWith("[1]", answer, StringComparison.Ordinal);
    }
}
