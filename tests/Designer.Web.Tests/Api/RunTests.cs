using System.Net;
using System.Text.Json;
using Designer.Engine;

namespace Designer.Web.Tests.Api;

/// <summary>Starting runs and following them, as a program does it.</summary>
public sealed class RunTests(RunTests.Shared shared) : IClassFixture<RunTests.Shared>
{
    public sealed class Shared : IAsyncLifetime
    {
        public ApiApp Api { get; private set; } = null!;
        public Published Echo { get; private set; } = null!;
        public Published Chat { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Api = await ApiApp.StartAsync();
            Echo = await Api.PublishAsync(ApiFlows.Echo());
            Chat = await Api.PublishAsync(ApiFlows.Chat(), bindings: new() { ["model"] = "extractive" });
        }

        public ValueTask DisposeAsync() => Api.DisposeAsync();
    }

    private ApiApp Api => shared.Api;
    private Published Echo => shared.Echo;
    private Published Chat => shared.Chat;
    private static readonly (string, string) Streaming = ("Accept", "text/event-stream");
    private static readonly (string, string) Background = ("Prefer", "respond-async");

    [Fact]
    public async Task A_blocking_call_gets_output_and_usage()
    {
        ApiAnswer answer = await Api.PostAsync(Echo.Runs, Echo.Key, """{ "input": { "text": "hello" } }""");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("application/json", answer.MediaType);
        Assert.True(Guid.TryParse(answer.RunId, out _));
        Assert.Equal("completed", answer.RunStatus);
        Assert.Equal("hello", answer.Json.GetProperty("output").GetProperty("text").GetString());
        Assert.Equal(0, answer.Json.GetProperty("usage").GetProperty("modelCalls").GetInt32());
    }

    [Fact]
    public async Task Members_that_nobody_knows_change_nothing()
    {
        ApiAnswer answer = await Api.PostAsync(Echo.Runs, Echo.Key,
            $$"""{ "input": { "text": "hello", "more": 1 }, "workspaceId": "{{Guid.NewGuid()}}", "role": "owner", "isAdmin": true, "record": "summary" }""");

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        RunRow row = (await Api.Get<IFlowEngine>().FindAsync(Guid.Parse(answer.RunId)))!;
        Assert.Equal((Api.Workspace, Echo.Flow.Id, "api", "key caller"), (row.WorkspaceId, row.FlowId, row.Trigger, row.StartedBy));
    }

    [Fact]
    public async Task A_stream_tells_numbered_events_and_nothing_from_inside_the_flow()
    {
        ApiAnswer answer = await Api.PostAsync(Chat.Runs, Chat.Key, """{ "input": { "question": "The meeting was moved to Friday. Everybody agreed to that." } }""", Streaming);

        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (answer.Status, answer.MediaType));
        IReadOnlyList<StreamedEvent> events = answer.Events;
        Assert.Equal(["run.started", "run.completed"], [events[0].Name, events[^1].Name]);
        Assert.Contains(events, e => e.Name == "step.token" && e.Id is null);
        Assert.All(events, e => Assert.True(e.Name is "run.started" or "run.completed" or "step.token" || e is { Name: "step.completed" } && e.Data.GetProperty("step").GetString() == "answer", e.Name));
        Assert.All(events, e => Assert.Equal(e.Name == "step.token", e.Id is null));
        Assert.Equal(events.Where(e => e.Id is not null).Select(e => e.Id).Order(), events.Where(e => e.Id is not null).Select(e => e.Id));
        Assert.DoesNotContain("Rumpelstiltskin", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("reply", answer.Text, StringComparison.Ordinal);
        string told = string.Concat(events.Where(e => e.Name == "step.token").Select(e => e.Data.GetProperty("data").GetProperty("text").GetString()));
        Assert.Equal(events[^1].Data.GetProperty("data").GetProperty("output").GetProperty("text").GetString(), told);
    }

    [Fact]
    public async Task Who_starts_a_run_with_a_stream_gets_an_answer_that_was_not_streamed_in_one_piece()
    {
        IReadOnlyList<StreamedEvent> events = (await Api.PostAsync(Echo.Runs, Echo.Key, """{ "input": { "text": "hello" } }""", Streaming)).Events;

        Assert.Equal(["run.started", "step.token", "step.completed", "run.completed"], events.Select(e => e.Name));
        JsonElement token = events[1].Data.GetProperty("data");
        Assert.Equal(0, token.GetProperty("offset").GetInt32());
        Assert.Equal(events[^1].Data.GetProperty("data").GetProperty("output").GetProperty("text").GetString(), token.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Values_in_between_are_not_told()
    {
        ApiAnswer answer = await Api.PostAsync(Echo.Runs, Echo.Key, """{ "input": { "text": "hello" } }""", Streaming);

        Assert.DoesNotContain("hidden", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("between", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Inner working", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_that_comes_back_gets_the_rest_and_nothing_twice()
    {
        ApiAnswer first = await Api.PostAsync(Echo.Runs, Echo.Key, """{ "input": { "text": "hello" } }""", Streaming);
        string url = $"/api/v1/runs/{first.Events[0].Data.GetProperty("runId").GetString()}/events";
        long[] all = [.. first.Events.Where(e => e.Id is not null).Select(e => e.Id!.Value)];

        foreach (long last in all)
        {
            ApiAnswer rest = await Api.GetAsync(url, Echo.Key, ("Last-Event-ID", $"{last}"));
            Assert.Equal(all.Where(id => id > last), rest.Events.Select(e => e.Id!.Value));
        }
        Assert.Equal(all, (await Api.GetAsync(url, Echo.Key)).Events.Select(e => e.Id!.Value));
    }

    [Fact]
    public async Task A_background_run_is_found_at_its_location_until_it_is_done()
    {
        ApiAnswer started = await Api.PostAsync(Echo.Runs, Echo.Key, """{ "input": { "text": "later" } }""", Background);

        Assert.Equal(HttpStatusCode.Accepted, started.Status);
        Assert.Equal("respond-async", started.Headers["Preference-Applied"]);
        Assert.Equal($"/api/v1/runs/{started.RunId}", started.Headers["Location"]);
        // The events end when the run does.
        await Api.GetAsync($"{started.Headers["Location"]}/events", Echo.Key);
        ApiAnswer found = await Api.GetAsync(started.Headers["Location"], Echo.Key);
        Assert.Equal("completed", found.RunStatus);
        Assert.Equal("later", found.Json.GetProperty("output").GetProperty("text").GetString());
    }

    [Fact]
    public async Task The_same_idempotency_key_at_once_makes_one_run()
    {
        (string, string) once = ("Idempotency-Key", $"order-{Guid.NewGuid()}");

        ApiAnswer[] answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Api.PostAsync(Echo.Runs, Echo.Key, """{ "input": { "text": "once" } }""", once)));
        ApiAnswer other = await Api.PostAsync(Echo.Runs, Echo.Key, """{ "input": { "text": "another" } }""", once);

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a.Status));
        Assert.Single(answers.Select(a => a.RunId).Distinct());
        Assert.Single(answers.Select(a => a.Json.GetProperty("output").GetRawText()).Distinct());
        other.IsProblem(HttpStatusCode.UnprocessableEntity, "idempotency.reused");
        (await Api.PostAsync(Echo.Runs, Echo.Key, """{ "input": { "text": "x" } }""", ("Idempotency-Key", new string('k', 201)))).IsProblem(HttpStatusCode.BadRequest, "idempotency.tooLong");
    }

    [Fact]
    public async Task A_conversation_is_remembered()
    {
        string ask(string question) => JsonSerializer.Serialize(new { input = new { question }, conversationId = "anna" });

        ApiAnswer first = await Api.PostAsync(Chat.Runs, Chat.Key, ask("My name is Anna and I keep bees."));
        ApiAnswer second = await Api.PostAsync(Chat.Runs, Chat.Key, ask("What did I say?"));

        Assert.Equal("anna", first.Json.GetProperty("conversationId").GetString());
        Assert.Equal(HttpStatusCode.OK, second.Status);
        Conversation kept = await Api.Get<IRunLog>().LoadConversationAsync(Chat.Flow.Id, "anna", default);
        Assert.Equal(4, kept.Messages.Count);
    }

    [Fact]
    public async Task A_run_that_hangs_in_a_model_is_cancelled()
    {
        using SilentServer silent = new();
        await Api.ConnectAsync("silent", silent.Address, "sk-none");
        Published hanging = await Api.PublishAsync(ApiFlows.Chat(), bindings: new() { ["model"] = "silent" });
        ApiAnswer started = await Api.PostAsync(hanging.Runs, hanging.Key, """{ "input": { "question": "?" } }""", Background);
        await silent.Asked;

        ApiAnswer cancelled = await Api.PostAsync($"/api/v1/runs/{started.RunId}/cancel", hanging.Key, "");

        Assert.Equal(HttpStatusCode.OK, cancelled.Status);
        Assert.Equal("run.cancelled", (await Api.GetAsync($"/api/v1/runs/{started.RunId}/events", hanging.Key)).Events[^1].Name);
        Assert.Equal("cancelled", (await Api.GetAsync($"/api/v1/runs/{started.RunId}", hanging.Key)).RunStatus);
    }
}
