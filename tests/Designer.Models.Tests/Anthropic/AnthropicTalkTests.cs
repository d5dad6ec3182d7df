using System.Text.Json;
using Designer.Models.Connections;
using Designer.Models.Tests.OpenAi;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;

namespace Designer.Models.Tests.Anthropic;

/// <summary>Prompt caching and thinking as they stand on the wire.</summary>
public sealed class AnthropicTalkTests
{
    private static readonly ChatMessage s_system = new(ChatRole.System, "Be brief."), s_question = new(ChatRole.User, "Weather?");

    [Fact]
    public async Task Instructions_are_marked_for_the_cache_and_a_question_that_is_asked_once_is_not()
    {
        JsonElement body = await SentAsync([s_system, s_question]);

        Assert.Equal("ephemeral", body.GetProperty("system")[0].GetProperty("cache_control").GetProperty("type").GetString());
        Assert.Equal(1, Marks(body));
    }

    [Fact]
    public async Task What_will_come_again_is_marked_and_the_callers_messages_stay_as_they_were()
    {
        ChatMessage answer = new(ChatRole.Assistant, "Sunny."), result = new(ChatRole.Tool, [new FunctionResultContent("c1", "sunny")]);
        ChatMessage call = new(ChatRole.Assistant, [new FunctionCallContent("c1", "weather", new Dictionary<string, object?> { ["city"] = "Lisbon" })]);

        JsonElement talk = await SentAsync([s_system, s_question, answer, new(ChatRole.User, "And tomorrow?")]);
        JsonElement loop = await SentAsync([s_system, s_question, call, result]);

        Assert.Equal(2, Marks(talk));
        Assert.True(talk.GetProperty("messages")[1].GetProperty("content")[0].TryGetProperty("cache_control", out _), talk.ToString());
        Assert.Equal(2, Marks(loop));
        Assert.True(loop.GetProperty("messages")[2].GetProperty("content")[0].TryGetProperty("cache_control", out _), loop.ToString());
        Assert.All(((ChatMessage[])[s_system, s_question, answer, call, result]).SelectMany(m => m.Contents), content => Assert.Null(content.AdditionalProperties));
    }

    [Fact]
    public async Task What_came_from_the_cache_is_part_of_the_input_and_costs_less()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(context => StreamAsync(context, """{"input_tokens":25,"cache_read_input_tokens":1000,"cache_creation_input_tokens":200,"output_tokens":1}""",
            [Block(0, """{"type":"text","text":""}""", """{"type":"text_delta","text":"Hello."}""")], "end_turn"));
        using TestModels models = new();
        ModelConnection connection = Of(server) with { InputPrice = 10, OutputPrice = 100 };

        ChatResponse response = await (await models.ClientAsync(connection)).GetStreamingResponseAsync([s_question], cancellationToken: TestContext.Current.CancellationToken).ToChatResponseAsync(TestContext.Current.CancellationToken);

        UsageDetails used = response.Usage!;
        Assert.Equal((1225L, 1000L, 15L), (used.InputTokenCount, used.CachedInputTokenCount, used.OutputTokenCount));
        // 25 as they are, a tenth of 1,000, five quarters of 200; and 15 out.
        Assert.Equal((375m * 10 + 15 * 100) / 1_000_000, connection.Cost(1225, 15, used));
        Assert.Equal((1225m * 10 + 15 * 100) / 1_000_000, (connection with { Provider = ModelProviders.OpenAi }).Cost(1225, 15, used));
    }

    [Theory]
    [InlineData("medium", "adaptive")]
    [InlineData("budget-medium", "enabled")]
    [InlineData(null, null)]
    public async Task Thinking_is_asked_for_as_the_model_takes_it(string? setting, string? type)
    {
        JsonElement body = await SentAsync([s_question], new ModelOptions { Thinking = setting }, new ChatOptions { MaxOutputTokens = 8000 });

        Assert.Equal(type, body.TryGetProperty("thinking", out JsonElement thinking) ? thinking.GetProperty("type").GetString() : null);
        if (type == "adaptive") Assert.Equal("medium", body.GetProperty("output_config").GetProperty("effort").GetString());
        if (type == "enabled") Assert.InRange(thinking.GetProperty("budget_tokens").GetInt32(), 1024, 7999);
    }

    [Fact]
    public async Task Signed_and_redacted_thinking_goes_back_as_it_came()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(context => StreamAsync(context, """{"input_tokens":25,"output_tokens":1}""",
        [
            Block(0, """{"type":"thinking","thinking":"","signature":""}""", """{"type":"thinking_delta","thinking":"Hmm, "}""", """{"type":"thinking_delta","thinking":"Lisbon."}""", """{"type":"signature_delta","signature":"EqQBsigned"}"""),
            Block(1, """{"type":"redacted_thinking","data":"EmwKhidden"}"""),
            Block(2, """{"type":"tool_use","id":"toolu_1","name":"weather","input":{}}""", """{"type":"input_json_delta","partial_json":"{}"}"""),
        ], "tool_use"));
        using TestModels models = new();
        IChatClient client = await models.ClientAsync(Of(server));
        List<ChatResponseUpdate> updates = await client.GetStreamingResponseAsync([s_question], cancellationToken: TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        List<TextReasoningContent> heard = [.. updates.SelectMany(u => u.Contents).OfType<TextReasoningContent>()];

        // As an assistant keeps it: text and signature only, without the library's objects.
        TextReasoningContent thought = new(string.Concat(heard.Where(h => h.AdditionalProperties is null).Select(h => h.Text))) { ProtectedData = heard.Last(h => h.AdditionalProperties is null && h.ProtectedData is { Length: > 0 }).ProtectedData };
        TextReasoningContent redacted = new("") { ProtectedData = heard.Single(h => h.AdditionalProperties?.ContainsKey(ChatModel.RedactedThought) == true).ProtectedData, AdditionalProperties = new() { [ChatModel.RedactedThought] = true } };
        ChatMessage turn = new(ChatRole.Assistant, [thought, redacted, new FunctionCallContent("call_1", "weather", new Dictionary<string, object?>())]);
        await client.GetStreamingResponseAsync([s_question, turn, new(ChatRole.Tool, [new FunctionResultContent("call_1", "sunny")])], cancellationToken: TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

        JsonElement sent = server.Requests.Last().Body.GetProperty("messages")[1].GetProperty("content");
        Assert.Equal(("thinking", "Hmm, Lisbon.", "EqQBsigned"), (sent[0].GetProperty("type").GetString(), sent[0].GetProperty("thinking").GetString(), sent[0].GetProperty("signature").GetString()));
        Assert.Equal(("redacted_thinking", "EmwKhidden"), (sent[1].GetProperty("type").GetString(), sent[1].GetProperty("data").GetString()));
        Assert.Equal("tool_use", sent[2].GetProperty("type").GetString());
    }

    private static async Task<JsonElement> SentAsync(ChatMessage[] messages, ModelOptions? settings = null, ChatOptions? options = null)
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(context => StreamAsync(context, """{"input_tokens":25,"output_tokens":1}""", [Block(0, """{"type":"text","text":""}""", """{"type":"text_delta","text":"Hello."}""")], "end_turn"));
        using TestModels models = new();
        IChatClient client = await models.ClientAsync(Of(server) with { Options = settings ?? new ModelOptions() });
        await client.GetStreamingResponseAsync(messages, options, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        return Assert.Single(server.Requests).Body;
    }

    private static int Marks(JsonElement body) => body.GetRawText().Split("\"cache_control\"").Length - 1;

    private static ModelConnection Of(ScriptedServer server) => TestModels.Connection(server.Endpoint) with { Provider = ModelProviders.Anthropic, Model = "claude-test" };

    private static (string Name, string Data)[] Block(int index, string start, params string[] deltas) =>
    [
        ("content_block_start", $$$"""{"type":"content_block_start","index":{{{index}}},"content_block":{{{start}}}}"""),
        .. deltas.Select(delta => ("content_block_delta", $$$"""{"type":"content_block_delta","index":{{{index}}},"delta":{{{delta}}}}""")),
        ("content_block_stop", $$$"""{"type":"content_block_stop","index":{{{index}}}}"""),
    ];

    private static async Task StreamAsync(HttpContext context, string usage, (string Name, string Data)[][] blocks, string reason)
    {
        Scenes.Open(context);
        await EventAsync(context, "message_start", $$$"""{"type":"message_start","message":{"id":"m1","type":"message","role":"assistant","content":[],"model":"claude-test","stop_reason":null,"stop_sequence":null,"usage":{{{usage}}}}}""");
        foreach ((string name, string data) in blocks.SelectMany(b => b)) await EventAsync(context, name, data);
        await EventAsync(context, "message_delta", $$$"""{"type":"message_delta","delta":{"stop_reason":"{{{reason}}}","stop_sequence":null},"usage":{"output_tokens":15}}""");
        await EventAsync(context, "message_stop", """{"type":"message_stop"}""");
    }

    private static async Task EventAsync(HttpContext context, string name, string data)
    {
        await context.Response.WriteAsync($"event: {name}\ndata: {data}\n\n");
        await context.Response.Body.FlushAsync();
    }
}
