using Xunit;

namespace Designer.Nodes.Tests.Knowledge;

public class SearchNodeTests
{
    [Fact]
    public async Task Passages_are_found_with_scores()
    {
        using TestFlow flow = new();
        await flow.AddKnowledgeAsync("Rules", ("leave.md", "# Leave\n\nYou have 30 days of annual leave."), ("travel.md", "# Travel\n\nBook trains in second class."), ("假期.md", "# 年假\n\n员工每年有三十天年假。"));
        TestRun run = await flow.RunNodeAsync("knowledge.search", new { knowledgeBase = "rules", query = "{{ start.q }}", topK = 1 }, new { q = "annual leave days" }, "q");
        Assert.Equal(1, run.Outputs().GetProperty("count").GetInt32());
        Assert.Contains("30 days", run.Outputs().GetProperty("chunks")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.True(run.Outputs().GetProperty("best").GetDouble() > 0);

        run = await flow.RunNodeAsync("knowledge.search", new { knowledgeBase = "rules", query = "年假" });
        Assert.Contains("三十天", run.Outputs().GetProperty("chunks")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_question_finds_nothing()
    {
        using TestFlow flow = new();
        await flow.AddKnowledgeAsync("Rules", ("a.md", "text"));
        TestRun run = await flow.RunNodeAsync("knowledge.search", new { knowledgeBase = "rules", query = "{{ start.q }}" }, new { q = " " }, "q");
        Assert.Equal("""{"chunks":[],"count":0,"best":0}""", run.Outputs().GetRawText());
    }

    [Fact]
    public async Task A_missing_knowledge_base_is_said()
    {
        using TestFlow flow = new();
        Assert.Equal("knowledge.unknown", (await flow.RunNodeAsync("knowledge.search", new { knowledgeBase = "gone", query = "x" })).Error.Code);
    }
}
