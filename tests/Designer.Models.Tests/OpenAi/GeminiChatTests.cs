using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Designer.Models.Tests.OpenAi;

/// <summary>Gemini by its OpenAI-compatible endpoint, as it answers: its path, whole tool calls in one piece and without an index, usage in every piece.</summary>
public class GeminiChatTests
{
    private static readonly CancellationToken s_cancellation = TestContext.Current.CancellationToken;

    private static string Piece(string delta, string finish = "null") =>
        $$$"""{"choices":[{"delta":{{{delta}}},"finish_reason":{{{finish}}},"index":0}],"created":1764000000,"id":"x","model":"gemini-2.5-flash","object":"chat.completion.chunk","usage":{"completion_tokens":4,"prompt_tokens":9,"total_tokens":13}}""";

    [Fact]
    public async Task Text_and_its_usage_arrive()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(async context =>
        {
            Scenes.Open(context);
            await Scenes.SendAsync(context, Piece("""{"content":"It is","role":"assistant"}"""));
            await Scenes.SendAsync(context, Piece("""{"content":" sunny.","role":"assistant"}""", "\"stop\""));
            await Scenes.SendAsync(context, "[DONE]");
        });
        using TestModels models = new();
        IChatClient client = await models.ClientAsync(TestModels.Connection(new Uri(server.Endpoint, "/v1beta/openai/"), "AIza-key"));

        List<ChatResponseUpdate> updates = await client.GetStreamingResponseAsync("How is it?", new ChatOptions { MaxOutputTokens = 50, Temperature = 0.5f }, s_cancellation).ToListAsync(s_cancellation);

        ChatResponse response = updates.ToChatResponse();
        Assert.Equal("It is sunny.", response.Text);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        (string path, string? authorization, JsonElement body) = server.Requests.Single();
        Assert.Equal(("/v1beta/openai/chat/completions", "Bearer AIza-key"), (path, authorization));
        Assert.Equal(50, body.GetProperty("max_tokens").GetInt32());
    }

    [Fact]
    public async Task A_call_in_one_piece_goes_out_and_its_result_goes_back()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(async context =>
        {
            Scenes.Open(context);
            await Scenes.SendAsync(context, Piece("""{"role":"assistant","tool_calls":[{"function":{"arguments":"{\"city\":\"Bern\"}","name":"weather"},"id":"function-call-1","type":"function"}]}""", "\"tool_calls\""));
            await Scenes.SendAsync(context, "[DONE]");
        });
        using TestModels models = new();
        IChatClient client = await models.ClientAsync(TestModels.Connection(new Uri(server.Endpoint, "/v1beta/openai/")));
        ChatOptions options = new() { Tools = [AIFunctionFactory.CreateDeclaration("weather", "The weather.", JsonElement.Parse("""{"type":"object","properties":{"city":{"type":"string"}}}"""))] };

        ChatResponse response = await client.GetStreamingResponseAsync("How is it?", options, s_cancellation).ToChatResponseAsync(s_cancellation);
        FunctionCallContent call = Assert.Single(response.Messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>());
        await client.GetStreamingResponseAsync([.. response.Messages, new(ChatRole.Tool, [new FunctionResultContent(call.CallId, "sunny")])], options, s_cancellation).ToChatResponseAsync(s_cancellation);

        Assert.Equal(("weather", "Bern"), (call.Name, call.Arguments!["city"]!.ToString()));
        Assert.Equal(ChatFinishReason.ToolCalls, response.FinishReason);
        JsonElement result = server.Requests.Last().Body.GetProperty("messages").EnumerateArray().Last();
        Assert.Equal(("tool", "function-call-1"), (result.GetProperty("role").GetString(), result.GetProperty("tool_call_id").GetString()));
    }

    [Fact]
    public async Task Its_errors_come_in_a_list_and_are_told_all_the_same()
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(Scenes.Status(400, """[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT"}}]"""));
        using TestModels models = new();
        IChatClient client = await models.ClientAsync(TestModels.Connection(new Uri(server.Endpoint, "/v1beta/openai/")));

        ModelException error = await Assert.ThrowsAsync<ModelException>(() => client.GetResponseAsync("How is it?", cancellationToken: s_cancellation));

        Assert.Contains("API key not valid", error.Message, StringComparison.Ordinal);
    }
}
