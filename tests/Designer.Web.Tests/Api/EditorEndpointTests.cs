using System.Net;
using System.Text;
using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Access;
using Designer.Web.Features.Editor;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.Web.Tests.Api;

/// <summary>What the canvas calls with the member's session.</summary>
public sealed class EditorEndpointTests(EditorEndpointTests.Shared shared) : IClassFixture<EditorEndpointTests.Shared>
{
    public sealed class Shared : IAsyncLifetime
    {
        public DesignerApp App { get; private set; } = null!;
        public async ValueTask InitializeAsync() => App = await DesignerApp.WithOwnerAsync();
        public ValueTask DisposeAsync() => App.DisposeAsync();
    }

    private DesignerApp App => shared.App;

    private async Task<FlowDraft> FlowAsync(FlowDocument document, SignedInMember? of = null) =>
        await App.Services.GetRequiredService<FlowStore>().CreateAsync((of ?? App.Owner).WorkspaceId, new NewFlow(document.Id, document.Name, null, FlowJson.Write(document)), "test");

    private static Task<HttpResponseMessage> PostAsync(TestBrowser browser, string url, string json, params (string, string)[] headers) =>
        browser.SendAsync(HttpMethod.Post, url, new StringContent(json, Encoding.UTF8, "application/json"), headers);

    private static async Task<JsonElement> ProblemAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{(int)response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        return JsonElement.Parse(text);
    }

    [Fact]
    public async Task Without_a_session_nothing_is_told()
    {
        FlowDraft flow = await FlowAsync(ApiFlows.Echo());

        using HttpResponseMessage there = await App.Browser().GetAsync($"/api/editor/flows/{flow.Id}");
        using HttpResponseMessage nowhere = await App.Browser().GetAsync($"/api/editor/flows/{Guid.NewGuid()}");

        Assert.Equal("session.missing", (await ProblemAsync(there, HttpStatusCode.Unauthorized)).GetProperty("code").GetString());
        Assert.Equal(await nowhere.Content.ReadAsStringAsync(), await there.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_run_starts_and_tells_its_steps_to_members()
    {
        FlowDraft flow = await FlowAsync(ApiFlows.Echo());
        TestBrowser owner = await App.SignInAsync(App.Owner.Email);

        using HttpResponseMessage started = await PostAsync(owner, $"/api/editor/flows/{flow.Id}/runs", """{ "input": { "text": "hello" } }""");
        string id = JsonElement.Parse(await started.Content.ReadAsStringAsync()).GetProperty("runId").GetString()!;
        using HttpResponseMessage events = await owner.GetAsync($"/api/editor/runs/{id}/events");

        Assert.Contains("hidden hello", await events.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_workspaces_flows_and_runs_are_as_ones_that_never_were()
    {
        SignedInMember stranger = await App.AddMemberAsync($"stranger-{Guid.NewGuid():N}@example.org", Role.Owner, ownWorkspace: true);
        FlowDraft flow = await FlowAsync(ApiFlows.Echo());
        TestBrowser owner = await App.SignInAsync(App.Owner.Email);
        using HttpResponseMessage started = await PostAsync(owner, $"/api/editor/flows/{flow.Id}/runs", """{ "input": { "text": "x" } }""");
        string run = JsonElement.Parse(await started.Content.ReadAsStringAsync()).GetProperty("runId").GetString()!;
        TestBrowser other = await App.SignInAsync(stranger.Email);

        foreach ((HttpMethod method, string url, string nowhere) in ((HttpMethod, string, string)[])[
            (HttpMethod.Get, $"/api/editor/flows/{flow.Id}", $"/api/editor/flows/{Guid.NewGuid()}"),
            (HttpMethod.Post, $"/api/editor/flows/{flow.Id}/runs", $"/api/editor/flows/{Guid.NewGuid()}/runs"),
            (HttpMethod.Get, $"/api/editor/runs/{run}", $"/api/editor/runs/{Guid.NewGuid()}"),
            (HttpMethod.Get, $"/api/editor/runs/{run}/events", $"/api/editor/runs/{Guid.NewGuid()}/events"),
            (HttpMethod.Get, $"/api/editor/runs/{run}/events/1/input", $"/api/editor/runs/{Guid.NewGuid()}/events/1/input"),
            (HttpMethod.Get, $"/api/editor/runs/{run}/files/{new string('0', 64)}", $"/api/editor/runs/{Guid.NewGuid()}/files/{new string('0', 64)}"),
            (HttpMethod.Post, $"/api/editor/runs/{run}/cancel", $"/api/editor/runs/{Guid.NewGuid()}/cancel"),
            (HttpMethod.Post, $"/api/editor/runs/{run}/answer", $"/api/editor/runs/{Guid.NewGuid()}/answer")])
        {
            using HttpResponseMessage theirs = await other.SendAsync(method, url, method == HttpMethod.Post ? new StringContent("{}", Encoding.UTF8, "application/json") : null);
            using HttpResponseMessage none = await other.SendAsync(method, nowhere, method == HttpMethod.Post ? new StringContent("{}", Encoding.UTF8, "application/json") : null);
            await ProblemAsync(theirs, HttpStatusCode.NotFound);
            Assert.Equal(await none.Content.ReadAsStringAsync(), await theirs.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task A_foreign_page_starts_nothing()
    {
        FlowDraft flow = await FlowAsync(ApiFlows.Echo());
        TestBrowser owner = await App.SignInAsync(App.Owner.Email);

        using HttpResponseMessage refused = await PostAsync(owner, $"/api/editor/flows/{flow.Id}/runs", """{ "input": { "text": "x" } }""", ("Origin", "https://evil.example"));

        await ProblemAsync(refused, HttpStatusCode.Forbidden);
        Assert.Empty(await App.Services.GetRequiredService<IRunLog>().ListAsync(new RunQuery(App.Owner.WorkspaceId) { FlowId = flow.Id }, default));
    }

    [Fact]
    public async Task A_flow_with_errors_is_not_started_and_all_are_named()
    {
        FlowDraft flow = await FlowAsync(ApiFlows.Broken());
        TestBrowser owner = await App.SignInAsync(App.Owner.Email);

        using HttpResponseMessage refused = await PostAsync(owner, $"/api/editor/flows/{flow.Id}/runs", """{ "input": {} }""");

        JsonElement problem = Assert.Single((await ProblemAsync(refused, HttpStatusCode.UnprocessableEntity)).GetProperty("problems").EnumerateArray());
        Assert.Equal(("ref.unknown", "error", "answer"), (problem.GetProperty("code").GetString(), problem.GetProperty("severity").GetString(), problem.GetProperty("nodeId").GetString()));
    }

    [Theory]
    [InlineData("{", "json.malformed")]
    [InlineData("", "json.malformed")]
    [InlineData("null", "json.malformed")]
    [InlineData("""{ "input": {}, "target": {} }""", "target.incomplete")]
    [InlineData("""{ "input": {}, "replayOf": 7 }""", "json.malformed")]
    public async Task A_body_that_is_no_request_is_refused(string body, string code)
    {
        FlowDraft flow = await FlowAsync(ApiFlows.Echo());
        TestBrowser owner = await App.SignInAsync(App.Owner.Email);

        using HttpResponseMessage refused = await PostAsync(owner, $"/api/editor/flows/{flow.Id}/runs", body);

        Assert.Equal(code, (await ProblemAsync(refused, HttpStatusCode.BadRequest)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_viewer_runs_but_answers_no_step()
    {
        SignedInMember viewer = await App.AddMemberAsync($"viewer-{Guid.NewGuid():N}@example.org", Role.Viewer);
        FlowDraft flow = await FlowAsync(ApiFlows.Approval());
        TestBrowser browser = await App.SignInAsync(viewer.Email);

        using HttpResponseMessage started = await PostAsync(browser, $"/api/editor/flows/{flow.Id}/runs", """{ "input": { "text": "x" } }""");
        string run = JsonElement.Parse(await started.Content.ReadAsStringAsync()).GetProperty("runId").GetString()!;
        using HttpResponseMessage answered = await PostAsync(browser, $"/api/editor/runs/{run}/answer", """{ "step": "review", "decision": "approve" }""");

        await ProblemAsync(answered, HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_flow_whose_steps_must_be_kept_is_not_published_with_summaries()
    {
        FlowStore flows = App.Services.GetRequiredService<FlowStore>();
        Publishing publishing = App.Services.GetRequiredService<Publishing>();
        FlowDraft unfit = await FlowAsync(ApiFlows.Approval());
        FlowDraft fit = await FlowAsync(ApiFlows.Echo());
        await flows.SetRecordAsync(App.Owner.WorkspaceId, unfit.Id, RunRecord.Summary);
        await flows.SetRecordAsync(App.Owner.WorkspaceId, fit.Id, RunRecord.Summary);

        FlowProblemsException refused = await Assert.ThrowsAsync<FlowProblemsException>(() => publishing.PublishAsync(App.Owner.WorkspaceId, unfit.Id, "test"));

        Assert.Equal(("record.unfit", ProblemSeverity.Error, "review"), Assert.Single(refused.Problems) is var p ? (p.Code, p.Severity, p.NodeId) : default);
        Assert.Equal(1, (await publishing.PublishAsync(App.Owner.WorkspaceId, fit.Id, "test")).Number);
    }

    [Fact]
    public async Task A_member_uploads_a_file_runs_with_it_and_saves_it_from_the_run()
    {
        FlowDraft flow = await FlowAsync(FileTests.ReadingFlow());
        TestBrowser owner = await App.SignInAsync(App.Owner.Email);
        using HttpResponseMessage uploaded = await owner.SendAsync(HttpMethod.Post, "/api/editor/files?name=a%20b.txt", new ByteArrayContent(Encoding.UTF8.GetBytes(new string('ö', 200_000))));
        Assert.Equal(HttpStatusCode.Created, uploaded.StatusCode);
        string file = await uploaded.Content.ReadAsStringAsync(), id = JsonElement.Parse(file).GetProperty("id").GetString()!;

        using HttpResponseMessage started = await PostAsync(owner, $"/api/editor/flows/{flow.Id}/runs", $$"""{ "input": { "document": {{file}} } }""");
        string run = JsonElement.Parse(await started.Content.ReadAsStringAsync()).GetProperty("runId").GetString()!;
        using HttpResponseMessage saved = await owner.GetAsync($"/api/editor/runs/{run}/files/{id}?name=a%20b.txt");
        Assert.Equal(400_000, saved.Content.Headers.ContentLength);
        Assert.Equal("attachment", saved.Content.Headers.ContentDisposition?.DispositionType);

        // The trace has a preview of what is large; the whole is a step away.
        using HttpResponseMessage events = await owner.GetAsync($"/api/editor/runs/{run}/events");
        string trace = await events.Content.ReadAsStringAsync();
        Assert.InRange(trace.Length, 1, 60_000);
        JsonElement read = trace.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => JsonElement.Parse(line[6..]))
            .Single(e => e.GetProperty("type").GetString() == "step.completed" && e.GetProperty("step").GetString() == "read");
        Assert.Equal(1, read.GetProperty("data").GetProperty("large").GetProperty("outputs").GetProperty("preview").GetString()!.Split("\"text\"").Length - 1);
        using HttpResponseMessage whole = await owner.GetAsync($"/api/editor/runs/{run}/events/{read.GetProperty("seq").GetInt64()}/outputs");
        Assert.Equal(200_000, JsonElement.Parse(await whole.Content.ReadAsStringAsync()).GetProperty("text").GetString()!.Length);
        Assert.Equal("attachment", whole.Content.Headers.ContentDisposition?.DispositionType);

        foreach (string url in new[] { $"/api/editor/runs/{run}/events/1/secrets", $"/api/editor/runs/{run}/events/9999/outputs", $"/api/editor/runs/{run}/files/{new string('0', 64)}", $"/api/editor/runs/{Guid.NewGuid()}/files/{id}" })
        {
            using HttpResponseMessage nothing = await owner.GetAsync(url);
            Assert.Equal("notFound", (await ProblemAsync(nothing, HttpStatusCode.NotFound)).GetProperty("code").GetString());
        }
    }

    [Fact]
    public async Task Files_are_for_members_of_the_runs_workspace()
    {
        FlowDraft flow = await FlowAsync(FileTests.ReadingFlow());
        TestBrowser owner = await App.SignInAsync(App.Owner.Email);
        using HttpResponseMessage uploaded = await owner.SendAsync(HttpMethod.Post, "/api/editor/files?name=a.txt", new ByteArrayContent("ours"u8.ToArray()));
        string file = await uploaded.Content.ReadAsStringAsync(), id = JsonElement.Parse(file).GetProperty("id").GetString()!;
        using HttpResponseMessage started = await PostAsync(owner, $"/api/editor/flows/{flow.Id}/runs", $$"""{ "input": { "document": {{file}} } }""");
        string run = JsonElement.Parse(await started.Content.ReadAsStringAsync()).GetProperty("runId").GetString()!;

        using HttpResponseMessage stranger = await App.Browser().GetAsync($"/api/editor/runs/{run}/files/{id}");
        Assert.Equal("session.missing", (await ProblemAsync(stranger, HttpStatusCode.Unauthorized)).GetProperty("code").GetString());
        using HttpResponseMessage unknown = await App.Browser().SendAsync(HttpMethod.Post, "/api/editor/files?name=a.txt", new ByteArrayContent("x"u8.ToArray()));
        Assert.Equal("session.missing", (await ProblemAsync(unknown, HttpStatusCode.Unauthorized)).GetProperty("code").GetString());
        using HttpResponseMessage foreign = await owner.SendAsync(HttpMethod.Post, "/api/editor/files?name=a.txt", new ByteArrayContent("x"u8.ToArray()), ("Origin", "https://evil.example"));
        Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
    }
}
