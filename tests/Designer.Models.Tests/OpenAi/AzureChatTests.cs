using System.Text.Json;
using Designer.Models.Connections;
using Microsoft.Extensions.AI;

namespace Designer.Models.Tests.OpenAi;

/// <summary>Azure OpenAI: a resource's address, a deployment, a key in its own header.</summary>
public sealed class AzureChatTests
{
    private static readonly ChatMessage[] s_hello = [new(ChatRole.User, "Hello")];

    [Fact]
    public async Task A_deployment_is_called_by_its_path_with_the_key_in_its_own_header()
    {
        string? key = null, query = null;
        await using ScriptedServer server = await ScriptedServer.StartAsync(context =>
        {
            (key, query) = (context.Request.Headers["api-key"], context.Request.QueryString.Value);
            return Scenes.Stream(["All ", "good."])(context);
        });
        using TestModels models = new();

        ChatResponse response = await (await models.ClientAsync(Of(server))).GetStreamingResponseAsync(s_hello, new ChatOptions { MaxOutputTokens = 50 }, TestContext.Current.CancellationToken).ToChatResponseAsync(TestContext.Current.CancellationToken);

        Assert.Equal("All good.", response.Text);
        Assert.Equal((11, 5), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount));
        (string path, string? authorization, JsonElement body) = Assert.Single(server.Requests);
        Assert.Equal("/openai/deployments/my-deployment/chat/completions", path);
        Assert.StartsWith("?api-version=20", query, StringComparison.Ordinal);
        Assert.Equal("sk-secret-0123456789", key);
        Assert.Null(authorization);
        Assert.Equal(50, body.GetProperty("max_completion_tokens").GetInt32());
        Assert.False(body.TryGetProperty("max_tokens", out _));
    }

    [Theory]
    [InlineData(401, "model.key")]
    [InlineData(404, "model.unknown")]
    [InlineData(429, "model.rateLimited")]
    public async Task Its_errors_have_our_codes_and_no_key(int status, string code)
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(Scenes.Status(status, """{"error":{"code":"x","message":"said with sk-secret-0123456789"}}"""));
        using TestModels models = new();
        IChatClient client = await models.ClientAsync(Of(server) with { Options = new ModelOptions { Retries = 0 } });

        ModelException error = await Assert.ThrowsAsync<ModelException>(async () => await client.GetStreamingResponseAsync(s_hello).ToListAsync());

        Assert.Equal(code, error.Code);
        Assert.DoesNotContain("sk-secret", error.ToString(), StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public void It_has_no_address_of_its_own() =>
        Assert.Contains("address of your resource", Assert.Single((TestModels.Connection(new Uri("https://x.example")) with { Provider = ModelProviders.Azure, Endpoint = null }).Problems()), StringComparison.Ordinal);

    private static ModelConnection Of(ScriptedServer server) => TestModels.Connection(server.Endpoint) with { Provider = ModelProviders.Azure, Model = "my-deployment" };
}
