using System.Net;
using System.Text;
using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.Web.Tests.Api;

/// <summary>What programs send by mistake or in bad faith: each gets its clear answer, and the next call works.</summary>
public sealed class BadRequestTests(BadRequestTests.Shared shared) : IClassFixture<BadRequestTests.Shared>
{
    public sealed class Shared : IAsyncLifetime
    {
        public ApiApp Api { get; private set; } = null!;
        public Published Echo { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Api = await ApiApp.StartAsync();
            Echo = await Api.PublishAsync(ApiFlows.Echo());
        }

        public ValueTask DisposeAsync() => Api.DisposeAsync();
    }

    private ApiApp Api => shared.Api;
    private Published Echo => shared.Echo;

    [Theory]
    [InlineData("{ \"input\": ", "json.malformed")]
    [InlineData("{ \"input\": {} } {}", "json.malformed")]
    [InlineData("", "body.unreadable")]
    [InlineData("[]", "body.unreadable")]
    [InlineData("7", "body.unreadable")]
    [InlineData("null", "body.unreadable")]
    [InlineData("""{ "input": "text" }""", "body.unreadable")]
    [InlineData("""{ "input": [] }""", "body.unreadable")]
    [InlineData("""{ "input": null }""", "body.unreadable")]
    [InlineData("""{ "input": {}, "conversationId": 7 }""", "body.unreadable")]
    [InlineData("""{ "input": {}, "conversationId": "" }""", "body.unreadable")]
    public async Task A_body_that_is_no_request_is_refused(string body, string code)
    {
        (await Api.PostAsync(Echo.Runs, Echo.Key, body)).IsProblem(HttpStatusCode.BadRequest, code);
        Assert.Equal(HttpStatusCode.OK, (await Api.PostAsync(Echo.Runs, Echo.Key, """{ "input": { "text": "on" } }""")).Status);
    }

    [Fact]
    public async Task All_inputs_that_do_not_fit_are_named_at_once()
    {
        ApiAnswer answer = await Api.PostAsync(Echo.Runs, Echo.Key, """{ "input": { "text": 7, "count": "three" } }""");

        answer.IsProblem(HttpStatusCode.BadRequest, "input.invalid");
        string detail = answer.Json.GetProperty("detail").GetString()!;
        Assert.Contains("text", detail, StringComparison.Ordinal);
        Assert.Contains("count", detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Three_megabytes_are_too_much_with_and_without_a_length(bool saysLength)
    {
        byte[] body = Encoding.UTF8.GetBytes($$"""{ "input": { "text": "{{new string('x', 3 * 1024 * 1024)}}" } }""");
        using HttpContent content = saysLength ? new ByteArrayContent(body) : new StreamContent(new UnknownLength(body));
        content.Headers.ContentType = new("application/json");

        (await Api.SendAsync(HttpMethod.Post, Echo.Runs, Echo.Key, content)).IsProblem(HttpStatusCode.RequestEntityTooLarge, "body.tooLarge");
    }

    [Fact]
    public async Task Depth_is_limited_and_what_is_within_comes_back_from_the_log()
    {
        static string deep(int levels) => $$"""{ "input": { "text": "x", "any": {{new string('[', levels - 2)}}{{new string(']', levels - 2)}} } }""";

        (await Api.PostAsync(Echo.Runs, Echo.Key, deep(65))).IsProblem(HttpStatusCode.BadRequest, "json.malformed");
        ApiAnswer most = await Api.PostAsync(Echo.Runs, Echo.Key, deep(RunRequestDepth));

        Assert.Equal(HttpStatusCode.OK, most.Status);
        Assert.Equal("run.completed", (await Api.GetAsync($"/api/v1/runs/{most.RunId}/events", Echo.Key)).Events[^1].Name);
        Assert.Equal("completed", (await Api.GetAsync($"/api/v1/runs/{most.RunId}", Echo.Key)).RunStatus);
    }

    private const int RunRequestDepth = Designer.Web.Features.Api.RunRequest.MaxDepth;

    [Fact]
    public async Task Another_content_type_is_refused_in_words()
    {
        using StringContent text = new("""{ "input": { "text": "x" } }""", Encoding.UTF8, "text/plain");

        (await Api.SendAsync(HttpMethod.Post, Echo.Runs, Echo.Key, text)).IsProblem(HttpStatusCode.UnsupportedMediaType, "body.notJson");
    }

    [Theory]
    [InlineData("GET", "/api/v1/nothing", HttpStatusCode.NotFound, "notFound")]
    [InlineData("GET", "/api/nothing", HttpStatusCode.NotFound, "notFound")]
    [InlineData("GET", "/api/v1/runs/not-an-id", HttpStatusCode.NotFound, "notFound")]
    [InlineData("PUT", "/api/v1/flows/echo/runs", HttpStatusCode.MethodNotAllowed, "method.unknown")]
    [InlineData("GET", "/api/editor/flows/0198f2c4-7a00-7000-8000-000000000004", HttpStatusCode.Unauthorized, "session.missing")]
    public async Task Wrong_addresses_and_methods_are_problems_too(string method, string url, HttpStatusCode status, string code) =>
        (await Api.SendAsync(new HttpMethod(method), url, null)).IsProblem(status, code);

    [Fact]
    public async Task A_dead_model_server_is_named_without_its_key()
    {
        using SilentServer gone = new();
        Uri address = gone.Address;
        gone.Dispose();
        await Api.ConnectAsync("dead", address, "sk-very-secret");
        Published chat = await Api.PublishAsync(ApiFlows.Chat(), bindings: new() { ["model"] = "dead" });

        ApiAnswer answer = await Api.PostAsync(chat.Runs, chat.Key, """{ "input": { "question": "?" } }""");

        answer.IsProblem(HttpStatusCode.InternalServerError, "model.unavailable");
        Assert.True(Guid.TryParse(answer.RunId, out _));
        Assert.DoesNotContain("sk-very-secret", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Rumpelstiltskin", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_went_wrong_inside_a_step_is_for_the_flows_owner()
    {
        Published failing = await Api.PublishAsync(ApiFlows.Failing());

        ApiAnswer blocking = await Api.PostAsync(failing.Runs, failing.Key, """{ "input": {} }""");
        ApiAnswer later = await Api.GetAsync($"/api/v1/runs/{blocking.RunId}", failing.Key);
        ApiAnswer events = await Api.GetAsync($"/api/v1/runs/{blocking.RunId}/events", failing.Key);

        blocking.IsProblem(HttpStatusCode.InternalServerError, "code.error");
        Assert.Equal(("failed", "code.error"), (later.RunStatus, later.Json.GetProperty("error").GetProperty("code").GetString()));
        Assert.Equal("run.failed", events.Events[^1].Name);
        Assert.All((ApiAnswer[])[blocking, later, events], a => Assert.DoesNotContain("Anna", a.Text, StringComparison.Ordinal));
        Assert.All((ApiAnswer[])[blocking, later, events], a => Assert.DoesNotContain("script", a.Text, StringComparison.Ordinal));
        Assert.Contains("Anna", (await Api.Get<IFlowEngine>().FindAsync(Guid.Parse(blocking.RunId)))!.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_engine_says_when_to_come_again()
    {
        await using ApiApp full = await ApiApp.StartAsync(services => services.AddSingleton(new EngineOptions { MaxRuns = 0, RetryAfter = TimeSpan.FromSeconds(7) }));
        Published flow = await full.PublishAsync(ApiFlows.Echo());

        ApiAnswer answer = await full.PostAsync(flow.Runs, flow.Key, """{ "input": { "text": "x" } }""");

        answer.IsProblem(HttpStatusCode.TooManyRequests, "engine.busy");
        Assert.Equal("7", answer.Headers["Retry-After"]);
    }

    [Fact]
    public async Task What_nobody_foresaw_is_a_problem_without_a_stack()
    {
        await using ApiApp broken = await ApiApp.StartAsync(services => services.AddSingleton<IFlowEngine, BrokenEngine>());
        Published flow = await broken.PublishAsync(ApiFlows.Echo());

        ApiAnswer answer = await broken.PostAsync(flow.Runs, flow.Key, """{ "input": { "text": "x" } }""");

        answer.IsProblem(HttpStatusCode.InternalServerError, "server.failed");
        Assert.DoesNotContain(BrokenEngine.Inner, answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", answer.Text, StringComparison.Ordinal);
    }

    /// <summary>Sent in chunks, without Content-Length.</summary>
    private sealed class UnknownLength(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }

    private sealed class BrokenEngine : IFlowEngine
    {
        public const string Inner = "the inner working";
        public ValueTask<StartedRun> StartAsync(FlowVersion version, JsonElement input, RunOptions options, CancellationToken cancellation = default) => throw new InvalidOperationException(Inner);
        public IAsyncEnumerable<RunEvent> WatchAsync(Guid runId, long fromSeq = 1, CancellationToken cancellation = default) => throw new InvalidOperationException(Inner);
        public IAsyncEnumerable<RunEvent> WatchPreviewsAsync(Guid runId, long fromSeq = 1, CancellationToken cancellation = default) => throw new InvalidOperationException(Inner);
        public ValueTask<FlowVersion?> VersionOfAsync(Guid runId, CancellationToken cancellation = default) => throw new InvalidOperationException(Inner);
        public ValueTask<RunRow> WaitAsync(Guid runId, CancellationToken cancellation = default) => throw new InvalidOperationException(Inner);
        public ValueTask<RunRow?> FindAsync(Guid runId, CancellationToken cancellation = default) => throw new InvalidOperationException(Inner);
        public ValueTask<RunRow?> FindPreviewAsync(Guid runId, CancellationToken cancellation = default) => throw new InvalidOperationException(Inner);
        public ValueTask<bool> CancelAsync(Guid runId, CancellationToken cancellation = default) => throw new InvalidOperationException(Inner);
        public ValueTask AnswerAsync(Guid runId, string step, HumanAnswer answer, CancellationToken cancellation = default) => throw new InvalidOperationException(Inner);
        public ValueTask<int> ResumeAsync(CancellationToken cancellation = default) => throw new InvalidOperationException(Inner);
    }
}
