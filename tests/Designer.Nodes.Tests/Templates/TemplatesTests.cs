using System.Text;
using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Designer.Knowledge;
using Xunit;

namespace Designer.Nodes.Tests.Templates;

/// <summary>The shipped templates: canonical, without problems, drawn without overlaps, and running.</summary>
public class TemplatesTests
{
    private const double NodeWidth = 220, NodeHeight = 90;

    public static readonly string Folder = Find();

    public static TheoryData<string> Slugs => [.. Directory.GetDirectories(Folder).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)];

    [Fact]
    public void All_five_are_here() =>
        Assert.Equal(["approve-before-sending", "ask-the-handbook", "assistant-with-tools", "route-the-question", "summarise-and-title"], Slugs.Select(row => (string)row.Data));

    [Theory, MemberData(nameof(Slugs))]
    public void A_template_is_canonical_explained_and_has_samples(string slug)
    {
        byte[] bytes = File.ReadAllBytes(FileOf(slug));
        Assert.Equal(Encoding.UTF8.GetString(bytes), Encoding.UTF8.GetString(FlowJson.Write(FlowJson.Read(bytes))));
        Assert.StartsWith("# ", File.ReadAllText(Path.Combine(Folder, slug, "README.md")), StringComparison.Ordinal);
        FlowDocument flow = FlowJson.Read(bytes);
        string[] inputs = [.. flow.Nodes.Single(n => n.Type == "start").Settings.GetProperty("inputs").EnumerateArray().Select(i => i.GetProperty("name").GetString()!)];
        Assert.All(Samples(slug), sample => Assert.Equal(inputs.Order(), sample.GetProperty("input").EnumerateObject().Select(m => m.Name).Order()));
    }

    [Theory, MemberData(nameof(Slugs))]
    public void A_template_has_no_problems(string slug)
    {
        using TestFlow test = new();
        Assert.Empty(FlowChecker.Check(FlowJson.Read(File.ReadAllBytes(FileOf(slug))), test.Catalog));
    }

    [Theory, MemberData(nameof(Slugs))]
    public void Nothing_on_the_canvas_overlaps(string slug)
    {
        FlowDocument flow = FlowJson.Read(File.ReadAllBytes(FileOf(slug)));
        (string Id, double X, double Y, double W, double H)[] boxes =
        [
            .. flow.Nodes.Select(n => (n.Id, n.Position.X, n.Position.Y, NodeWidth, NodeHeight)),
            .. flow.Notes.Select(n => (n.Id, n.Position.X, n.Position.Y, n.Size!.W, n.Size.H)),
        ];
        foreach (var a in boxes)
            foreach (var b in boxes.Where(b => string.CompareOrdinal(a.Id, b.Id) < 0))
                Assert.False(a.X < b.X + b.W && b.X < a.X + a.W && a.Y < b.Y + b.H && b.Y < a.Y + a.H, $"{a.Id} and {b.Id} overlap.");
        Assert.All(flow.Nodes, n => Assert.Equal(0, n.Position.X % 280));
    }

    [Fact]
    public async Task Ask_the_handbook_answers_with_citations()
    {
        using TestFlow test = await WithHandbookAsync();
        foreach (JsonElement sample in Samples("ask-the-handbook"))
        {
            TestRun run = await test.RunAsync(File.ReadAllText(FileOf("ask-the-handbook")), sample.GetProperty("input"));
            Assert.Contains(sample.GetProperty("expected").GetProperty("contains").GetString()!, run.Text, StringComparison.OrdinalIgnoreCase);
            Assert.NotEqual(0, run.Row.Output!.Value.GetProperty("citations").GetArrayLength());
        }
    }

    [Fact]
    public async Task Ask_the_handbook_says_sorry_when_the_search_fails()
    {
        using TestFlow test = new();
        test.Bindings["handbook"] = "gone";
        TestRun run = await test.RunAsync(File.ReadAllText(FileOf("ask-the-handbook")), new { question = "Anything?" });
        Assert.Contains("cannot be searched", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Summarise_and_title_gives_both()
    {
        using TestFlow test = new();
        TestRun run = await test.RunAsync(File.ReadAllText(FileOf("summarise-and-title")), Samples("summarise-and-title")[0].GetProperty("input"));
        JsonElement output = run.Row.Output!.Value;
        Assert.Contains("bridge", output.GetProperty("summary").GetString(), StringComparison.Ordinal);
        Assert.InRange(output.GetProperty("title").GetString()!.Split(' ').Length, 1, 10);
        Assert.StartsWith("# ", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Route_the_question_finds_the_team()
    {
        using TestFlow test = new();
        foreach (JsonElement sample in Samples("route-the-question"))
        {
            TestRun run = await test.RunAsync(File.ReadAllText(FileOf("route-the-question")), sample.GetProperty("input"));
            Assert.Equal(sample.GetProperty("expected").GetProperty("team").GetString(), run.Row.Output!.Value.GetProperty("team").GetString());
            Assert.NotEmpty(run.Text!);
        }
    }

    [Theory]
    [InlineData("approve", "sent", true)]
    [InlineData("reject", "not sent. Too formal", false)]
    public async Task Approve_before_sending_waits_for_a_person(string decision, string text, bool sent)
    {
        using TestFlow test = new();
        TestRun waiting = await test.RunAsync(File.ReadAllText(FileOf("approve-before-sending")), Samples("approve-before-sending")[0].GetProperty("input"));
        Assert.Equal(RunState.Waiting, waiting.Row.State);
        TestRun run = await test.AnswerAsync(waiting, "review", decision, "Too formal");
        Assert.Equal(sent, run.Row.Output!.Value.GetProperty("sent").GetBoolean());
        Assert.Equal("tester@example.org", run.Row.Output!.Value.GetProperty("by").GetString());
        Assert.Contains(sent ? "Dear Ada Byron" : text, run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Assistant_with_tools_searches_and_calculates()
    {
        using TestFlow test = await WithHandbookAsync();
        test.Bindings["model"] = "scripted";
        test.Models.Client
            .Call("handbook", new { query = "days of leave carried over" })
            .Call("calculator", new { a = 5, b = 8, operation = "multiply" })
            .Say("Five days [1], which is 40 hours.");
        TestRun run = await test.RunAsync(File.ReadAllText(FileOf("assistant-with-tools")), Samples("assistant-with-tools")[0].GetProperty("input"));
        Assert.Equal("Five days [1], which is 40 hours.", run.Text);
        Assert.Equal(1, run.Row.Output!.Value.GetProperty("citations").GetArrayLength());
        Assert.Equal(40, run.Outputs("assistant/turn#2/call#1").GetProperty("result").GetInt32());
    }

    [Fact]
    public async Task Assistant_with_tools_says_that_it_needs_a_model_that_calls_tools()
    {
        using TestFlow test = await WithHandbookAsync();
        TestRun run = await test.RunAsync(File.ReadAllText(FileOf("assistant-with-tools")), new { question = "x" });
        Assert.Equal("model.noTools", run.Error.Code);
    }

    private static async Task<TestFlow> WithHandbookAsync()
    {
        TestFlow test = new();
        KnowledgeBase handbook = await test.AddKnowledgeAsync("handbook");
        IReadOnlyList<FileResult> added = await test.Index.AddFolderAsync(handbook, Path.Combine(Folder, "ask-the-handbook", "handbook"));
        Assert.NotEmpty(added);
        Assert.All(added, file => Assert.Null(file.Refusal));
        test.Bindings["handbook"] = handbook.Slug;
        return test;
    }

    private static string FileOf(string slug) => Path.Combine(Folder, slug, slug + ".flow.json");

    private static IReadOnlyList<JsonElement> Samples(string slug) => [.. File.ReadLines(Path.Combine(Folder, slug, "sample.jsonl")).Select(line => JsonElement.Parse(line))];

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Designer.sln"))) return Path.Combine(folder.FullName, "workflows");
        throw new DirectoryNotFoundException("There is no Designer.sln above the tests.");
    }
}
