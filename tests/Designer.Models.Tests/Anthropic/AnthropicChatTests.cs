using System.ComponentModel;
using System.Text.Json;
using Designer.Models.Connections;
using Designer.Models.Tests.OpenAi;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;

namespace Designer.Models.Tests.Anthropic;

/// <summary>Anthropic's documented wire format, spoken with its own library through our HTTP stack.</summary>
public sealed class AnthropicChatTests
{
    private static readonly ChatMessage[] s_hello = [new(ChatRole.System, "Be brief."), new(ChatRole.User, "Hello")];

    [Fact]
    public async Task Text_streams_in_with_its_usage_and_the_key_goes_where_Anthropic_wants_it()
    {
        string? version = null;
        await using ScriptedServer server = await ScriptedServer.StartAsync(context =>
        {
            version = context.Request.Headers["anthropic-version"];
            return StreamAsync(context, Block(0, """{"type":"text","text":""}""", """{"type":"text_delta","text":"Hel"}""", """{"type":"text_delta","text":"lo."}"""), "end_turn");
        });
        using TestModels models = new();

        List<ChatResponseUpdate> updates = await (await models.ClientAsync(Of(server))).GetStreamingResponseAsync(s_hello, new ChatOptions { MaxOutputTokens = 77 }, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

        ChatResponse response = updates.ToChatResponse();
        Assert.Equal("Hello.", response.Text);
        Assert.True(updates.Count(u => u.Text.Length > 0) == 2, "It streams.");
        Assert.Equal((25, 15), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount));
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        (string path, string? authorization, JsonElement body) = Assert.Single(server.Requests);
        Assert.Equal("/v1/messages", path);
        Assert.Equal("Bearer sk-secret-0123456789", authorization);
        Assert.False(string.IsNullOrEmpty(version));
        Assert.Equal(("claude-test", 77, true), (body.GetProperty("model").GetString(), body.GetProperty("max_tokens").GetInt32(), body.GetProperty("stream").GetBoolean()));
        Assert.Contains("Be brief.", body.GetProperty("system").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_asks_for_no_key_gets_none_from_the_environment_either()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(context => StreamAsync(context, Block(0, """{"type":"text","text":""}""", """{"type":"text_delta","text":"Hello."}"""), "end_turn"));
        using TestModels models = new();

        ChatResponse response = await (await models.ClientAsync(Of(server) with { ProtectedKey = null })).GetStreamingResponseAsync(s_hello, cancellationToken: TestContext.Current.CancellationToken).ToChatResponseAsync(TestContext.Current.CancellationToken);

        Assert.Equal("Hello.", response.Text);
        Assert.Null(Assert.Single(server.Requests).Authorization);
    }

    [Fact]
    public async Task Tool_calls_come_whole_and_their_results_go_back()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(context => StreamAsync(context,
            Block(0, """{"type":"tool_use","id":"toolu_1","name":"weather","input":{}}""", """{"type":"input_json_delta","partial_json":"{\"city\": "}""", """{"type":"input_json_delta","partial_json":"\"Lisbon\"}"}"""), "tool_use"));
        using TestModels models = new();
        IChatClient client = await models.ClientAsync(Of(server));
        ChatOptions options = new() { Tools = [AIFunctionFactory.Create(([Description("City")] string city) => city, "weather")] };

        ChatResponse response = await client.GetStreamingResponseAsync(s_hello, options, TestContext.Current.CancellationToken).ToChatResponseAsync(TestContext.Current.CancellationToken);
        FunctionCallContent call = Assert.Single(response.Messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>());
        await client.GetStreamingResponseAsync([.. s_hello, .. response.Messages, new ChatMessage(ChatRole.Tool, [new FunctionResultContent(call.CallId, "sunny")])], options, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(("weather", "Lisbon"), (call.Name, call.Arguments!["city"]!.ToString()));
        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
        JsonElement tool = server.Requests.First().Body.GetProperty("tools")[0];
        Assert.Equal("weather", tool.GetProperty("name").GetString());
        Assert.True(tool.GetProperty("input_schema").GetProperty("properties").TryGetProperty("city", out _));
        string sent = server.Requests.Last().Body.GetProperty("messages").ToString();
        Assert.Contains("tool_result", sent, StringComparison.Ordinal);
        Assert.Contains("toolu_1", sent, StringComparison.Ordinal);
        Assert.Contains("sunny", sent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "authentication_error", "model.key")]
    [InlineData(404, "not_found_error", "model.unknown")]
    [InlineData(400, "invalid_request_error", "model.refused")]
    [InlineData(429, "rate_limit_error", "model.rateLimited")]
    [InlineData(529, "overloaded_error", "model.unavailable")]
    public async Task Its_errors_have_our_codes_and_no_key(int status, string type, string code)
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(Scenes.Status(status, $$$"""{"type":"error","error":{"type":"{{{type}}}","message":"said with sk-secret-0123456789"}}"""));
        using TestModels models = new();
        IChatClient client = await models.ClientAsync(Of(server) with { Options = new ModelOptions { Retries = 0 } });

        ModelException error = await Assert.ThrowsAsync<ModelException>(async () => await client.GetStreamingResponseAsync(s_hello).ToListAsync());

        Assert.Equal(code, error.Code);
        Assert.Contains("said with •••", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-secret", error.ToString(), StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_stream_that_is_cut_is_an_error_and_not_a_short_answer()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(async context =>
        {
            Scenes.Open(context);
            await EventAsync(context, "message_start", """{"type":"message_start","message":{"id":"m1","type":"message","role":"assistant","content":[],"model":"claude-test","stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"output_tokens":1}}}""");
            foreach ((string name, string data) in Block(0, """{"type":"text","text":""}""", """{"type":"text_delta","text":"Half"}""").Take(2)) await EventAsync(context, name, data);
            context.Abort();
        });
        using TestModels models = new();
        IChatClient client = await models.ClientAsync(Of(server));

        ModelException error = await Assert.ThrowsAsync<ModelException>(async () => await client.GetStreamingResponseAsync(s_hello).ToListAsync());

        Assert.Equal("model.badResponse", error.Code);
    }

    private static ModelConnection Of(ScriptedServer server) => TestModels.Connection(server.Endpoint) with { Provider = ModelProviders.Anthropic, Model = "claude-test" };

    private static IEnumerable<(string, string)> Block(int index, string start, params string[] deltas) =>
    [
        ("content_block_start", $$$"""{"type":"content_block_start","index":{{{index}}},"content_block":{{{start}}}}"""),
        .. deltas.Select(delta => ("content_block_delta", $$$"""{"type":"content_block_delta","index":{{{index}}},"delta":{{{delta}}}}""")),
        ("content_block_stop", $$$"""{"type":"content_block_stop","index":{{{index}}}}"""),
    ];

    private static async Task StreamAsync(HttpContext context, IEnumerable<(string Name, string Data)> block, string reason)
    {
        Scenes.Open(context);
        await EventAsync(context, "message_start", """{"type":"message_start","message":{"id":"m1","type":"message","role":"assistant","content":[],"model":"claude-test","stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"output_tokens":1}}}""");
        await EventAsync(context, "ping", """{"type":"ping"}""");
        foreach ((string name, string data) in block) await EventAsync(context, name, data);
        await EventAsync(context, "message_delta", $$$"""{"type":"message_delta","delta":{"stop_reason":"{{{reason}}}","stop_sequence":null},"usage":{"output_tokens":15}}""");
        await EventAsync(context, "message_stop", """{"type":"message_stop"}""");
    }

    private static async Task EventAsync(HttpContext context, string name, string data)
    {
        await context.Response.WriteAsync($"event: {name}\ndata: {data}\n\n");
        await context.Response.Body.FlushAsync();
    }
}
