using System.Net;
using System.Text.Json;

namespace Designer.Web.Tests.Api;

/// <summary>Runs that wait for a person, and the keys that may answer.</summary>
public sealed class WaitingStepTests(WaitingStepTests.Shared shared) : IClassFixture<WaitingStepTests.Shared>
{
    public sealed class Shared : IAsyncLifetime
    {
        public ApiApp Api { get; private set; } = null!;
        public Published Flow { get; private set; } = null!;
        public string RunOnly { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Api = await ApiApp.StartAsync();
            Flow = await Api.PublishAsync(ApiFlows.Approval(), canApprove: true);
            RunOnly = (await Api.KeyAsync(Flow.Flow.Id)).Text;
        }

        public ValueTask DisposeAsync() => Api.DisposeAsync();
    }

    private ApiApp Api => shared.Api;
    private Published Flow => shared.Flow;
    private const string Approve = """{ "step": "review", "decision": "approve", "comment": "fine" }""";

    private Task<ApiAnswer> StartAsync() => Api.PostAsync(Flow.Runs, Flow.Key, """{ "input": { "text": "letter" } }""");

    private static string Resume(ApiAnswer run) => $"/api/v1/runs/{run.RunId}/resume";

    [Fact]
    public async Task A_blocking_call_says_what_waits_and_an_answer_ends_the_run()
    {
        ApiAnswer waiting = await StartAsync();

        Assert.Equal((HttpStatusCode.Accepted, "waiting"), (waiting.Status, waiting.RunStatus));
        JsonElement step = Assert.Single(waiting.Json.GetProperty("waiting").EnumerateArray());
        Assert.Equal(("review", "Send it?", "letter"), (step.GetProperty("step").GetString(), step.GetProperty("title").GetString(), step.GetProperty("text").GetString()));
        Assert.Equal(["approve", "reject"], step.GetProperty("decisions").EnumerateArray().Select(d => d.GetString()));

        ApiAnswer done = await Api.PostAsync(Resume(waiting), Flow.Key, Approve);

        Assert.Equal((HttpStatusCode.OK, "completed"), (done.Status, done.RunStatus));
        Assert.Equal("sent: letter", done.Json.GetProperty("output").GetProperty("text").GetString());
        Assert.False(done.Json.TryGetProperty("waiting", out JsonElement rest) && rest.ValueKind != JsonValueKind.Null);
        (await Api.PostAsync(Resume(waiting), Flow.Key, Approve)).IsProblem(HttpStatusCode.Conflict, "step.answered");
    }

    [Fact]
    public async Task The_events_tell_the_question_and_the_decision_but_not_who_decided()
    {
        ApiAnswer waiting = await StartAsync();
        await Api.PostAsync(Resume(waiting), Flow.Key, Approve);

        ApiAnswer events = await Api.GetAsync($"/api/v1/runs/{waiting.RunId}/events", Flow.Key);

        Assert.Contains(events.Events, e => e.Name == "step.waiting" && e.Data.GetProperty("data").GetProperty("form").GetProperty("title").GetString() == "Send it?");
        Assert.Contains(events.Events, e => e.Name == "step.resumed" && e.Data.GetProperty("data").GetProperty("answer").GetProperty("decision").GetString() == "approve");
        Assert.DoesNotContain("key caller", events.Text, StringComparison.Ordinal);
        Assert.Equal("run.completed", events.Events[^1].Name);
    }

    [Fact]
    public async Task Answering_needs_a_key_that_may_approve()
    {
        ApiAnswer waiting = await StartAsync();

        (await Api.PostAsync(Resume(waiting), shared.RunOnly, Approve)).IsProblem(HttpStatusCode.Forbidden, "key.forbidden");
        Assert.Equal("waiting", (await Api.GetAsync($"/api/v1/runs/{waiting.RunId}", shared.RunOnly)).RunStatus);
    }

    [Fact]
    public async Task What_does_not_fit_is_refused_and_the_run_waits_on()
    {
        ApiAnswer waiting = await StartAsync();

        (await Api.PostAsync(Resume(waiting), Flow.Key, """{ "step": "review", "decision": "maybe" }""")).IsProblem(HttpStatusCode.Conflict, "step.decision");
        (await Api.PostAsync(Resume(waiting), Flow.Key, """{ "step": "nobody", "decision": "approve" }""")).IsProblem(HttpStatusCode.Conflict, "step.notWaiting");
        (await Api.PostAsync(Resume(waiting), Flow.Key, """{ "step": "review" }""")).IsProblem(HttpStatusCode.BadRequest, "answer.incomplete");
        (await Api.PostAsync(Resume(waiting), Flow.Key, """{ "step": 7, "decision": [] }""")).IsProblem(HttpStatusCode.BadRequest, "json.malformed");
        (await Api.PostAsync(Resume(waiting), Flow.Key, "null")).IsProblem(HttpStatusCode.BadRequest, "json.malformed");
        (await Api.PostAsync(Resume(waiting), Flow.Key, "")).IsProblem(HttpStatusCode.BadRequest, "json.malformed");
        Assert.Equal("waiting", (await Api.GetAsync($"/api/v1/runs/{waiting.RunId}", Flow.Key)).RunStatus);
    }

    [Fact]
    public async Task Another_flows_key_finds_no_run()
    {
        ApiAnswer waiting = await StartAsync();
        Published other = await Api.PublishAsync(ApiFlows.Approval(), canApprove: true);

        ApiAnswer refused = await Api.PostAsync(Resume(waiting), other.Key, Approve);
        ApiAnswer nowhere = await Api.PostAsync($"/api/v1/runs/{Guid.NewGuid()}/resume", other.Key, Approve);

        refused.IsProblem(HttpStatusCode.NotFound, "notFound");
        Assert.Equal(nowhere.Text, refused.Text);
        foreach (string part in (string[])["", "/events"])
            Assert.Equal(nowhere.Text, (await Api.GetAsync($"/api/v1/runs/{waiting.RunId}{part}", other.Key)).Text);
        Assert.Equal(nowhere.Text, (await Api.PostAsync($"/api/v1/runs/{waiting.RunId}/cancel", other.Key, "")).Text);
    }

    [Fact]
    public async Task A_conversation_has_one_active_run()
    {
        const string body = """{ "input": { "text": "letter" }, "conversationId": "anna" }""";
        ApiAnswer waiting = await Api.PostAsync(Flow.Runs, Flow.Key, body);

        (await Api.PostAsync(Flow.Runs, Flow.Key, body)).IsProblem(HttpStatusCode.Conflict, "conversation.busy");
        await Api.PostAsync(Resume(waiting), Flow.Key, Approve);
        Assert.Equal("waiting", (await Api.PostAsync(Flow.Runs, Flow.Key, body)).RunStatus);
    }

    [Fact]
    public async Task A_waiting_run_can_be_cancelled()
    {
        ApiAnswer waiting = await StartAsync();

        await Api.PostAsync($"/api/v1/runs/{waiting.RunId}/cancel", Flow.Key, "");

        Assert.Equal("run.cancelled", (await Api.GetAsync($"/api/v1/runs/{waiting.RunId}/events", Flow.Key)).Events[^1].Name);
        (await Api.PostAsync(Resume(waiting), Flow.Key, Approve)).IsProblem(HttpStatusCode.Conflict, "run.cancelled");
    }
}
