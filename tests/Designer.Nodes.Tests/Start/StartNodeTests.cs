using Designer.Engine;
using Xunit;

namespace Designer.Nodes.Tests.Start;

public class StartNodeTests
{
    private const string Flow = """
        { "schema": "designer.flow/1", "id": "0198f2c4-0000-7000-8000-000000000009", "name": "T", "mode": "task", "nodes": [
          { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [
            { "name": "question", "type": "string", "required": true },
            { "name": "count", "type": "integer", "default": 3 },
            { "name": "tags", "type": "array<string>" },
            { "name": "ratio", "type": "number" },
            { "name": "exact", "type": "boolean", "default": false },
            { "name": "filter", "type": "object" } ] } },
          { "id": "answer", "type": "answer", "typeVersion": 1, "name": "Answer", "position": { "x": 280, "y": 0 }, "settings": { "text": "{{ start.question }}/{{ start.count }}/{{ start.exact }}/{{ start.tags }}",
            "outputs": [ { "name": "count", "value": "{{ start.count }}" }, { "name": "greeting", "value": "Hi {{ start.question }}" } ] } } ],
          "edges": [ { "id": "e1", "from": "start:out", "to": "answer:in" } ] }
        """;

    [Fact]
    public async Task Inputs_become_outputs_and_defaults_fill_in()
    {
        using TestFlow flow = new();
        TestRun run = await flow.RunAsync(Flow, new { question = "Why?", tags = new[] { "a" }, unknown = 1 });
        Assert.Equal("Why?/3/false/[\"a\"]", run.Text);
        Assert.Equal(3, run.Row.Output!.Value.GetProperty("count").GetInt32());
        Assert.Equal("Hi Why?", run.Row.Output!.Value.GetProperty("greeting").GetString());
    }

    [Fact]
    public async Task All_that_does_not_fit_is_said_at_once()
    {
        using TestFlow flow = new();
        TestRun run = await flow.RunAsync(Flow, new { count = 1.5, tags = new object[] { "a", 2 }, ratio = "big", exact = "yes", filter = new[] { 1 } });
        Assert.Equal(RunState.Failed, run.Row.State);
        Assert.Equal("input.invalid", run.Error.Code);
        foreach (string part in new[] { "“question” is missing", "“count” must be a whole number, not a number", "“tags” entry 1 must be a text", "“ratio” must be a number, not a text", "“exact” must be true or false", "“filter” must be an object, not a list" })
            Assert.Contains(part, run.Error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"question\": \"  \"}", "is empty")]
    [InlineData("[1]", "must be an object")]
    [InlineData("\"text\"", "must be an object")]
    public async Task Odd_inputs_are_refused(string input, string message)
    {
        using TestFlow flow = new();
        TestRun run = await flow.RunAsync(Flow, System.Text.Json.JsonElement.Parse(input));
        Assert.Equal("input.invalid", run.Error.Code);
        Assert.Contains(message, run.Error.Message, StringComparison.Ordinal);
    }
}
