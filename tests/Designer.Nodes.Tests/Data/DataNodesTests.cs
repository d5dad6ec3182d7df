using System.Text.Json;
using Designer.Engine;
using Xunit;

namespace Designer.Nodes.Tests.Data;

public class DataNodesTests
{
    [Fact]
    public async Task A_template_writes_text()
    {
        using TestFlow flow = new();
        TestRun run = await flow.RunNodeAsync("data.template", new { text = "{% for x in start.list %}{{ x | upcase }};{% endfor %}" }, new { list = new[] { "a", "{{ start }}" } }, "list");
        Assert.Equal("A;{{ START }};", run.Outputs().GetProperty("text").GetString());
    }

    [Fact]
    public async Task The_first_value_that_exists_is_taken()
    {
        using TestFlow flow = new();
        TestRun run = await flow.RunNodeAsync("data.merge", new { values = new[] { "{{ start.a }}", "{{ start.b }}", "{{ start.c }}" } }, new { b = new { deep = 1 }, c = 2 }, "a,b,c");
        Assert.Equal("""{"value":{"deep":1},"index":1}""", run.Outputs().GetRawText());

        run = await flow.RunNodeAsync("data.merge", new { values = new[] { "{{ start.a }}" }, otherwise = "none" }, new { }, "a");
        Assert.Equal("""{"value":"none","index":-1}""", run.Outputs().GetRawText());
    }

    [Fact]
    public async Task Variables_are_set_and_seen_by_later_nodes()
    {
        using TestFlow flow = new();
        TestRun run = await flow.RunAsync("""
            { "schema": "designer.flow/1", "id": "0198f2c4-0000-7000-8000-000000000009", "name": "T", "mode": "task",
              "variables": [ { "name": "count", "type": "integer", "default": 1, "scope": "run" }, { "name": "who", "type": "string", "scope": "run" } ],
              "nodes": [
                { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [ { "name": "n", "type": "integer" } ] } },
                { "id": "set", "type": "data.set", "typeVersion": 1, "name": "Set", "position": { "x": 280, "y": 0 }, "settings": { "variables": [ { "variable": "count", "value": "{{ start.n }}" }, { "variable": "who", "value": "was {{ vars.count }}" } ] } },
                { "id": "answer", "type": "answer", "typeVersion": 1, "name": "Answer", "position": { "x": 560, "y": 0 }, "settings": { "text": "{{ vars.count }} {{ vars.who }}" } } ],
              "edges": [ { "id": "e1", "from": "start:out", "to": "set:in" }, { "id": "e2", "from": "set:out", "to": "answer:in" } ] }
            """, new { n = 7 });
        Assert.Equal("7 was 1", run.Text);
    }

    private static readonly object Schema = new
    {
        type = "object",
        properties = new { name = new { type = "string" }, age = new { type = "integer" }, email = new { type = "string" } },
        required = new[] { "name" },
    };

    [Fact]
    public async Task Fields_are_extracted_by_a_model_that_knows_schemas()
    {
        using TestFlow flow = new();
        flow.Models.Client.Say("""{"name":"Ada",""", """ "age": 36}""");
        TestRun run = await flow.RunNodeAsync("data.extract", new { model = "scripted", text = "{{ start.text }}", schema = Schema }, new { text = "Ada is 36." }, "text");
        Assert.Equal("""{"name":"Ada","age":36,"email":null}""", run.Outputs().GetRawText());
        Assert.NotNull(flow.Models.Client.Calls[0].Options!.ResponseFormat);
        Assert.Equal("Ada is 36.", flow.Models.Client.Calls[0].Messages[1].Text);
        Assert.Equal(1, run.Row.Usage.ModelCalls);
    }

    [Fact]
    public async Task A_wrong_answer_is_repaired_once()
    {
        using TestFlow flow = new(new ScriptedModels(Designer.Models.Connections.ModelCapabilities.Chat));
        flow.Models.Client.Say("Sure! ```json\n{\"age\": \"old\"}\n```").Say("Here: {\"name\": \"Ada\", \"age\": null}");
        TestRun run = await flow.RunNodeAsync("data.extract", new { model = "scripted", text = "Ada", schema = Schema });
        Assert.Equal("Ada", run.Outputs().GetProperty("name").GetString());
        // Without response formats the schema goes in words, and the repair says what is wrong.
        Assert.Null(flow.Models.Client.Calls[0].Options!.ResponseFormat);
        Assert.Contains("\"properties\"", flow.Models.Client.Calls[0].Messages[0].Text, StringComparison.Ordinal);
        Assert.Contains("PropertyRequired", flow.Models.Client.LastPrompt, StringComparison.Ordinal);
        Assert.Contains("IntegerExpected", flow.Models.Client.LastPrompt, StringComparison.Ordinal);
        Assert.Equal(2, run.Row.Usage.ModelCalls);
    }

    [Theory]
    [InlineData("I cannot do that.")]
    [InlineData("{\"age\": 1}")]
    [InlineData("{\"name\": ")]
    public async Task An_answer_that_stays_wrong_is_an_error(string answer)
    {
        using TestFlow flow = new();
        flow.Models.Client.Say(answer);
        TestRun run = await flow.RunNodeAsync("data.extract", new { model = "scripted", text = "x", schema = Schema });
        Assert.Equal("answer.invalid", run.Error.Code);
        Assert.Equal(2, flow.Models.Client.Calls.Count);
    }

    [Fact]
    public async Task The_embedded_model_extracts_what_stands_beside_its_label()
    {
        using TestFlow flow = new();
        TestRun run = await flow.RunNodeAsync("data.extract", new { model = "@slot:model", text = "{{ start.text }}", schema = new { type = "object", properties = new { email = new { type = "string", format = "email" } } } },
            new { text = "Invoice for Ada Lovelace\nTotal: 120.50\nEmail: ada@example.org" }, "text");
        Assert.Equal("ada@example.org", run.Outputs().GetProperty("email").GetString());
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"http://127.0.0.1:1/x.json"}}}""", "another document")]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"file:///etc/passwd"}}}""", "another document")]
    [InlineData("""{"type":"string"}""", "at least one property")]
    [InlineData("""{"type":"object","properties":{}}""", "at least one property")]
    public async Task A_schema_that_reaches_out_is_refused(string schema, string message)
    {
        using TestFlow flow = new();
        TestRun run = await flow.RunNodeAsync("data.extract", new { model = "scripted", text = "x", schema = JsonElement.Parse(schema) });
        Assert.Equal("schema.invalid", run.Error.Code);
        Assert.Contains(message, run.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pattern_that_takes_for_ever_is_not_run()
    {
        using TestFlow flow = new();
        string text = new('a', 60);
        flow.Models.Client.Say($$"""{"a":"{{text}}!"}""");
        TestRun run = await flow.RunNodeAsync("data.extract", new { model = "scripted", text = "x", schema = JsonElement.Parse("""{"type":"object","properties":{"a":{"type":"string","pattern":"^(a+)+$"}}}""") });
        Assert.Equal(RunState.Completed, run.Row.State);
    }
}
