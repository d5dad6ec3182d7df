using Designer.Flows;
using Microsoft.Data.Sqlite;

namespace Designer.Knowledge.Tests.Index;

public sealed class SearchTests : IDisposable
{
    private static readonly (string Name, string Text)[] Corpus =
    [
        ("leave.md", """
            # Leave
            ## Annual leave
            Every employee has 25 days of paid holiday a year. Ask your manager two weeks before.
            ## Carry-over
            Up to five unused days move to the next year and expire on 31 March.
            ## Sick leave
            Call your manager before 9:00. A doctor's note is needed from the third day on.
            """),
        ("travel.md", """
            # Travel
            ## Booking
            Flights and trains are booked through the portal. Business class needs approval.
            ## Expenses
            Hand in receipts within 30 days; travel costs are reimbursed with the next salary.
            The daily allowance for meals is 28 EUR.
            """),
        ("security.md", """
            # Security
            ## Passwords
            Passwords have at least 14 characters and are kept in the password manager. Two-factor sign-in is required.
            ## Lost devices
            Report a lost laptop or phone to the help desk at once; it is wiped remotely.
            """),
        ("remote.md", "# Remote work\nYou may work from home three days a week. Working from abroad needs consent of your manager and HR."),
        ("onboarding.md", "# Onboarding\nOn your first day you get a laptop, a badge and a buddy. The probation period is six months."),
        ("年假.md", "# 年假制度\n员工每年享有十五天带薪年假，未休完的年假可以结转到次年三月底。\n\n## 病假\n病假需要提供医院证明，并在当天上午通知主管。"),
        ("报销.md", "# 报销流程\n出差结束后三十天内提交发票和报销单，财务部审核后随工资发放。\n\n## 标准\n住宿标准为每晚五百元，餐费补贴每天一百元。"),
        ("考勤.md", "# 考勤\n工作时间为上午九点到下午六点，可以弹性一小时。迟到三次以上会影响绩效。加班需要提前申请，可以调休。"),
        ("办公.md", "# 办公设备\n新员工第一天领取电脑和工牌。设备丢失请立即联系技术支持。"),
    ];

    private readonly TestKnowledge _knowledge = new();

    [Theory]
    [InlineData("How many days of vacation or holiday do I have per year?", "leave.md", "Leave › Annual leave")]
    [InlineData("Can I carry over unused days?", "leave.md", "Leave › Carry-over")]
    [InlineData("do i need a doctors note when i am sick", "leave.md", "Leave › Sick leave")]
    [InlineData("When will my travel expenses be reimbursed?", "travel.md", "Travel › Expenses")]
    [InlineData("Who approves business class flights?", "travel.md", "Travel › Booking")]
    [InlineData("How long must a password be?", "security.md", "Security › Passwords")]
    [InlineData("I lost my phone, what should I do?", "security.md", "Security › Lost devices")]
    [InlineData("Is working from another country (abroad) allowed?", "remote.md", "Remote work")]
    [InlineData("probation", "onboarding.md", "Onboarding")]
    [InlineData("年假", "年假.md", "年假制度")]
    [InlineData("年假有多少天？", "年假.md", "年假制度")]
    [InlineData("报销", "报销.md", "报销流程")]
    [InlineData("请问出差怎么报销", "报销.md", "报销流程")]
    [InlineData("住宿", "报销.md", "报销流程 › 标准")]
    [InlineData("生病了要医院证明吗", "年假.md", "年假制度 › 病假")]
    [InlineData("加班可以调休吗？", "考勤.md", "考勤")]
    [InlineData("电脑丢失怎么办", "办公.md", "办公设备")]
    [InlineData("迟", "考勤.md", "考勤")]
    [InlineData("末", "", "")]
    [InlineData("单", "报销.md", "报销流程")]
    public async Task Questions_find_their_section_first(string question, string name, string title)
    {
        await FillAsync();
        IReadOnlyList<Chunk> found = await _knowledge.SearchAsync(question);
        Assert.Equal((name, title), found is [Chunk first, ..] ? (first.Metadata!["source"], first.Title) : ("", ""));
    }

    /// <summary>Why there is a tokenizer of our own.</summary>
    [Theory]
    [InlineData("unicode61", "年假")]
    [InlineData("trigram", "年假")]
    public void Tokenizers_of_FTS5_do_not_find_a_word_of_two_characters(string tokenizer, string word)
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        connection.Execute($"CREATE VIRTUAL TABLE t USING fts5(body, tokenize = '{tokenizer}')");
        connection.Execute("INSERT INTO t VALUES ($text)", ("$text", Corpus.Single(document => document.Name == "年假.md").Text));
        Assert.Equal(0, connection.Scalar<long>("SELECT count(*) FROM t WHERE t MATCH $word", ("$word", $"\"{word}\"")));
    }

    [Fact]
    public async Task Results_are_ordered_by_score_and_say_where_they_stand()
    {
        await FillAsync();
        IReadOnlyList<Chunk> found = await _knowledge.SearchAsync("days of leave", topK: 3);
        Assert.Equal(3, found.Count);
        Assert.Equal(found.OrderByDescending(chunk => chunk.Score).Select(chunk => chunk.Id), found.Select(chunk => chunk.Id));
        foreach (Chunk chunk in found)
        {
            Assert.InRange(chunk.Scores!["bm25"], 0.01, chunk.Score);
            string? text = await _knowledge.Index.GetTextAsync(_knowledge.Base, chunk.DocumentId, TestKnowledge.Cancel);
            Assert.Equal(chunk.Text, text!.Substring(chunk.Position!.Value, chunk.Text.Length));
            Chunk? again = await _knowledge.Index.GetChunkAsync(_knowledge.Base, chunk.Id, TestKnowledge.Cancel);
            Assert.Equal((chunk.Id, chunk.Title, chunk.Text, chunk.Position), (again?.Id, again?.Title, again?.Text, again?.Position));
        }
    }

    [Fact]
    public async Task A_title_counts_more_than_the_same_word_in_the_text()
    {
        await _knowledge.AddAsync("a.md", "# Parking\nThere are spaces behind the house for everyone who comes by car.");
        await _knowledge.AddAsync("b.md", "# House\nThere are parking spaces behind the house for everyone who comes by car.");
        Assert.Equal(["a.md", "b.md"], await _knowledge.FoundAsync("parking"));
    }

    [Fact]
    public async Task All_words_close_together_win_over_scattered_ones()
    {
        const string filler = "Other things stand here to keep the words of the question apart from each other in this text.";
        await _knowledge.AddAsync("scattered.txt", $"The company is old. {filler} A car is blue. {filler} The policy is new.");
        await _knowledge.AddAsync("close.txt", $"{filler} The company car policy is strict. {filler} A very plain end.");
        await _knowledge.AddAsync("other.txt", $"{filler} {filler}");
        Assert.Equal(["close.txt", "scattered.txt"], await _knowledge.FoundAsync("company car policy"));
    }

    [Fact]
    public async Task A_knowledge_base_of_one_chunk_answers_too()
    {
        await _knowledge.AddAsync("a.txt", "Lunch is at noon.");
        Assert.True(Assert.Single(await _knowledge.SearchAsync("When is lunch?")).Score > 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("?!… 。，")]
    [InlineData("🏖️")]
    [InlineData("\0")]
    [InlineData("zyxwvut")]
    [InlineData("\"")]
    [InlineData("*")]
    public async Task Nothing_to_look_for_finds_nothing(string question)
    {
        await FillAsync();
        Assert.Empty(await _knowledge.SearchAsync(question));
    }

    [Theory]
    [InlineData("\"leave")]
    [InlineData("leave\"\"")]
    [InlineData("leave*")]
    [InlineData("title:leave")]
    [InlineData("{title body}: leave")]
    [InlineData("- leave")]
    [InlineData("^leave")]
    [InlineData("leave AND (")]
    [InlineData("leave NOT leave")]
    [InlineData("NEAR(leave, 1)")]
    [InlineData("leave OR OR")]
    [InlineData("leave' ; DROP TABLE words; --")]
    [InlineData("leave + $question ?1 @x")]
    public async Task Search_syntax_is_plain_words(string question)
    {
        await FillAsync();
        Assert.Equal("leave.md", (await _knowledge.FoundAsync(question))[0]);
        Assert.Equal(Corpus.Length, (await _knowledge.Index.SummaryAsync(_knowledge.Base, TestKnowledge.Cancel)).Documents);
    }

    [Fact]
    public async Task A_question_may_be_as_long_as_a_document()
    {
        await FillAsync();
        string question = string.Join(' ', Corpus.Select(document => document.Text)) + new string('x', 1_000_000) + " probation";
        Assert.InRange((await _knowledge.SearchAsync(question)).Count, 1, 5);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 0)]
    [InlineData(1, 1)]
    [InlineData(int.MaxValue, 11)]
    public async Task The_number_of_results_is_bounded(int topK, int most)
    {
        await FillAsync();
        Assert.InRange((await _knowledge.SearchAsync("days manager leave travel work", topK)).Count, Math.Min(most, 1), most);
    }

    public void Dispose() => _knowledge.Dispose();

    private async Task FillAsync()
    {
        foreach ((string name, string text) in Corpus) await _knowledge.AddAsync(name, text);
    }
}
