using System.Text.Json;
using Designer.Engine;
using Xunit;

namespace Designer.Nodes.Tests.Logic;

public class LogicNodesTests
{
    [Theory]
    [InlineData("""[{"left":"{{ start.n }}","operator":"greater","right":3}]""", "true")]
    [InlineData("""[{"left":"{{ start.n }}","operator":"greater","right":5}]""", "false")]
    [InlineData("""{"match":"any","rows":[{"left":"{{ start.n }}","operator":"greater","right":9},{"left":"{{ start.kind }}","operator":"equals","right":"a"}]}""", "true")]
    [InlineData("""[{"left":"{{ start.n }}","operator":"greater","right":9},{"left":"{{ start.kind }}","operator":"equals","right":"a"}]""", "false")]
    [InlineData("\"start.n > 4 and start.kind == 'a'\"", "true")]
    [InlineData("\"start.missing\"", "false")]
    public async Task A_condition_takes_one_of_two_ways(string condition, string port)
    {
        using TestFlow flow = new();
        TestRun run = await flow.RunNodeAsync("logic.condition", new { condition = JsonElement.Parse(condition) }, new { n = 5, kind = "a" }, "n,kind,missing");
        Assert.Equal(port, run.Port());
        Assert.Equal(port == "true", run.Outputs().GetProperty("result").GetBoolean());
    }

    private static object[] Classes(params string[] names) => [.. names.Select(n => new { name = n, description = $"About {n}", examples = new[] { $"a question about {n}" } })];

    [Theory]
    [InlineData("I want my invoice and the billing address changed", "case:billing")]
    [InlineData("the delivery of my parcel is late", "case:delivery")]
    [InlineData("zzz qqq", "case:other")]
    public async Task The_embedded_model_routes_by_words(string text, string port)
    {
        using TestFlow flow = new();
        TestRun run = await flow.RunNodeAsync("logic.classify", new { model = "@slot:model", text = "{{ start.text }}", classes = Classes("billing", "delivery") }, new { text }, "text");
        Assert.Equal(port, run.Port());
        Assert.Equal(port, "case:" + run.Outputs().GetProperty("label").GetString());
    }

    [Theory]
    [InlineData("""{"label":"delivery","confidence":0.9}""", "case:delivery")]
    [InlineData("""{"label":"delivery","confidence":0.3}""", "case:other")]
    [InlineData("""{"label":"other","confidence":1}""", "case:other")]
    public async Task A_model_routes_within_the_classes(string answer, string port)
    {
        using TestFlow flow = new();
        flow.Models.Client.Say(answer);
        TestRun run = await flow.RunNodeAsync("logic.classify", new { model = "scripted", text = "where is it", classes = Classes("billing", "delivery") });
        Assert.Equal(port, run.Port());
        Assert.Contains("About billing", flow.Models.Client.LastPrompt, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_class_that_does_not_exist_is_no_answer()
    {
        using TestFlow flow = new();
        flow.Models.Client.Say("""{"label":"weather","confidence":1}""");
        TestRun run = await flow.RunNodeAsync("logic.classify", new { model = "scripted", text = "x", classes = Classes("billing", "delivery") });
        Assert.Equal("answer.invalid", run.Error.Code);
    }

    private static string ForEach(string settings, string code) => $$$"""
        { "schema": "designer.flow/1", "id": "0198f2c4-0000-7000-8000-000000000009", "name": "T", "mode": "task", "nodes": [
          { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [ { "name": "list", "type": "array" } ] } },
          { "id": "loop", "type": "logic.forEach", "typeVersion": 1, "name": "Loop", "position": { "x": 280, "y": 0 }, "settings": {{{settings}}},
            "children": { "nodes": [ { "id": "work", "type": "tools.code", "typeVersion": 1, "name": "Work", "position": { "x": 0, "y": 0 }, "settings": { "code": "{{{code}}}", "input": { "x": "{{ each.item }}", "i": "{{ each.index }}" } } } ], "edges": [] } } ],
          "edges": [ { "id": "e1", "from": "start:out", "to": "loop:in" } ] }
        """;

    [Theory]
    [InlineData(1), InlineData(3)]
    public async Task Results_come_in_the_order_of_the_items(int concurrency)
    {
        using TestFlow flow = new();
        TestRun run = await flow.RunAsync(ForEach($$$"""{ "items": "{{ start.list }}", "concurrency": {{{concurrency}}}, "collect": "{{ work.result }}" }""", "return input.x * 10 + input.i"), new { list = new[] { 1, 2, 3, 4, 5 } });
        Assert.Equal("[10,21,32,43,54]", run.Outputs("loop").GetProperty("results").GetRawText());
        Assert.Contains("loop#4/work", run.Steps);
    }

    [Theory]
    [InlineData("skip", "[1,3]", 1)]
    [InlineData("default", "[1,\"none\",3]", 1)]
    public async Task A_failed_item_is_left_out_or_replaced(string action, string results, int errors)
    {
        using TestFlow flow = new();
        TestRun run = await flow.RunAsync(ForEach($$$"""{ "items": "{{ start.list }}", "onItemError": "{{{action}}}", "default": "none", "collect": "{{ work.result }}" }""", "if (input.x == 2) throw new Error('no two'); return input.x"), new { list = new[] { 1, 2, 3 } });
        Assert.Equal(results, run.Outputs("loop").GetProperty("results").GetRawText());
        Assert.Equal(errors, run.Outputs("loop").GetProperty("errors").GetArrayLength());
        Assert.Equal(1, run.Outputs("loop").GetProperty("errors")[0].GetProperty("index").GetInt32());
    }

    [Fact]
    public async Task A_failed_item_fails_the_loop()
    {
        using TestFlow flow = new();
        TestRun run = await flow.RunAsync(ForEach("""{ "items": "{{ start.list }}", "concurrency": 2, "collect": "{{ work.result }}" }""", "if (input.x == 2) throw new Error('no two'); return input.x"), new { list = new[] { 1, 2, 3 } });
        Assert.Equal(RunState.Failed, run.Row.State);
        Assert.Contains("no two", run.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_list_yields_nothing()
    {
        using TestFlow flow = new();
        TestRun run = await flow.RunAsync(ForEach("""{ "items": "{{ start.list }}", "collect": "{{ work.result }}" }""", "return 1"), new { list = Array.Empty<int>() });
        Assert.Equal("[]", run.Outputs("loop").GetProperty("results").GetRawText());
    }

    private static string While(string condition, int most) => $$$"""
        { "schema": "designer.flow/1", "id": "0198f2c4-0000-7000-8000-000000000009", "name": "T", "mode": "task", "nodes": [
          { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [ { "name": "limit", "type": "integer" } ] } },
          { "id": "loop", "type": "logic.while", "typeVersion": 1, "name": "Loop", "position": { "x": 280, "y": 0 },
            "settings": { "condition": {{{condition}}}, "maxIterations": {{{most}}}, "state": [ { "name": "n", "init": 1, "next": "{{ double.result }}", "type": "integer" }, { "name": "last", "next": "{{ state.n }}" }, { "name": "fixed", "init": "{{ start.limit }}" } ] },
            "children": { "nodes": [ { "id": "double", "type": "tools.code", "typeVersion": 1, "name": "Double", "position": { "x": 0, "y": 0 }, "settings": { "code": "return input.n * 2", "input": { "n": "{{ state.n }}" } } } ], "edges": [] } },
          { "id": "answer", "type": "answer", "typeVersion": 1, "name": "Answer", "position": { "x": 560, "y": 0 }, "settings": { "text": "{{ loop.n }} {{ loop.last }} {{ loop.fixed }}" } } ],
          "edges": [ { "id": "e1", "from": "start:out", "to": "loop:in" }, { "id": "e2", "from": "loop:out", "to": "answer:in" } ] }
        """;

    [Theory]
    [InlineData("\"state.n < start.limit\"")]
    [InlineData("""[{"left":"{{ state.n }}","operator":"less","right":"{{ start.limit }}"}]""")]
    public async Task A_loop_carries_its_state(string condition)
    {
        using TestFlow flow = new();
        Assert.Equal("16 8 10", (await flow.RunAsync(While(condition, 20), new { limit = 10 })).Text);
        Assert.Equal("1  0", (await flow.RunAsync(While(condition, 20), new { limit = 0 })).Text);
    }

    [Fact]
    public async Task A_loop_that_does_not_end_is_stopped()
    {
        using TestFlow flow = new();
        TestRun run = await flow.RunAsync(While("\"state.n > 0\"", 5), new { limit = 10 });
        Assert.Equal("loop.limit", run.Error.Code);
        Assert.Equal(5, run.Steps.Count(s => s.EndsWith("/double", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_sub_flow_answers()
    {
        using TestFlow flow = new();
        flow.Published["greet"] = flow.Version("""
            { "schema": "designer.flow/1", "id": "0198f2c4-0000-7000-8000-000000000010", "name": "Greet", "mode": "task", "nodes": [
              { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [ { "name": "who", "type": "string", "required": true } ] } },
              { "id": "answer", "type": "answer", "typeVersion": 1, "name": "Answer", "position": { "x": 280, "y": 0 }, "settings": { "text": "Hello {{ start.who }}" } } ],
              "edges": [ { "id": "e1", "from": "start:out", "to": "answer:in" } ] }
            """);
        TestRun run = await flow.RunNodeAsync("logic.subflow", new { flow = "greet", input = new { who = "{{ start.name }}" } }, new { name = "Ada" }, "name");
        Assert.Equal("Hello Ada", run.Outputs().GetProperty("output").GetProperty("text").GetString());
        Assert.Equal("flow.unknown", (await flow.RunNodeAsync("logic.subflow", new { flow = "nobody" })).Error.Code);
        Assert.Equal("input.invalid", (await flow.RunNodeAsync("logic.subflow", new { flow = "greet" })).Error.Code);
    }
}
