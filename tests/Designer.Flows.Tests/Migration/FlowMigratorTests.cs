using System.Text.Json;
using Designer.Flows.Tests.Document;
using Xunit;

namespace Designer.Flows.Tests.Migration;

public class FlowMigratorTests
{
    private sealed class Step(string type, int from, Func<JsonElement, JsonElement> migrate) : IFlowMigration
    {
        public string Type => type;
        public int From => from;
        public JsonElement Migrate(JsonElement settings) => migrate(settings);
    }

    [Fact]
    public void Steps_follow_each_other_in_bodies_too()
    {
        FlowDocument flow = FlowJson.Read(Samples.Flow("""
            "nodes":[{"id":"a","type":"t","settings":{"old":1}},{"id":"l","type":"loop","children":{"nodes":[{"id":"b","type":"t","typeVersion":2},{"id":"c","type":"u"}],"edges":[]}}]
            """));
        Step[] steps =
        [
            new("t", 1, s => JsonElement.Parse($$"""{"middle":{{s.GetProperty("old")}}}""")),
            new("t", 2, s => JsonElement.Parse($$"""{"new":{{(s.ValueKind == JsonValueKind.Object ? s.GetProperty("middle").GetRawText() : "0")}}}""")),
        ];
        (FlowDocument migrated, MigrationReport report) = FlowMigrator.Migrate(flow, steps);
        Assert.Equal([new MigratedNode("a", "t", 1, 3), new MigratedNode("b", "t", 2, 3)], report.Nodes);
        Assert.Equal((3, """{"new":1}"""), (migrated.Nodes[0].TypeVersion, migrated.Nodes[0].Settings.GetRawText()));
        Assert.Equal("""{"new":0}""", migrated.Nodes[1].Children!.Nodes[0].Settings.GetRawText());
        Assert.Empty(report.Problems);
    }

    [Fact]
    public void Without_a_step_the_same_document_comes_back()
    {
        FlowDocument flow = FlowJson.Read(Samples.Handbook());
        (FlowDocument migrated, MigrationReport report) = FlowMigrator.Migrate(flow, []);
        Assert.Same(flow, migrated);
        Assert.True(report.IsEmpty);
    }

    [Fact]
    public void A_step_that_fails_leaves_the_node_and_says_so()
    {
        FlowDocument flow = FlowJson.Read(Samples.Flow("""
            "nodes":[{"id":"a","type":"t","name":"Fetch"}]
            """));
        (FlowDocument migrated, MigrationReport report) = FlowMigrator.Migrate(flow, [new Step("t", 1, s => s.GetProperty("old"))]);
        Assert.Equal(1, migrated.Nodes[0].TypeVersion);
        Problem problem = Assert.Single(report.Problems);
        Assert.Equal(("node.migrationFailed", "a"), (problem.Code, problem.NodeId));
        Assert.Contains("\"Fetch\"", problem.Message.ToString(), StringComparison.Ordinal);
    }
}
