using System.Globalization;
using Designer.Flows;
using Designer.Knowledge;

namespace Designer.Models.Tests.Extractive;

/// <summary>The first thing a newcomer asks must be answered right: the shipped handbook in a real index, the six best chunks in the prompt,
/// as the template <em>Ask the handbook</em> does it.</summary>
public sealed class HandbookTests(HandbookTests.Handbook handbook) : IClassFixture<HandbookTests.Handbook>
{
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
    [InlineData("My laptop was stolen, what do I do?", "Report a lost or stolen laptop or phone to the security desk at once", "security.md")]
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
    [InlineData("Whom do I tell when I lose my phone?", "Report a lost or stolen laptop or phone to the security desk", "security.md")]
    [InlineData("By what time do I have to call in sick?", "Tell your team lead before 9:00", "sick-leave.md")]
    [InlineData("How far in advance must I request vacation?", "at least two weeks before it starts", "leave.md")]
    [InlineData("How much can I spend on books?", "600 euro per year", "expenses.md")]
    [InlineData("How many days off do I get when my child is born?", "the birth of a child ten days", "leave.md")]
    [InlineData("What is the maximum price of a hotel room?", "130 euro per night", "travel.md")]
    [InlineData("上海办公室的地址在哪里？", "办公室位于延安西路1088号12楼。", "office-zh.md")]
    public async Task A_question_gets_its_sentence_and_its_source(string question, string expected, string file)
    {
        var (answer, files) = await handbook.AskAsync(question);

        Assert.Contains(expected, answer, StringComparison.Ordinal);
        var first = answer.IndexOf('[', answer.IndexOf(expected, StringComparison.Ordinal));
        var number = int.Parse(answer[(first + 1)..answer.IndexOf(']', first)], CultureInfo.InvariantCulture);
        Assert.Equal(file, files[number - 1]);
    }

    [Theory]
    [InlineData("What is the stock price of Fernwood?")]
    [InlineData("Who won the football championship?")]
    [InlineData("How do I train a neural network?")]
    [InlineData("公司的股票代码是什么？")]
    public async Task What_the_handbook_does_not_hold_is_not_answered(string question)
    {
        var (answer, _) = await handbook.AskAsync(question);

        Assert.Contains(answer, (string[])["The sources do not say.", "资料中没有提到。"]);
    }

    /// <summary>The handbook, indexed once.</summary>
    public sealed class Handbook : IAsyncLifetime
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("designer-handbook-");
        private readonly KnowledgeBase _base = KnowledgeBase.Create(Guid.NewGuid(), "Handbook", TimeProvider.System);
        private readonly KnowledgeIndex _index;

        public Handbook() => _index = new KnowledgeIndex(new KnowledgeOptions { Folder = _folder.FullName }, TimeProvider.System);

        public async ValueTask InitializeAsync()
        {
            var added = await _index.AddFolderAsync(_base, Path.Combine(Repository.Root, "workflows", "ask-the-handbook", "handbook"));
            Assert.All(added, f => Assert.Null(f.Refusal));
        }

        /// <summary>The answer and, for each number it may cite, the file.</summary>
        public async Task<(string Answer, string[] Files)> AskAsync(string question)
        {
            var chunks = await _index.SearchAsync(_base, question, topK: 6);
            var answer = Prompts.Send("Answer from the context only.\n" + SourceBlocks.Write(chunks), question);
            return (answer, [.. chunks.Select(c => c.Metadata!["source"])]);
        }

        public ValueTask DisposeAsync()
        {
            _index.Dispose();
            _folder.Delete(recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
