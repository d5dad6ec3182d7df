using System.Net;
using System.Text;
using System.Text.Json;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Access;
using Designer.Web.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.Web.Tests.Editor;

/// <summary>A part of a flow that becomes a flow of its own, and what a sub-flow step calls.</summary>
public sealed class SubFlowTests(SubFlowTests.Shared shared) : IClassFixture<SubFlowTests.Shared>
{
    public sealed class Shared : IAsyncLifetime
    {
        public DesignerApp App { get; private set; } = null!;
        public TestBrowser Owner { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            App = await DesignerApp.WithOwnerAsync();
            Owner = await App.SignInAsync(App.Owner.Email);
        }

        public ValueTask DisposeAsync() => App.DisposeAsync();
    }

    private FlowStore Flows => shared.App.Services.GetRequiredService<FlowStore>();

    private async Task<FlowDraft> FlowAsync(SignedInMember? of = null, IReadOnlyDictionary<string, string>? bindings = null)
    {
        FlowDocument document = ApiFlows.Echo();
        return await Flows.CreateAsync((of ?? shared.App.Owner).WorkspaceId, new NewFlow(document.Id, document.Name, null, FlowJson.Write(document)) { Bindings = bindings }, "test");
    }

    private static Task<HttpResponseMessage> ExtractAsync(TestBrowser browser, Guid flow, string json) =>
        browser.SendAsync(HttpMethod.Post, $"/api/editor/flows/{flow}/extract", new StringContent(json, Encoding.UTF8, "application/json"));

    private static string Part(string name = "Greeting", string answer = """, { "id": "answer", "type": "answer", "typeVersion": 1, "name": "Answer", "position": { "x": 200, "y": 0 }, "settings": { "outputs": [ { "name": "hello", "value": "{{ start.who }}" } ] } }""") => $$"""
        { "schema": "designer.flow/1", "name": "{{name}}", "mode": "task",
          "nodes": [ { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [ { "name": "who", "type": "string" } ] } }{{answer}} ],
          "edges": [ { "id": "e1", "from": "start:out", "to": "answer:in" } ], "slots": {} }
        """;

    [Fact]
    public async Task A_part_becomes_a_published_flow_that_can_be_read_again()
    {
        FlowDraft outer = await FlowAsync();
        using HttpResponseMessage made = await ExtractAsync(shared.Owner, outer.Id, Part());
        string text = await made.Content.ReadAsStringAsync();
        Assert.True(made.StatusCode == HttpStatusCode.OK, text);
        string slug = JsonElement.Parse(text).GetProperty("slug").GetString()!;

        foreach (string name in (string[])[slug, $"{slug}@1"])
        {
            using HttpResponseMessage called = await shared.Owner.GetAsync($"/api/editor/subflows/{Uri.EscapeDataString(name)}");
            JsonElement callee = JsonElement.Parse(await called.Content.ReadAsStringAsync());
            Assert.Equal(("1", "Greeting"), (callee.GetProperty("version").GetString(), callee.GetProperty("document").GetProperty("name").GetString()));
        }
        Assert.NotEqual(outer.Id, (await Flows.FindAsync(shared.App.Owner.WorkspaceId, slug))!.Id);
    }

    [Fact]
    public async Task A_part_that_cannot_run_is_told_why_and_leaves_nothing_behind()
    {
        FlowDraft outer = await FlowAsync();
        using HttpResponseMessage refused = await ExtractAsync(shared.Owner, outer.Id, Part("Broken part", ""));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.NotEmpty(JsonElement.Parse(await refused.Content.ReadAsStringAsync()).GetProperty("problems").EnumerateArray());
        Assert.DoesNotContain((await Flows.ListAsync(shared.App.Owner.WorkspaceId, "Broken part")).Flows, f => f.Name == "Broken part");
    }

    [Theory]
    [InlineData("[]", HttpStatusCode.BadRequest)]
    [InlineData("{", HttpStatusCode.BadRequest)]
    [InlineData("""{ "schema": "designer.flow/1", "name": " ", "mode": "task", "nodes": [], "edges": [] }""", HttpStatusCode.BadRequest)]
    public async Task What_is_no_flow_is_refused(string body, HttpStatusCode status)
    {
        using HttpResponseMessage refused = await ExtractAsync(shared.Owner, (await FlowAsync()).Id, body);
        Assert.Equal(status, refused.StatusCode);
    }

    [Fact]
    public async Task Others_flows_are_not_there_and_viewers_make_none()
    {
        SignedInMember stranger = await shared.App.AddMemberAsync($"stranger-{Guid.NewGuid():N}@example.org", Role.Owner, ownWorkspace: true);
        SignedInMember viewer = await shared.App.AddMemberAsync($"viewer-{Guid.NewGuid():N}@example.org", Role.Viewer);
        FlowDraft flow = await FlowAsync();
        using HttpResponseMessage made = await ExtractAsync(shared.Owner, flow.Id, Part("Ours"));
        string slug = JsonElement.Parse(await made.Content.ReadAsStringAsync()).GetProperty("slug").GetString()!;
        TestBrowser other = await shared.App.SignInAsync(stranger.Email);

        using HttpResponseMessage theirs = await ExtractAsync(other, flow.Id, Part());
        using HttpResponseMessage read = await other.GetAsync($"/api/editor/subflows/{slug}");
        using HttpResponseMessage forbidden = await ExtractAsync(await shared.App.SignInAsync(viewer.Email), flow.Id, Part());
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.Forbidden), (theirs.StatusCode, read.StatusCode, forbidden.StatusCode));
    }
}
