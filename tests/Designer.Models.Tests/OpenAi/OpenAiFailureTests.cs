using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Designer.Models.Calls;
using Designer.Models.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.Models.Tests.OpenAi;

/// <summary>What a misbehaving server does becomes one clear error with a stable code, without the key, and never an endless wait.</summary>
public sealed class OpenAiFailureTests
{
    private const string Key = "sk-secret-0123456789";
    private static readonly ChatMessage[] s_hello = [new(ChatRole.User, "Hello")];

    [Theory]
    [InlineData(401, "model.key", false)]
    [InlineData(403, "model.key", false)]
    [InlineData(404, "model.unknown", false)]
    [InlineData(400, "model.refused", false)]
    [InlineData(422, "model.refused", false)]
    [InlineData(302, "model.unavailable", false)]
    [InlineData(500, "model.unavailable", true)]
    [InlineData(503, "model.unavailable", true)]
    [InlineData(504, "model.timeout", true)]
    [InlineData(429, "model.rateLimited", true)]
    public async Task A_status_becomes_its_code_and_is_asked_for_once(int status, string code, bool transient)
    {
        await using var server = await ScriptedServer.StartAsync(Scenes.Status(status, "{\"error\":{\"message\":\"No luck with " + Key + " here\",\"type\":\"x\"}}", ("Location", "http://127.0.0.1:1/")));

        foreach (var streaming in (bool[])[false, true])
        {
            var error = await FailAsync(server.Endpoint, streaming);
            Assert.Equal((code, transient), (error.Code, error.IsTransient));
            Assert.DoesNotContain(Key, error.ToString(), StringComparison.Ordinal);
            if (status != 302) Assert.Contains("No luck with ••• here", error.Message, StringComparison.Ordinal);
        }
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Retry_after_is_read_in_seconds_and_as_a_date()
    {
        await using var seconds = await ScriptedServer.StartAsync(Scenes.Status(429, "{}", ("Retry-After", "17")));
        await using var date = await ScriptedServer.StartAsync(Scenes.Status(429, "{}", ("Date", "Mon, 01 Jun 2026 10:00:00 GMT"), ("Retry-After", "Mon, 01 Jun 2026 10:00:30 GMT")));

        Assert.Equal(TimeSpan.FromSeconds(17), (await FailAsync(seconds.Endpoint)).RetryAfter);
        Assert.Equal(TimeSpan.FromSeconds(30), (await FailAsync(date.Endpoint)).RetryAfter);
    }

    [Theory]
    [InlineData("""{"object":"error","message":"it is too long","type":"BadRequestError","code":400}""")]
    [InlineData("""{"detail":"it is too long"}""")]
    [InlineData("""{"error":"it is too long"}""")]
    [InlineData("""[{"error":{"message":"it is too long"}}]""")]
    public async Task What_a_server_says_is_told_in_whatever_envelope_it_comes(string body)
    {
        await using var server = await ScriptedServer.StartAsync(Scenes.Status(400, body));
        using var models = new TestModels();
        var client = await models.ClientAsync(TestModels.Connection(server.Endpoint));

        var error = await Assert.ThrowsAsync<ModelException>(() => client.GetResponseAsync("Hello?", cancellationToken: TestContext.Current.CancellationToken));

        Assert.EndsWith("It says: it is too long", error.Message);
    }

    [Fact]
    public async Task An_empty_account_is_not_worth_a_retry()
    {
        await using var server = await ScriptedServer.StartAsync(Scenes.Status(429, """{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}"""));

        var error = await FailAsync(server.Endpoint);

        Assert.Equal(("model.rateLimited", false), (error.Code, error.IsTransient));
    }

    [Fact]
    public async Task A_closed_port_and_an_unknown_host_are_told_apart()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        var closed = await FailAsync(new Uri($"http://127.0.0.1:{port}/v1"));
        var nowhere = await FailAsync(new Uri("http://no-such-host.invalid/v1"));

        Assert.Equal(("model.unavailable", true), (closed.Code, closed.IsTransient));
        Assert.Contains("nothing listens there", closed.Message, StringComparison.Ordinal);
        Assert.Equal("model.unavailable", nowhere.Code);
        Assert.Contains("no host of that name", nowhere.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("this is not json")]
    [InlineData("<html><body>Welcome</body></html>")]
    [InlineData("{}")]
    [InlineData("""{"choices":[]}""")]
    [InlineData("""{"choices":"many"}""")]
    [InlineData("[1,2,3]")]
    [InlineData("")]
    public async Task Garbage_is_a_bad_response(string body)
    {
        await using var server = await ScriptedServer.StartAsync(Scenes.Status(200, body));

        Assert.Equal("model.badResponse", (await FailAsync(server.Endpoint)).Code);
        Assert.Equal("model.badResponse", (await FailAsync(server.Endpoint, streaming: true)).Code);
    }

    [Fact]
    public async Task Garbage_in_the_middle_of_a_stream_is_a_bad_response()
    {
        await using var server = await ScriptedServer.StartAsync(Scenes.Stream(["good "], context => Scenes.SendAsync(context, "{\"choices\": oops")));

        Assert.Equal("model.badResponse", (await FailAsync(server.Endpoint, streaming: true)).Code);
    }

    [Fact]
    public async Task A_stream_that_is_cut_is_an_error_and_not_a_short_answer()
    {
        await using var aborted = await ScriptedServer.StartAsync(Scenes.Stream(["half an "], context =>
        {
            context.Abort();
            return Task.CompletedTask;
        }));
        await using var ended = await ScriptedServer.StartAsync(Scenes.Stream(["half an "], _ => Task.CompletedTask));

        foreach (var server in (ScriptedServer[])[aborted, ended])
        {
            var error = await FailAsync(server.Endpoint, streaming: true);
            Assert.Equal(("model.badResponse", true), (error.Code, error.IsTransient));
            Assert.Contains("cut off", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hanging_server_is_left_when_the_caller_cancels(bool streaming)
    {
        using var stop = new CancellationTokenSource();
        await using var server = await ScriptedServer.StartAsync(streaming
            ? Scenes.Stream(["one"], Scenes.HangAsync)
            : async context => { stop.Cancel(); await Scenes.HangAsync(context); });
        using var models = new TestModels();
        var client = await models.ClientAsync(TestModels.Connection(server.Endpoint));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            if (!streaming) await client.GetResponseAsync(s_hello, cancellationToken: stop.Token);
            await foreach (var update in client.GetStreamingResponseAsync(s_hello, cancellationToken: stop.Token))
                if (update.Text == "one") stop.Cancel();
        });

        await server.CallerLeft.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hanging_server_is_left_by_itself(bool afterTheFirstPiece)
    {
        await using var server = await ScriptedServer.StartAsync(afterTheFirstPiece ? Scenes.Stream(["one"], Scenes.HangAsync) : Scenes.HangAsync);
        var clock = Stopwatch.StartNew();

        var error = await FailAsync(server.Endpoint, streaming: true, new ModelHttpLimits { FirstResponse = TimeSpan.FromMilliseconds(300), Silence = TimeSpan.FromMilliseconds(300) });

        Assert.Equal(("model.timeout", true), (error.Code, error.IsTransient));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"It took {clock.Elapsed}.");
    }

    [Fact]
    public async Task An_endless_stream_ends_at_the_limit_of_pieces()
    {
        await using var server = await ScriptedServer.StartAsync(Endless);

        var error = await FailAsync(server.Endpoint, streaming: true, new ModelHttpLimits { MaxStreamedUpdates = 500 });

        Assert.Equal(("model.badResponse", false), (error.Code, error.IsTransient));
        await server.CallerLeft.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_over_the_size_limit_is_refused(bool streaming)
    {
        await using var server = await ScriptedServer.StartAsync(streaming ? Endless : Scenes.Answer(Scenes.Text(new string('x', 200_000))));

        var error = await FailAsync(server.Endpoint, streaming, new ModelHttpLimits { MaxResponseBytes = 100_000 });

        Assert.Equal("model.badResponse", error.Code);
        Assert.Contains("larger than", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_private_address_is_refused_unless_the_connection_allows_it()
    {
        await using var server = await ScriptedServer.StartAsync(Scenes.Answer(Scenes.Text("ok")));
        using var models = new TestModels();
        var client = await models.ClientAsync(TestModels.Connection(server.Endpoint) with { AllowPrivateNetwork = false });

        var error = await Assert.ThrowsAsync<ModelException>(() => client.GetResponseAsync(s_hello));

        Assert.Equal(("model.unavailable", false), (error.Code, error.IsTransient));
        Assert.Contains("a loopback address", error.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_host_whose_clients_all_retry_does_not_make_model_calls_retry()
    {
        await using var server = await ScriptedServer.StartAsync(Scenes.Status(500, "{}"));
        using var models = new TestModels(configure: services => services.ConfigureHttpClientDefaults(client => client.AddStandardResilienceHandler()));
        var client = await models.ClientAsync(TestModels.Connection(server.Endpoint) with { Options = new ModelOptions { Retries = 0 } });

        await Assert.ThrowsAsync<ModelException>(() => client.GetResponseAsync(s_hello));

        Assert.Single(server.Requests);
    }

    private static async Task Endless(HttpContext context)
    {
        Scenes.Open(context);
        while (!context.RequestAborted.IsCancellationRequested) await Scenes.SendAsync(context, Scenes.Chunk("""{"content":"and on "}"""));
    }

    private static async Task<ModelException> FailAsync(Uri endpoint, bool streaming = false, ModelHttpLimits? limits = null)
    {
        using var models = new TestModels(limits);
        var client = await models.ClientAsync(TestModels.Connection(endpoint) with { Options = new ModelOptions { Retries = 0 } });
        return await Assert.ThrowsAsync<ModelException>(async () =>
        {
            if (!streaming) await client.GetResponseAsync(s_hello);
            else await foreach (var _ in client.GetStreamingResponseAsync(s_hello)) { }
        });
    }
}
