namespace Designer.Models.Tests.Extractive;

/// <summary>The first thing a newcomer asks must be answered right: the shipped handbook, all of it in one prompt.</summary>
public sealed class HandbookTests
{
    private static readonly Lazy<TestChunk[]> s_chunks = new(() =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "workflows", "ask-the-handbook", "handbook"), "*.md").Order(StringComparer.Ordinal).SelectMany(Prompts.ByHeading)]);

    [Theory]
    [InlineData("How many days can I carry over?", "Up to five days may be carried over into the next year.", "leave.md")]
    [InlineData("When do carried-over days lapse?", "Carried-over days must be taken by 31 March", "leave.md")]
    [InlineData("How many vacation days do I have per year?", "28 days of annual leave", "leave.md")]
    [InlineData("Who approves expenses above 500 euro?", "Marta Lindqvist", "expenses.md")]
    [InlineData("How much may a hotel in Paris cost?", "190 euro", "travel.md")]
    [InlineData("How much do we get for meals on a business trip?", "45 euro per day", "expenses.md")]
    [InlineData("Can I work from outside the European Union?", "Working from outside the European Union is not allowed", "remote-work.md")]
    [InlineData("How many days a week can I work from home?", "three days per week", "remote-work.md")]
    [InlineData("When do I need a doctor's note?", "From the fourth day of illness", "sick-leave.md")]
    [InlineData("My laptop was stolen, what do I do?", "Report a lost or stolen device to the security desk at once", "security.md")]
    [InlineData("How long is the probation period?", "six months", "onboarding.md")]
    [InlineData("Why are passwords not changed regularly?", "because forced changes make people choose weak ones", "security.md")]
    [InlineData("Where do I pick up my laptop on the first day?", "room 1.14", "onboarding.md")]
    [InlineData("How much is paid per kilometre with my own car?", "0.30 euro per kilometre", "travel.md")]
    [InlineData("How long are backups kept?", "90 days", "security.md")]
    [InlineData("上海办公室的年假最多可以结转几天？", "最多可以结转3天", "office-zh.md")]
    [InlineData("出差住宿的标准是多少？", "每晚不超过600元", "office-zh.md")]
    [InlineData("门禁卡丢了怎么办？", "请立即联系行政部", "office-zh.md")]
    [InlineData("谁审核报销单？", "财务部王敏", "office-zh.md")]
    [InlineData("打印机在哪里？", "前台旁边的文印室", "office-zh.md")]
    [InlineData("How much annual leave do part-time employees get?", "Part-time employees have a share of it", "leave.md")]
    [InlineData("What is the notice period during probation?", "During probation either side can end the contract with two weeks' notice.", "onboarding.md")]
    [InlineData("Whom do I tell when I lose my phone?", "Report a lost or stolen device to the security desk", "security.md")]
    [InlineData("By what time do I have to call in sick?", "Tell your team lead before 9:00", "sick-leave.md")]
    [InlineData("上海办公室的地址在哪里？", "办公室位于延安西路1088号12楼。", "office-zh.md")]
    public void A_question_gets_its_sentence_and_its_source(string question, string expected, string file)
    {
        var answer = Prompts.Ask(question, s_chunks.Value);

        Assert.Contains(expected, answer, StringComparison.Ordinal);
        var first = answer.IndexOf('[', answer.IndexOf(expected, StringComparison.Ordinal));
        var number = int.Parse(answer[(first + 1)..answer.IndexOf(']', first)], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(file, s_chunks.Value[number - 1].File);
    }

    [Theory]
    [InlineData("What is the stock price of Fernwood?")]
    [InlineData("Who won the football championship?")]
    [InlineData("How do I train a neural network?")]
    [InlineData("公司的股票代码是什么？")]
    public void What_the_handbook_does_not_hold_is_not_answered(string question)
    {
        var answer = Prompts.Ask(question, s_chunks.Value);

        Assert.Contains(answer, (string[])["The sources do not say.", "资料中没有提到。"]);
    }
}
