using Designer.Engine;
using Designer.Flows;
using Designer.Models;
using Designer.Models.Extractive;
using Designer.Models.Network;
using Microsoft.Extensions.AI;
using Xunit;

namespace Designer.Nodes.Tests.Models;

public class ChatNodeTests
{
    private static readonly object[] Ask = [new { role = "system", text = "Be brief. {{ start.context }}" }, new { role = "user", text = "{{ start.question }}" }];

    private static Nodes.Models.ChatNode Node(ScriptedModels models) => new(models, new(NetworkPolicy.PublicOnly));

    [Fact]
    public async Task Messages_options_usage_and_text()
    {
        using TestFlow flow = new();
        flow.Models.Client.Say("Hel", "lo");
        TestRun run = await flow.RunNodeAsync("model.chat", new { model = "scripted", messages = Ask, temperature = 0.2, maxTokens = 99, seed = 5, stop = new[] { "END" } }, new { question = "Hi {{ x }}" }, "question,context");
        (IReadOnlyList<ChatMessage> messages, ChatOptions? options) = Assert.Single(flow.Models.Client.Calls);
        Assert.Equal(["system: Be brief. ", "user: Hi {{ x }}"], messages.Select(m => $"{m.Role}: {m.Text}"));
        Assert.Equal((0.2f, 99, 5L, "END"), (options!.Temperature!.Value, options.MaxOutputTokens!.Value, options.Seed!.Value, options.StopSequences!.Single()));
        Assert.Equal("Hello", run.Outputs().GetProperty("text").GetString());
        Assert.Equal("scripted-1", run.Outputs().GetProperty("model").GetString());
        Assert.Equal(new Usage(10, 5, 20 / 1_000_000m, 1), run.Row.Usage);
    }

    [Fact]
    public async Task Ways_of_drawing_and_the_adapter_go_along_only_where_they_are_set()
    {
        FakeStep step = new();
        ScriptedModels models = new();
        models.Client.Say("a");
        Nodes.Models.ChatNode.Settings plain = new("scripted", [new(Nodes.Models.ChatNode.Role.User, "x")]);
        await Node(models).RunAsync(plain with { TopK = 40, MinP = 0.25, RepetitionPenalty = 1.5 }, step);
        await Node(models).RunAsync(plain with { Adapter = " " }, step);
        ChatOptions drawn = models.Client.Calls[0].Options!;
        Assert.Equal((40, 0.25f, 1.5f), (drawn.TopK, drawn.AdditionalProperties![CallOptions.MinP], drawn.AdditionalProperties[CallOptions.RepetitionPenalty]));
        Assert.Null(models.Client.Calls[1].Options!.AdditionalProperties);
        StepException refused = await Assert.ThrowsAsync<StepException>(() => Node(models).RunAsync(plain with { Adapter = "orla" }, step).AsTask());
        Assert.Equal("model.noAdapter", refused.Code);
        Assert.Equal(2, models.Client.Calls.Count);
    }

    [Fact]
    public async Task Tokens_stream_in_pieces()
    {
        FakeStep step = new();
        ScriptedModels models = new();
        models.Client.Say("a", "b", "c");
        await Node(models).RunAsync(new("scripted", [new(Nodes.Models.ChatNode.Role.User, "x")]), step);
        Assert.Equal(["a", "b", "c"], step.Tokens);
        Assert.True(step.FakeBudget.Reserved > 2048);
        Assert.Equal(15, step.FakeBudget.Settled.InputTokens + step.FakeBudget.Settled.OutputTokens);
    }

    [Fact]
    public async Task Marks_become_citations_of_the_sources_that_were_sent()
    {
        using TestFlow flow = new();
        Chunk[] chunks = [new("c1", "d1", "Leave \"policy\"", "You get 30 days of leave. <b>Ask early.</b>", 1, Page: 3), new("c2", "d1", "Travel", "Trains first.", 0.5)];
        flow.Models.Client.Say("You get 30 days of leave. [1] And more [2, 1][7], or 【2】. See [x].");
        TestRun run = await flow.RunNodeAsync("model.chat", new { model = "scripted", messages = new[] { new { role = "system", text = "{{ start.chunks | context }}" }, new { role = "user", text = "?" } } }, new { chunks }, "chunks");
        Assert.Equal(
            """[{"n":1,"chunkId":"c1","title":"Leave \"policy\"","page":3,"quote":"You get 30 days of leave."},{"n":2,"chunkId":"c2","title":"Travel"}]""",
            run.Outputs().GetProperty("citations").GetRawText());
    }

    [Fact]
    public async Task The_conversations_past_stands_between_instructions_and_question()
    {
        FakeStep step = new() { FakeConversation = new("c", [Message.Text("user", "one"), Message.Text("assistant", "two"), Message.Text("user", "three"), Message.Text("assistant", "four")], new Dictionary<string, System.Text.Json.JsonElement>()) };
        ScriptedModels models = new();
        models.Client.Say("ok");
        await Node(models).RunAsync(new("scripted", [new(Nodes.Models.ChatNode.Role.System, "sys"), new(Nodes.Models.ChatNode.Role.User, "now")], History: 3), step);
        Assert.Equal(["sys", "two", "three", "four", "now"], models.Client.Calls[0].Messages.Select(m => m.Text));
    }

    [Theory]
    [InlineData("nobody", "model.unknown")]
    [InlineData("", "model.unbound")]
    public async Task A_missing_model_is_said(string model, string code)
    {
        FakeStep step = new();
        StepException error = await Assert.ThrowsAsync<StepException>(async () => await Node(new ScriptedModels()).RunAsync(new(model, [new(Nodes.Models.ChatNode.Role.User, "x")]), step));
        Assert.Equal(code, error.Code);
    }

    [Fact]
    public async Task A_failing_model_keeps_its_code_and_patience_and_frees_the_budget()
    {
        FakeStep step = new();
        ScriptedModels models = new();
        models.Client.Fail(new ModelException(ModelErrorCodes.RateLimited, "Slow down.", true, TimeSpan.FromSeconds(7)));
        StepException error = await Assert.ThrowsAsync<StepException>(async () => await Node(models).RunAsync(new("scripted", [new(Nodes.Models.ChatNode.Role.User, "x")]), step));
        Assert.Equal(("model.rateLimited", true, TimeSpan.FromSeconds(7)), (error.Code, error.IsTransient, error.RetryAfter!.Value));
        Assert.Equal(new Usage(ModelCalls: 1), step.FakeBudget.Settled);
    }

    [Fact]
    public async Task Without_budget_no_call_is_made()
    {
        FakeStep step = new();
        step.FakeBudget.TokensLeft = 100;
        ScriptedModels models = new();
        models.Client.Say("x");
        StepException error = await Assert.ThrowsAsync<StepException>(async () => await Node(models).RunAsync(new("scripted", [new(Nodes.Models.ChatNode.Role.User, "x")]), step));
        Assert.Equal("budget.exceeded", error.Code);
        Assert.Empty(models.Client.Calls);
    }

    [Fact]
    public async Task A_model_that_never_stops_is_cut_off()
    {
        FakeStep step = new();
        ScriptedModels models = new();
        models.Client.Reply((_, _) => Enumerable.Repeat((AIContent)new TextContent("blah blah blah "), int.MaxValue));
        var result = await Node(models).RunAsync(new("scripted", [new(Nodes.Models.ChatNode.Role.User, "x")], MaxTokens: 100), step);
        Assert.Equal("length", result.Outputs.FinishReason);
        Assert.InRange(result.Outputs.Text.Length, 1_000, 3_000);
    }

    [Fact]
    public async Task The_embedded_model_answers_from_sources_with_citations()
    {
        using TestFlow flow = new();
        Chunk[] chunks = [new("c1", "d1", "Leave", "Employees get 30 days of paid leave a year. Ask your manager two weeks ahead.", 1), new("c2", "d2", "Travel", "Book trains in second class.", 0.5)];
        TestRun run = await flow.RunNodeAsync("model.chat", new { model = "@slot:model", messages = new[] { new { role = "system", text = "Answer from the context only.\n{{ start.chunks | context }}" }, new { role = "user", text = "How many days of paid leave do I get?" } } }, new { chunks }, "chunks");
        Assert.Contains("30 days", run.Outputs().GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal("c1", run.Outputs().GetProperty("citations")[0].GetProperty("chunkId").GetString());
        Assert.Equal(ExtractiveChatClient.ModelId, run.Outputs().GetProperty("model").GetString());
    }
}
