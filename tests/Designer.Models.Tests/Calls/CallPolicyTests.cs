using Designer.Models.Connections;
using Designer.Models.Tests.OpenAi;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Designer.Models.Tests.Calls;

/// <summary>What a connection and its fallback do about busy and broken servers, and what they leave alone.</summary>
public sealed class CallPolicyTests
{
    private static readonly ChatMessage[] s_hello = [new(ChatRole.User, "Hello")];
    private static readonly RequestDelegate s_good = Scenes.Stream(["All ", "good."]);
    private static readonly RequestDelegate s_broken = Scenes.Status(500, """{"error":{"message":"no luck"}}""");

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_busy_server_is_asked_again_when_it_says(int status)
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(OneByOne(Scenes.Status(status, "{}", ("Retry-After", "0")), Scenes.Status(status, "{}", ("Retry-After", "0")), s_good));
        using TestModels models = new();

        string text = await SayAsync(await models.ClientAsync(Of(server)));

        Assert.Equal("All good.", text);
        Assert.Equal(3, server.Requests.Count);
        Assert.Equal("Hello", server.Requests.Last().Body.GetProperty("messages")[0].GetProperty("content").GetString());
    }

    [Theory]
    [InlineData(429, """{"error":{"message":"You exceeded your current quota"}}""", "0")]
    [InlineData(429, "{}", "3600")]
    [InlineData(400, "{}", "0")]
    [InlineData(401, "{}", "0")]
    public async Task Where_asking_again_is_no_use_nobody_does(int status, string body, string pause)
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(Scenes.Status(status, body, ("Retry-After", pause)));
        using TestModels models = new();

        await FailAsync(await models.ClientAsync(Of(server)));

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Once_a_word_has_come_nothing_is_repeated()
    {
        TaskCompletionSource isHeard = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ScriptedServer server = await ScriptedServer.StartAsync(Scenes.Stream(["half an "], async context =>
        {
            await isHeard.Task;
            context.Abort();
        }));
        await using ScriptedServer other = await ScriptedServer.StartAsync(s_good);
        using TestModels models = new();
        await models.Store.SaveAsync(Of(other, "other"), default);
        IChatClient client = await models.ClientAsync(Of(server) with { Options = new ModelOptions { Fallback = "other" } });
        List<string> heard = [];

        ModelException error = await Assert.ThrowsAsync<ModelException>(async () =>
        {
            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(s_hello))
            {
                heard.Add(update.Text);
                if (update.Text.Length > 0) isHeard.TrySetResult();
            }
        });

        Assert.Equal("model.badResponse", error.Code);
        Assert.Equal("half an ", string.Concat(heard));
        Assert.Single(server.Requests);
        Assert.Empty(other.Requests);
    }

    [Fact]
    public async Task A_server_that_only_fails_is_left_alone_for_a_while()
    {
        FakeTimeProvider time = new();
        bool isWell = false;
        await using ScriptedServer server = await ScriptedServer.StartAsync(context => isWell ? s_good(context) : s_broken(context));
        using TestModels models = new(configure: services => services.AddSingleton<TimeProvider>(time));
        IChatClient client = await models.ClientAsync(Of(server) with { Options = new ModelOptions { Retries = 0 } });
        for (int i = 0; i < 5; i++) Assert.Contains("no luck", (await FailAsync(client)).Message, StringComparison.Ordinal);

        ModelException resting = await FailAsync(client);
        int asked = server.Requests.Count;
        isWell = true;
        time.Advance(TimeSpan.FromSeconds(11));
        string text = await SayAsync(client);

        Assert.Equal(("model.unavailable", true), (resting.Code, resting.IsTransient));
        Assert.Contains("left alone", resting.Message, StringComparison.Ordinal);
        Assert.Equal(5, asked);
        Assert.Equal("All good.", text);
    }

    [Fact]
    public async Task No_more_calls_are_under_way_than_allowed_and_a_stream_counts_until_its_end()
    {
        TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ScriptedServer server = await ScriptedServer.StartAsync(OneByOne(Scenes.Stream(["wait "], async context =>
        {
            await first.Task;
            await Scenes.SendAsync(context, Scenes.Chunk("{}", "\"stop\""));
            await Scenes.SendAsync(context, "[DONE]");
        }), s_good));
        using TestModels models = new();
        IChatClient client = await models.ClientAsync(Of(server) with { Options = new ModelOptions { MaxConcurrent = 1 } });
        await using IAsyncEnumerator<ChatResponseUpdate> slow = client.GetStreamingResponseAsync(s_hello).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await slow.MoveNextAsync());

        Task<string> second = SayAsync(client);
        using CancellationTokenSource leaves = new();
        Task<string> third = SayAsync(client, cancellation: leaves.Token);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        int underWay = server.Requests.Count;
        bool isDone = second.IsCompleted;
        first.SetResult();
        while (await slow.MoveNextAsync()) { }

        Assert.Equal((1, false), (underWay, isDone));
        Assert.Equal("All good.", await second);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(429)]
    public async Task A_fallback_answers_at_its_own_price_where_the_first_fails_before_a_word(int status)
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(Scenes.Status(status, "{}"));
        await using ScriptedServer other = await ScriptedServer.StartAsync(s_good);
        using TestModels models = new();
        await models.Store.SaveAsync(Of(other, "other") with { InputPrice = 3 }, default);
        IChatClient client = await models.ClientAsync(Of(server) with { Options = new ModelOptions { Retries = 0, Fallback = "other" } });

        List<ChatResponseUpdate> updates = await client.GetStreamingResponseAsync(s_hello, cancellationToken: TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal("All good.", string.Concat(updates.Select(u => u.Text)));
        Assert.All(updates, update => Assert.Equal(("other", 3m), update.AdditionalProperties![ChatModel.AnsweredBy] is ModelConnection by ? (by.Name, by.InputPrice) : default));
    }

    [Fact]
    public async Task A_dead_server_has_its_fallback_at_once_and_a_refusal_none()
    {
        await using ScriptedServer other = await ScriptedServer.StartAsync(s_good);
        await using ScriptedServer refusing = await ScriptedServer.StartAsync(Scenes.Status(400, """{"error":{"message":"not this"}}"""));
        using TestModels models = new();
        await models.Store.SaveAsync(Of(other, "other"), default);
        ModelConnection dead = TestModels.Connection(new Uri("http://127.0.0.1:1/v1")) with { Options = new ModelOptions { Fallback = "other" } };

        Assert.Equal("All good.", await SayAsync(await models.ClientAsync(dead)));
        ModelException refusal = await FailAsync(await models.ClientAsync(dead with { Endpoint = refusing.Endpoint }));

        Assert.Equal("model.refused", refusal.Code);
        Assert.Single(other.Requests);
    }

    [Fact]
    public async Task A_fallback_that_cannot_help_is_told_beside_the_first_failure()
    {
        using TestModels models = new();
        ModelConnection dead = TestModels.Connection(new Uri("http://127.0.0.1:1/v1")) with { Options = new ModelOptions { Fallback = "gone" } };

        ModelException error = await FailAsync(await models.ClientAsync(dead));

        Assert.Equal("model.unavailable", error.Code);
        Assert.Contains("nothing listens there. Its fallback cannot help: There is no model 'gone'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("max_tokens", "max_tokens")]
    [InlineData("max_completion_tokens", "max_completion_tokens")]
    [InlineData(null, "max_tokens")]
    public async Task The_token_limit_has_the_name_that_the_server_knows(string? name, string sent)
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(s_good);
        using TestModels models = new();

        await SayAsync(await models.ClientAsync(Of(server) with { Options = new ModelOptions { TokenLimitName = name } }), new ChatOptions { MaxOutputTokens = 50 });

        System.Text.Json.JsonElement body = server.Requests.Single().Body;
        Assert.Equal(50, body.GetProperty(sent).GetInt32());
        Assert.False(body.TryGetProperty(sent == "max_tokens" ? "max_completion_tokens" : "max_tokens", out _));
    }

    [Theory]
    [InlineData("reasoning", "reasoning")]
    [InlineData(null, "reasoning_content")]
    public async Task Thinking_is_told_from_the_answer(string? setting, string field)
    {
        await using ScriptedServer server = await ScriptedServer.StartAsync(async context =>
        {
            Scenes.Open(context);
            await Scenes.SendAsync(context, Scenes.Chunk("{\"" + field + "\":\"let me see\"}"));
            await Scenes.SendAsync(context, Scenes.Chunk("""{"content":"42"}"""));
            await Scenes.SendAsync(context, Scenes.Chunk("{}", "\"stop\""));
            await Scenes.SendAsync(context, "[DONE]");
        });
        using TestModels models = new();
        IChatClient client = await models.ClientAsync(Of(server) with { Options = new ModelOptions { ReasoningField = setting } });

        ChatResponse response = await client.GetStreamingResponseAsync(s_hello, cancellationToken: TestContext.Current.CancellationToken).ToChatResponseAsync(TestContext.Current.CancellationToken);

        Assert.Equal("42", response.Text);
        Assert.Equal("let me see", Assert.Single(response.Messages.SelectMany(m => m.Contents).OfType<TextReasoningContent>()).Text);
    }

    [Fact]
    public void Options_say_what_is_wrong_with_them()
    {
        ModelConnection bad = TestModels.Connection(new Uri("https://example.org/v1")) with
        {
            Options = new ModelOptions { TokenLimitName = "limit", ReasoningField = "a b", TimeoutSeconds = 0, MaxConcurrent = 0, Retries = 99, Fallback = "main" },
        };

        Assert.Equal(6, bad.Problems().Count);
    }

    private static ModelConnection Of(ScriptedServer server, string name = "main") => TestModels.Connection(server.Endpoint) with { Id = Guid.NewGuid(), Name = name };

    /// <summary>Each call its scene; the last one stays.</summary>
    private static RequestDelegate OneByOne(params RequestDelegate[] scenes)
    {
        int next = -1;
        return context => scenes[Math.Min(Interlocked.Increment(ref next), scenes.Length - 1)](context);
    }

    private static async Task<string> SayAsync(IChatClient client, ChatOptions? options = null, CancellationToken cancellation = default)
    {
        string text = "";
        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(s_hello, options, cancellation)) text += update.Text;
        return text;
    }

    private static Task<ModelException> FailAsync(IChatClient client) => Assert.ThrowsAsync<ModelException>(() => SayAsync(client));
}
