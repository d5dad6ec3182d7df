using System.Text.Json;
using Designer.Models.Connections;
using Designer.Models.Tests.OpenAi;

namespace Designer.Models.Tests;

public sealed class ModelTesterTests
{
    [Fact]
    public async Task A_good_server_is_described_as_it_is()
    {
        const string call = """{"role":"assistant","content":null,"tool_calls":[{"id":"t1","type":"function","function":{"name":"current_time","arguments":"{\"city\":\"Lisbon\"}"}}]}""";
        await using var server = await ScriptedServer.StartAsync(context =>
            (((JsonElement)context.Items["body"]!).TryGetProperty("tools", out _) ? Scenes.Answer(call, "tool_calls") : Scenes.Stream(["Hello ", "there"]))(context));
        using var models = new TestModels();

        var result = await models.Tester.TestAsync(TestModels.Connection(server.Endpoint), default);

        Assert.True(result.Ok);
        Assert.Equal("Hello there", result.Answer);
        Assert.True(result.Streams);
        Assert.True(result.CallsTools);
        Assert.InRange(result.TimeToFirstToken!.Value, TimeSpan.Zero, result.Latency);
    }

    [Fact]
    public async Task A_server_that_refuses_tools_has_none()
    {
        await using var server = await ScriptedServer.StartAsync(async context =>
            await (((JsonElement)context.Items["body"]!).TryGetProperty("tools", out _) ? Scenes.Status(400, """{"error":{"message":"does not support tools"}}""") : Scenes.Stream(["Hello ", "there"]))(context));
        using var models = new TestModels();

        var result = await models.Tester.TestAsync(TestModels.Connection(server.Endpoint), default);

        Assert.True(result.Ok, result.Error);
        Assert.False(result.CallsTools);
    }

    [Theory]
    [InlineData("Yellow, then green.", true)]
    [InlineData("Green and yellow.", false)]
    [InlineData("I cannot see pictures.", false)]
    public async Task A_model_sees_when_it_can_tell_what_two_pictures_show(string said, bool sees)
    {
        List<string> sent = [];
        await using var server = await ScriptedServer.StartAsync(async context =>
        {
            string body = ((JsonElement)context.Items["body"]!).GetRawText();
            bool isShown = body.Contains("image_url", StringComparison.Ordinal);
            if (isShown) sent.Add(body);
            await (isShown ? Scenes.Answer($$"""{"role":"assistant","content":"{{said}}"}""", "stop") : Scenes.Stream(["Hello ", "there"]))(context);
        });
        using var models = new TestModels();

        var result = await models.Tester.TestAsync(TestModels.Connection(server.Endpoint), default);

        Assert.Equal(sees, result.SeesImages);
        Assert.Equal(2, Assert.Single(sent).Split("data:image/png;base64,").Length - 1);
    }

    [Fact]
    public async Task A_wrong_key_is_told_with_its_code()
    {
        await using var server = await ScriptedServer.StartAsync(Scenes.Status(401, """{"error":{"message":"Incorrect API key"}}"""));
        using var models = new TestModels();

        var result = await models.Tester.TestAsync(TestModels.Connection(server.Endpoint), default);

        Assert.Equal((false, "model.key"), (result.Ok, result.ErrorCode));
        Assert.Contains("Incorrect API key", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_embedded_model_streams_and_says_what_it_is()
    {
        using var models = new TestModels();

        var result = await models.Tester.TestAsync(ModelRegistry.Embedded(TestModels.Workspace), default);

        Assert.True(result.Ok);
        Assert.True(result.Streams);
        Assert.False(result.CallsTools);
        Assert.Contains("no weights", result.Answer, StringComparison.Ordinal);
    }
}
