namespace Designer.Knowledge.Tests.Index;

/// <summary>Questions that people ask of the handbook of the shipped flow "Ask the handbook".</summary>
public sealed class HandbookTests(HandbookTests.Handbook handbook) : IClassFixture<HandbookTests.Handbook>
{
    [Theory]
    [InlineData("How many days of annual leave do I have?", "leave.md", "How much leave you have")]
    [InlineData("Can I carry over unused leave days into next year?", "leave.md", "Carry-over")]
    [InlineData("How many days off do I get for my wedding?", "leave.md", "Special leave")]
    [InlineData("When do I need a doctor's note?", "sick-leave.md", "Doctor's note")]
    [InlineData("My kid is sick, can I stay at home with the child?", "sick-leave.md", "When your child is ill")]
    [InlineData("Can I work from abroad?", "remote-work.md", "Working from abroad")]
    [InlineData("How often may I work remotely?", "remote-work.md", "How often")]
    [InlineData("How much may a hotel in London cost?", "travel.md", "Hotels")]
    [InlineData("What do you pay per kilometre when I use my own car?", "travel.md", "Your own car")]
    [InlineData("Who approves expenses above 500 euro?", "expenses.md", "Approval")]
    [InlineData("What is the meal limit on a business trip?", "expenses.md", "What is reimbursed")]
    [InlineData("How do I hand in receipts?", "expenses.md", "Handing in expenses")]
    [InlineData("I lost my laptop, whom do I tell?", "security.md", "If you lose a device")]
    [InlineData("How often must I change my password?", "security.md", "Passwords and sign-in")]
    [InlineData("How long is the probation period?", "onboarding.md", "Probation")]
    [InlineData("Where do I find my laptop on the first day?", "onboarding.md", "Before the first day")]
    [InlineData("上海员工有多少天年假？", "office-zh.md", "年假")]
    [InlineData("门禁卡丢了怎么办", "office-zh.md", "门禁")]
    [InlineData("餐费补贴是多少", "office-zh.md", "报销")]
    [InlineData("加班怎么调休", "office-zh.md", "加班与调休")]
    public async Task Questions_find_the_right_section_first(string question, string name, string heading)
    {
        Flows.Chunk first = (await handbook.Knowledge.SearchAsync(question))[0];
        Assert.Equal((name, heading), (first.Metadata!["source"], first.Title.Split(" › ")[^1]));
    }

    public sealed class Handbook : IAsyncLifetime
    {
        public TestKnowledge Knowledge { get; } = new();

        public async ValueTask InitializeAsync()
        {
            DirectoryInfo? root = new(AppContext.BaseDirectory);
            while (root != null && !Directory.Exists(In(root))) root = root.Parent;
            Assert.NotNull(root);
            await Knowledge.Index.AddFolderAsync(Knowledge.Base, In(root), CancellationToken.None);

            static string In(DirectoryInfo folder) => Path.Combine(folder.FullName, "workflows", "ask-the-handbook", "handbook");
        }

        public ValueTask DisposeAsync()
        {
            Knowledge.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
