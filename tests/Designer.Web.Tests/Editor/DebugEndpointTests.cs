using System.Net;
using System.Text;
using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Access;
using Designer.Web.Features.Editor;
using Designer.Web.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.Web.Tests.Editor;

/// <summary>Pins, breakpoints and test inputs over HTTP, as the canvas calls them.</summary>
public sealed class DebugEndpointTests(DebugEndpointTests.Shared shared) : IClassFixture<DebugEndpointTests.Shared>
{
    public sealed class Shared : IAsyncLifetime
    {
        public DesignerApp App { get; private set; } = null!;
        /// <summary>Signed in once: signing in again and again is held up.</summary>
        public TestBrowser Owner { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            App = await DesignerApp.WithOwnerAsync();
            Owner = await App.SignInAsync(App.Owner.Email);
        }

        public ValueTask DisposeAsync() => App.DisposeAsync();
    }

    private DesignerApp App => shared.App;
    private IFlowEngine Engine => App.Services.GetRequiredService<IFlowEngine>();

    private async Task<(FlowDraft Flow, string Url, TestBrowser Owner)> OpenAsync()
    {
        FlowDocument document = ApiFlows.Echo();
        FlowDraft flow = await App.Services.GetRequiredService<FlowStore>().CreateAsync(App.Owner.WorkspaceId, new NewFlow(document.Id, document.Name, null, FlowJson.Write(document)), "test");
        return (flow, $"/api/editor/flows/{flow.Id}", shared.Owner);
    }

    private static async Task<(HttpStatusCode Status, JsonElement Json)> SendAsync(TestBrowser browser, HttpMethod method, string url, string? json = null)
    {
        using HttpResponseMessage response = await browser.SendAsync(method, url, json is null ? null : new StringContent(json, Encoding.UTF8, "application/json"));
        string text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.StartsWith('{') ? JsonElement.Parse(text) : default);
    }

    private async Task<RunRow> RunAsync(TestBrowser browser, string flowUrl, string body = """{ "input": { "text": "hello" } }""")
    {
        (_, JsonElement started) = await SendAsync(browser, HttpMethod.Post, $"{flowUrl}/runs", body);
        return await Engine.WaitAsync(started.GetProperty("runId").GetGuid(), TestContext.Current.CancellationToken);
    }

    private static string Text(RunRow row) => row.Output?.GetProperty("text").GetString() ?? $"{row.State} {row.Error?.Message}";

    [Fact]
    public async Task A_pin_stands_in_for_its_author_alone_until_it_is_taken_away()
    {
        (FlowDraft flow, string url, TestBrowser owner) = await OpenAsync();
        SignedInMember grace = await App.AddMemberAsync($"grace-{Guid.NewGuid():N}@example.org", Role.Editor);
        TestBrowser other = await App.SignInAsync(grace.Email);

        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(owner, HttpMethod.Put, $"{url}/pins/answer", """{ "outputs": { "text": "pinned" } }""")).Status);

        Assert.Equal("pinned", Text(await RunAsync(owner, url)));
        Assert.Equal("hello", Text(await RunAsync(other, url)));
        Assert.Equal("pinned", (await SendAsync(owner, HttpMethod.Get, $"{url}/debug")).Json.GetProperty("pins").GetProperty("answer").GetProperty("outputs").GetProperty("text").GetString());
        Assert.Empty((await SendAsync(other, HttpMethod.Get, $"{url}/debug")).Json.GetProperty("pins").EnumerateObject());
        await App.Services.GetRequiredService<Publishing>().PublishAsync(App.Owner.WorkspaceId, flow.Id, "test");
        FlowVersion published = (await App.Services.GetRequiredService<PublishedFlows>().FindPublishedAsync(App.Owner.WorkspaceId, flow.Slug, TestContext.Current.CancellationToken))!;
        StartedRun live = await Engine.StartAsync(published, JsonElement.Parse("""{ "text": "hello" }"""), RunOptions.Default, TestContext.Current.CancellationToken);
        Assert.Equal("hello", Text(await Engine.WaitAsync(live.Id, TestContext.Current.CancellationToken)));

        await SendAsync(owner, HttpMethod.Delete, $"{url}/pins");
        Assert.Equal("hello", Text(await RunAsync(owner, url)));
    }

    [Theory]
    [InlineData("answer", """{ "outputs": { "text": 5 } }""", "pin.type", "must be a text")]
    [InlineData("answer", """{ "outputs": { "txt": "x" } }""", "pin.unknown", "txt")]
    [InlineData("answer", """{ "outputs": [] }""", "pin.type", "JSON object")]
    [InlineData("answer", """{ }""", "pin.type", "JSON object")]
    [InlineData("between", """{ "outputs": { "text": "x" }, "port": "sideways" }""", "pin.port", "sideways")]
    [InlineData("start", """{ "outputs": { "text": "x" } }""", "pin.start", "input")]
    [InlineData("nobody", """{ "outputs": { } }""", "pin.node", "no such node")]
    public async Task What_does_not_fit_the_node_is_not_pinned(string node, string body, string code, string part)
    {
        (_, string url, TestBrowser owner) = await OpenAsync();

        (HttpStatusCode status, JsonElement problem) = await SendAsync(owner, HttpMethod.Put, $"{url}/pins/{node}", body);

        Assert.Equal((HttpStatusCode.UnprocessableEntity, code), (status, problem.GetProperty("code").GetString()));
        Assert.Contains(part, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_draft_run_stops_at_a_breakpoint_and_a_viewer_who_set_it_steps_on()
    {
        (_, string url, _) = await OpenAsync();
        TestBrowser viewer = await App.SignInAsync((await App.AddMemberAsync($"viewer-{Guid.NewGuid():N}@example.org", Role.Viewer)).Email);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(viewer, HttpMethod.Put, $"{url}/breakpoints/between", "{}")).Status);

        RunRow stopped = await RunAsync(viewer, url);
        Assert.Equal(RunState.Waiting, stopped.State);
        string go = $"/api/editor/runs/{stopped.Id}/continue";
        Assert.Equal("answer.incomplete", (await SendAsync(viewer, HttpMethod.Post, go, "{}")).Json.GetProperty("code").GetString());
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(viewer, HttpMethod.Post, go, """{ "step": "between", "decision": "approve" }""")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(viewer, HttpMethod.Post, go, """{ "step": "answer", "decision": "continue" }""")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(viewer, HttpMethod.Post, go, """{ "step": "between", "decision": "stepOver" }""")).Status);
        Assert.Equal(RunState.Waiting, (await Engine.WaitAsync(stopped.Id, TestContext.Current.CancellationToken)).State);
        await SendAsync(viewer, HttpMethod.Post, go, """{ "step": "answer", "decision": "continue" }""");
        Assert.Equal("hello", Text(await Engine.WaitAsync(stopped.Id, TestContext.Current.CancellationToken)));

        // Whoever asks for one node wants it run.
        Assert.Equal(RunState.Completed, (await RunAsync(viewer, url, $$"""{ "input": {}, "replayOf": "{{stopped.Id}}", "target": { "node": "between", "mode": "only" } }""")).State);
        await SendAsync(viewer, HttpMethod.Delete, $"{url}/breakpoints/between");
        Assert.Equal(RunState.Completed, (await RunAsync(viewer, url)).State);
    }

    [Fact]
    public async Task A_run_of_a_published_version_is_copied_and_run_again_on_the_draft_with_what_it_has_done()
    {
        FlowDocument document = ApiFlows.Chat();
        FlowDraft flow = await App.Services.GetRequiredService<FlowStore>().CreateAsync(
            App.Owner.WorkspaceId, new NewFlow(document.Id, document.Name, null, FlowJson.Write(document)) { Bindings = new Dictionary<string, string> { ["model"] = "extractive" } }, "test");
        await App.Services.GetRequiredService<Publishing>().PublishAsync(App.Owner.WorkspaceId, flow.Id, "test");
        FlowVersion published = (await App.Services.GetRequiredService<PublishedFlows>().FindPublishedAsync(App.Owner.WorkspaceId, flow.Slug, TestContext.Current.CancellationToken))!;
        JsonElement input = JsonElement.Parse("""{ "question": "The sky is blue. What colour is the sky?" }""");
        StartedRun live = await Engine.StartAsync(published, input, RunOptions.Default, TestContext.Current.CancellationToken);
        await Engine.WaitAsync(live.Id, TestContext.Current.CancellationToken);
        TestBrowser owner = shared.Owner;

        JsonElement row = (await SendAsync(owner, HttpMethod.Get, $"/api/editor/runs/{live.Id}")).Json;
        Assert.Equal(("1", true), (row.GetProperty("version").GetString(), JsonElement.DeepEquals(input, row.GetProperty("input"))));
        string again = $$"""{ "input": {{input.GetRawText()}}, "replayOf": "{{live.Id}}", "allowEffects": true }""";
        RunRow rerun = await RunAsync(owner, $"/api/editor/flows/{flow.Id}", again);
        List<RunEvent> events = [];
        await foreach (RunEvent e in Engine.WatchAsync(rerun.Id, 1, TestContext.Current.CancellationToken)) events.Add(e);
        Assert.Equal(["reply"], events.Where(e => e.Data?.Cached == true).Select(e => e.Step));

        SignedInMember stranger = await App.AddMemberAsync($"stranger-{Guid.NewGuid():N}@example.org", Role.Owner, ownWorkspace: true);
        FlowDocument own = ApiFlows.Chat();
        await App.Services.GetRequiredService<FlowStore>().CreateAsync(stranger.WorkspaceId, new NewFlow(own.Id, own.Name, null, FlowJson.Write(own)) { Bindings = new Dictionary<string, string> { ["model"] = "extractive" } }, "test");
        (HttpStatusCode status, JsonElement problem) = await SendAsync(await App.SignInAsync(stranger.Email), HttpMethod.Post, $"/api/editor/flows/{own.Id}/runs", again);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "replay.unknown"), (status, problem.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Test_inputs_are_the_workspaces_and_replace_each_other_by_name()
    {
        (_, string url, TestBrowser owner) = await OpenAsync();
        TestBrowser viewer = await App.SignInAsync((await App.AddMemberAsync($"viewer-{Guid.NewGuid():N}@example.org", Role.Viewer)).Email);
        await SendAsync(owner, HttpMethod.Put, $"{url}/inputs", """{ "name": " Short ", "input": { "text": "a" } }""");
        (_, JsonElement saved) = await SendAsync(owner, HttpMethod.Put, $"{url}/inputs", """{ "name": "Short", "input": { "text": "b" } }""");

        JsonElement seen = Assert.Single((await SendAsync(viewer, HttpMethod.Get, $"{url}/debug")).Json.GetProperty("inputs").EnumerateArray());
        Assert.Equal(("Short", "b"), (seen.GetProperty("name").GetString(), seen.GetProperty("input").GetProperty("text").GetString()));
        string one = $"{url}/inputs/{saved.GetProperty("id").GetString()}";
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(viewer, HttpMethod.Delete, one)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync(owner, HttpMethod.Delete, one)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(owner, HttpMethod.Delete, one)).Status);
    }

    [Theory]
    [InlineData("""{ "name": "", "input": {} }""", "input.name")]
    [InlineData("""{ "input": {} }""", "input.name")]
    [InlineData("""{ "name": "x", "input": [] }""", "input.invalid")]
    [InlineData("""{ "name": "x" }""", "input.invalid")]
    public async Task An_input_that_is_none_is_not_saved(string body, string code)
    {
        (_, string url, TestBrowser owner) = await OpenAsync();
        Assert.Equal(code, (await SendAsync(owner, HttpMethod.Put, $"{url}/inputs", body)).Json.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Nothing_of_this_is_there_for_another_workspace()
    {
        (_, string url, TestBrowser owner) = await OpenAsync();
        await SendAsync(owner, HttpMethod.Put, $"{url}/breakpoints/between", "{}");
        RunRow stopped = await RunAsync(owner, url);
        SignedInMember stranger = await App.AddMemberAsync($"stranger-{Guid.NewGuid():N}@example.org", Role.Owner, ownWorkspace: true);
        TestBrowser other = await App.SignInAsync(stranger.Email);

        foreach ((HttpMethod method, string at, string? body) in ((HttpMethod, string, string?)[])[
            (HttpMethod.Get, $"{url}/debug", null), (HttpMethod.Put, $"{url}/pins/answer", """{ "outputs": {} }"""), (HttpMethod.Delete, $"{url}/pins/answer", null), (HttpMethod.Delete, $"{url}/pins", null),
            (HttpMethod.Put, $"{url}/breakpoints/answer", "{}"), (HttpMethod.Delete, $"{url}/breakpoints/answer", null), (HttpMethod.Put, $"{url}/inputs", """{ "name": "x", "input": {} }"""),
            (HttpMethod.Delete, $"{url}/inputs/{Guid.NewGuid()}", null), (HttpMethod.Post, $"/api/editor/runs/{stopped.Id}/continue", """{ "step": "between", "decision": "continue" }""")])
            Assert.Equal((at, HttpStatusCode.NotFound), (at, (await SendAsync(other, method, at, body)).Status));
    }
}
