using System.Net;
using System.Text;
using Designer.Engine;
using Designer.Flows;
using Designer.Models.Calls;
using Designer.Models.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.Web.Tests.Api;

/// <summary>A published flow over HTTP whose model server misbehaves: the caller gets a clear end, the log says why, and the app goes on.</summary>
public sealed class BadModelTests(BadModelTests.Shared shared) : IClassFixture<BadModelTests.Shared>
{
    public sealed class Shared : IAsyncLifetime
    {
        public ApiApp Api { get; private set; } = null!;
        internal BadModelServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Server = await BadModelServer.StartAsync();
            Api = await ApiApp.StartAsync(services => services.AddSingleton(new ModelHttpLimits { MaxStreamedUpdates = 20_000 }));
        }

        public async ValueTask DisposeAsync()
        {
            await Api.DisposeAsync();
            await Server.DisposeAsync();
        }
    }

    private const string Question = """{ "input": { "question": "Is it so?" } }""";
    private static readonly (string, string) Streaming = ("Accept", "text/event-stream");

    private ApiApp Api => shared.Api;

    [Theory]
    [InlineData("hanging", "model.timeout", "too slow")]
    [InlineData("busy", "model.rateLimited", "asks for fewer calls")]
    [InlineData("broken", "model.unavailable", "failed with status 500. It says: not now")]
    [InlineData("cut", "model.badResponse", "cut off before its end")]
    [InlineData("malformed", "model.badResponse", "not the JSON")]
    [InlineData("endless-nothing", "model.badResponse", "does not end")]
    public async Task A_server_that_fails_ends_the_run_with_its_code_and_the_log_says_why(string model, string code, string why)
    {
        Published flow = await PublishAsync(model);

        ApiAnswer blocking = await Api.PostAsync(flow.Runs, flow.Key, Question);
        ApiAnswer streaming = await Api.PostAsync(flow.Runs, flow.Key, Question, Streaming);

        blocking.IsProblem(HttpStatusCode.InternalServerError, code);
        StreamedEvent end = streaming.Events[^1];
        Assert.Equal(("run.failed", code), (end.Name, end.Data.GetProperty("data").GetProperty("error").GetProperty("code").GetString()));
        IReadOnlyList<RunEvent> log = await LogAsync(blocking.RunId);
        RunEvent failed = Assert.Single(log, e => e.Type == RunEventType.StepFailed);
        Assert.Equal(("reply", code), (failed.Step, failed.Data!.Error!.Code));
        Assert.Contains(why, failed.Data.Error.Message, StringComparison.Ordinal);
        Assert.Equal(RunEventType.RunFailed, log[^1].Type);
        await GoesOnAsync();
    }

    [Fact]
    public async Task A_server_that_falls_silent_in_the_middle_is_left_when_the_steps_time_is_over()
    {
        Published flow = await PublishAsync("silent", timeout: "2s");

        ApiAnswer answer = await Api.PostAsync(flow.Runs, flow.Key, Question, Streaming);

        Assert.Equal("run.failed", answer.Events[^1].Name);
        Assert.Equal("It is", string.Concat(answer.Events.Where(e => e.Name == "step.token").Select(TextOf)));
        await GoesOnAsync();
    }

    [Fact]
    public async Task A_slow_server_is_heard_word_by_word()
    {
        Published flow = await PublishAsync("slow");
        using HttpRequestMessage request = new(HttpMethod.Post, flow.Runs) { Content = new StringContent(Question, Encoding.UTF8, "application/json") };
        request.Headers.Add("Authorization", $"Bearer {flow.Key}");
        request.Headers.Add("Accept", "text/event-stream");

        using HttpResponseMessage response = await Api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        string told = "";
        // Its second word waits until the first one was heard here.
        while (!told.Contains("It is", StringComparison.Ordinal)) told += await reader.ReadLineAsync(TestContext.Current.CancellationToken) + "\n";
        Assert.DoesNotContain("so.", told, StringComparison.Ordinal);
        shared.Server.GoOn.SetResult();
        told += await reader.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Contains("event: run.completed", told, StringComparison.Ordinal);
        Assert.Contains("It is so.", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_asks_for_a_pause_gets_it_and_is_asked_again()
    {
        Published flow = await PublishAsync("busy-once");

        ApiAnswer answer = await Api.PostAsync(flow.Runs, flow.Key, Question);

        Assert.Equal("It is so.", answer.Json.GetProperty("output").GetProperty("text").GetString());
        Assert.Equal(2, shared.Server.Calls("busy-once"));
    }

    [Fact]
    public async Task An_answer_without_end_is_cut_and_the_run_completes()
    {
        Published flow = await PublishAsync("endless");

        ApiAnswer answer = await Api.PostAsync(flow.Runs, flow.Key, Question);

        Assert.Equal((HttpStatusCode.OK, "completed"), (answer.Status, answer.RunStatus));
        RunEvent said = Assert.Single(await LogAsync(answer.RunId), e => e is { Type: RunEventType.StepCompleted, Step: "reply" });
        Assert.Equal("length", FlowValue.ToJson(said.Data!.Outputs).GetProperty("finishReason").GetString());
        await GoesOnAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"prompt_tokens":-5,"completion_tokens":-1,"total_tokens":-6}""")]
    [InlineData("""{"prompt_tokens":2147483647,"completion_tokens":2147483647,"total_tokens":2147483647}""")]
    [InlineData("""{"prompt_tokens":99999999999999,"completion_tokens":99999999999999999999,"total_tokens":1}""")]
    [InlineData("""{"prompt_tokens":"twelve","completion_tokens":"4","total_tokens":null}""")]
    [InlineData("""{"prompt_tokens":1.5,"completion_tokens":[4],"total_tokens":{}}""")]
    [InlineData("\"none of your business\"")]
    public async Task A_wrong_count_of_tokens_breaks_neither_the_answer_nor_totals_nor_cost(string usage)
    {
        Published flow = await PublishAsync("usage:" + usage);

        ApiAnswer answer = await Api.PostAsync(flow.Runs, flow.Key, Question);

        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal("It is so.", answer.Json.GetProperty("output").GetProperty("text").GetString());
        RunRow row = (await Api.Get<IFlowEngine>().FindAsync(Guid.Parse(answer.RunId), TestContext.Current.CancellationToken))!;
        // Estimated instead, so that budgets stay honest.
        Assert.InRange(row.Usage.InputTokens, 1, 1_000);
        Assert.InRange(row.Usage.OutputTokens, 1, 1_000);
        Assert.InRange(row.Usage.Cost, 0.000001m, 0.1m);
        Assert.Equal(1, row.Usage.ModelCalls);
    }

    private async Task GoesOnAsync()
    {
        Published good = await PublishAsync("good");
        ApiAnswer answer = await Api.PostAsync(good.Runs, good.Key, Question);
        Assert.Equal("It is so.", answer.Json.GetProperty("output").GetProperty("text").GetString());
        Assert.Equal((12, 4), (answer.Json.GetProperty("usage").GetProperty("inputTokens").GetInt64(), answer.Json.GetProperty("usage").GetProperty("outputTokens").GetInt64()));
    }

    /// <summary>A flow of its own, over a connection of its own, so that one test's breaker is not another's.</summary>
    private async Task<Published> PublishAsync(string scene, string? timeout = null)
    {
        string name = $"m-{Guid.NewGuid():N}";
        await Api.ConnectAsync(name, shared.Server.Address, "sk-any", c => c with
        {
            Model = scene,
            InputPrice = 10,
            OutputPrice = 30,
            // Only the one that never answers has so little time; a busy machine may take longer with the others.
            Options = new ModelOptions { TimeoutSeconds = scene == "hanging" ? 1 : null },
        });
        FlowDocument chat = ApiFlows.Chat();
        return await Api.PublishAsync(chat with { Nodes = [.. chat.Nodes.Select(n => n.Id == "reply" && timeout is not null ? n with { Timeout = timeout } : n)] }, bindings: new() { ["model"] = name });
    }

    private async Task<IReadOnlyList<RunEvent>> LogAsync(string runId)
    {
        List<RunEvent> events = [];
        await foreach (RunEvent e in Api.Get<IRunLog>().ReadAsync(Guid.Parse(runId), 1, TestContext.Current.CancellationToken)) events.Add(e);
        return events;
    }

    private static string? TextOf(StreamedEvent e) => e.Data.GetProperty("data").GetProperty("text").GetString();
}
