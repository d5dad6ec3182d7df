using System.Text.Json;
using Designer.Models.OpenAi;
using Microsoft.Extensions.AI;

namespace Designer.Models.Tests.OpenAi;

/// <summary>What a well-behaved server sends arrives, and what we send is what such servers read.</summary>
public sealed class OpenAiChatTests
{
    private static readonly ChatMessage[] s_hello = [new(ChatRole.System, "Be brief."), new(ChatRole.User, "Hello")];

    [Fact]
    public async Task An_answer_arrives_with_its_usage_and_the_settings_reach_the_server()
    {
        await using var server = await ScriptedServer.StartAsync(Scenes.Answer(Scenes.Text("Hi there")));
        using var models = new TestModels();
        var client = await models.ClientAsync(TestModels.Connection(server.Endpoint));

        var response = await client.GetResponseAsync(s_hello, new ChatOptions { Temperature = 0.3f, MaxOutputTokens = 50, Seed = 42, StopSequences = ["END"] });

        Assert.Equal("Hi there", response.Text);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.Equal((7, 3), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount));
        var (path, authorization, body) = Assert.Single(server.Requests);
        Assert.Equal("/v1/chat/completions", path);
        Assert.Equal("Bearer sk-secret-0123456789", authorization);
        Assert.Equal("test-1", body.GetProperty("model").GetString());
        Assert.Equal(0.3, body.GetProperty("temperature").GetDouble(), 3);
        Assert.Equal(50, body.GetProperty("max_tokens").GetInt32());
        Assert.False(body.TryGetProperty("max_completion_tokens", out _));
        Assert.Equal(42, body.GetProperty("seed").GetInt64());
        Assert.Equal("END", body.GetProperty("stop")[0].GetString());
        Assert.Equal(["system", "user"], body.GetProperty("messages").EnumerateArray().Select(m => m.GetProperty("role").GetString()));
    }

    [Fact]
    public async Task A_stream_arrives_piece_by_piece_and_ends_with_its_usage()
    {
        await using var server = await ScriptedServer.StartAsync(Scenes.Stream(["Hel", "lo ", "there"]));
        using var models = new TestModels();
        var client = await models.ClientAsync(TestModels.Connection(server.Endpoint));

        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in client.GetStreamingResponseAsync(s_hello)) updates.Add(update);

        Assert.Equal(["Hel", "lo ", "there"], updates.Select(u => u.Text).Where(t => t.Length > 0));
        var usage = Assert.Single(updates.SelectMany(u => u.Contents).OfType<UsageContent>());
        Assert.Equal((11, 5), (usage.Details.InputTokenCount, usage.Details.OutputTokenCount));
        var body = Assert.Single(server.Requests).Body;
        Assert.True(body.GetProperty("stream").GetBoolean());
        Assert.True(body.GetProperty("stream_options").GetProperty("include_usage").GetBoolean());
    }

    [Fact]
    public async Task The_first_piece_arrives_while_the_server_is_still_writing()
    {
        var release = new TaskCompletionSource();
        await using var server = await ScriptedServer.StartAsync(Scenes.Stream(["first"], async context =>
        {
            await release.Task;
            await Scenes.SendAsync(context, Scenes.Chunk("""{"content":" second"}""", "\"stop\""));
            await Scenes.SendAsync(context, "[DONE]");
        }));
        using var models = new TestModels();
        var client = await models.ClientAsync(TestModels.Connection(server.Endpoint));

        var text = "";
        await foreach (var update in client.GetStreamingResponseAsync(s_hello))
        {
            text += update.Text;
            if (text == "first") release.TrySetResult();
        }

        Assert.Equal("first second", text);
    }

    [Fact]
    public async Task A_tool_call_is_handed_back_and_not_invoked()
    {
        const string call = """{"role":"assistant","content":null,"tool_calls":[{"id":"t1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Bern\"}"}}]}""";
        await using var server = await ScriptedServer.StartAsync(Scenes.Answer(call, "tool_calls"));
        using var models = new TestModels();
        var client = await models.ClientAsync(TestModels.Connection(server.Endpoint));
        var invoked = 0;
        var tool = AIFunctionFactory.Create((string city) => invoked++, "weather", "The weather in a city.");

        var response = await client.GetResponseAsync(s_hello, new ChatOptions { Tools = [tool], ToolMode = ChatToolMode.Auto });

        var asked = Assert.Single(response.Messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>());
        Assert.Equal(("t1", "weather", "Bern"), (asked.CallId, asked.Name, asked.Arguments!["city"]!.ToString()));
        Assert.Equal(0, invoked);
        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
        var body = Assert.Single(server.Requests).Body;
        Assert.Equal("weather", body.GetProperty("tools")[0].GetProperty("function").GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_streamed_tool_call_is_put_together_and_its_result_goes_back()
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            Scenes.Open(context);
            await Scenes.SendAsync(context, Scenes.Chunk("""{"role":"assistant","tool_calls":[{"index":0,"id":"t1","type":"function","function":{"name":"weather","arguments":""}}]}"""));
            await Scenes.SendAsync(context, Scenes.Chunk("""{"tool_calls":[{"index":0,"function":{"arguments":"{\"city\":"}}]}"""));
            await Scenes.SendAsync(context, Scenes.Chunk("""{"tool_calls":[{"index":0,"function":{"arguments":"\"Bern\"}"}}]}"""));
            await Scenes.SendAsync(context, Scenes.Chunk("{}", "\"tool_calls\""));
            await Scenes.SendAsync(context, "[DONE]");
        });
        using var models = new TestModels();
        var client = await models.ClientAsync(TestModels.Connection(server.Endpoint));
        var tool = AIFunctionFactory.CreateDeclaration("weather", null, JsonElement.Parse("""{"type":"object","properties":{"city":{"type":"string"}}}"""));

        var calls = new List<FunctionCallContent>();
        await foreach (var update in client.GetStreamingResponseAsync(s_hello, new ChatOptions { Tools = [tool] })) calls.AddRange(update.Contents.OfType<FunctionCallContent>());
        var asked = Assert.Single(calls);
        ChatMessage[] next = [.. s_hello, new(ChatRole.Assistant, [asked]), new(ChatRole.Tool, [new FunctionResultContent("t1", "sunny")])];
        await foreach (var _ in client.GetStreamingResponseAsync(next, new ChatOptions { Tools = [tool] })) { }

        Assert.Equal("Bern", asked.Arguments!["city"]!.ToString());
        var last = server.Requests.Last().Body.GetProperty("messages").EnumerateArray().Last();
        Assert.Equal(("tool", "t1", "sunny"), (last.GetProperty("role").GetString(), last.GetProperty("tool_call_id").GetString(), last.GetProperty("content").GetString()));
    }

    [Fact]
    public async Task A_json_schema_is_sent_as_the_response_format()
    {
        await using var server = await ScriptedServer.StartAsync(Scenes.Answer(Scenes.Text("{}")));
        using var models = new TestModels();
        var client = await models.ClientAsync(TestModels.Connection(server.Endpoint));
        var schema = JsonElement.Parse("""{"type":"object","properties":{"name":{"type":"string"}},"required":["name"],"additionalProperties":false}""");

        await client.GetResponseAsync(s_hello, new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(schema, "person") });

        var format = Assert.Single(server.Requests).Body.GetProperty("response_format");
        Assert.Equal("json_schema", format.GetProperty("type").GetString());
        Assert.Equal("person", format.GetProperty("json_schema").GetProperty("name").GetString());
        Assert.Equal("string", format.GetProperty("json_schema").GetProperty("schema").GetProperty("properties").GetProperty("name").GetProperty("type").GetString());
    }

    [Fact]
    public async Task A_server_without_a_key_gets_no_authorization_header()
    {
        await using var server = await ScriptedServer.StartAsync(Scenes.Answer(Scenes.Text("ok")));
        using var models = new TestModels();
        var client = await models.ClientAsync(TestModels.Connection(server.Endpoint, key: null));

        await client.GetResponseAsync(s_hello);

        Assert.Null(Assert.Single(server.Requests).Authorization);
    }

    [Theory]
    [InlineData(null, "https://api.openai.com/v1")]
    [InlineData("http://host:11434", "http://host:11434/v1")]
    [InlineData("http://host:11434/", "http://host:11434/v1")]
    [InlineData("http://host/v1/", "http://host/v1")]
    [InlineData("https://host/api/v1/chat/completions", "https://host/api/v1")]
    [InlineData("https://host/v1/models", "https://host/v1")]
    public void Pasted_addresses_become_the_base(string? pasted, string expected) =>
        Assert.Equal(new Uri(expected), OpenAiChatClients.BaseAddress(pasted is null ? null : new Uri(pasted)));
}
