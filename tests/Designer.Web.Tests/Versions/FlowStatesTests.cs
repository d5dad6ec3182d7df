using System.Net;
using System.Text.Json;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Access;
using Designer.Web.Features.Editor;
using Designer.Web.Features.Versions;
using Designer.Web.Tests.Editor;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.Web.Tests.Versions;

/// <summary>Drafts, checkpoints and versions side by side.</summary>
public sealed class FlowStatesTests(DraftEditingTests.Shared shared) : IClassFixture<DraftEditingTests.Shared>
{
    private FlowStore Flows => shared.App.Services.GetRequiredService<FlowStore>();
    private FlowStates States => shared.App.Services.GetRequiredService<FlowStates>();
    private PublishedFlows Published => shared.App.Services.GetRequiredService<PublishedFlows>();
    private SignedInMember Ada => shared.App.Owner;

    private async Task<FlowDraft> FlowAsync()
    {
        FlowDocument flow = new() { Id = Guid.CreateVersion7(), Name = "Flow", Nodes = [new FlowNode { Id = "start", Type = "start", Name = "First" }] };
        return await Flows.CreateAsync(Ada.WorkspaceId, new NewFlow(flow.Id, flow.Name, null, FlowJson.Write(flow)), "test");
    }

    private async Task RenameAsync(FlowDraft flow, string name)
    {
        FlowDraft now = (await Flows.FindAsync(Ada.WorkspaceId, flow.Id))!;
        await shared.App.Services.GetRequiredService<DraftEditing>().CommitAsync(Ada, flow.Id, "", new EditCommand(Guid.NewGuid().ToString(), now.Revision, [new SetNode("start", "name", JsonSerializer.SerializeToElement(name))]));
    }

    private async Task<string> NameAsync(FlowDraft flow, string key = FlowStates.Draft) => (await States.FindAsync(Ada, flow.Id, key))!.Nodes[0].Name;

    [Fact]
    public async Task Every_state_is_listed_with_what_people_know_it_by()
    {
        FlowDraft flow = await FlowAsync();
        CheckpointInfo kept = (await States.KeepAsync(shared.Bob, flow.Id, "", "  Before the rebuild "))!;
        await Flows.PublishAsync(Ada.WorkspaceId, flow.Id, 1, Ada.Author, "Words that people understand");
        await RenameAsync(flow, "Second");
        await Flows.BeginOwnDraftAsync(Ada.WorkspaceId, flow.Id, Ada.Author);

        IReadOnlyList<FlowState> states = await States.ListAsync(Ada, flow.Id);
        Assert.Equal(["draft Draft", "own My own draft", "v1 Version 1", $"c-{kept.Id} Before the rebuild"], states.Select(s => $"{s.Key} {s.Title}"));
        Assert.Equal([Ada.Author, Ada.Author, Ada.Author, shared.Bob.Author], states.Select(s => s.Author));
        Assert.Equal("Words that people understand", states[2].Notes);
        Assert.Equal(["draft", "v1", $"c-{kept.Id}"], (await States.ListAsync(shared.Bob, flow.Id)).Select(s => s.Key));
        Assert.Equal(("First", "Second"), (await NameAsync(flow, "v1"), await NameAsync(flow)));
    }

    [Fact]
    public async Task A_restore_changes_the_draft_alone_and_can_be_undone()
    {
        FlowDraft flow = await FlowAsync();
        await Flows.PublishAsync(Ada.WorkspaceId, flow.Id, 1, Ada.Author);
        await RenameAsync(flow, "Second");
        CheckpointInfo kept = (await States.KeepAsync(Ada, flow.Id, "", ""))!;
        Assert.NotEmpty(kept.Name);
        await Flows.PublishAsync(Ada.WorkspaceId, flow.Id, 2, Ada.Author);

        CommitResult restored = (await States.RestoreAsync(Ada, flow.Id, "v1"))!;
        Assert.Equal((3, null), (restored.Revision, restored.Error));
        Assert.Equal("First", await NameAsync(flow));
        Assert.Equal("Second", (await Published.FindAsync(Ada.WorkspaceId, flow.Id.ToString(), CancellationToken.None))!.Version.Document.Nodes[0].Name);
        SavedCommand step = Assert.Single((await Flows.CommandsAfterAsync(Ada.WorkspaceId, flow.Id, 2))!);
        Assert.Contains("\"Second\"", step.Inverse, StringComparison.Ordinal);

        await States.RestoreAsync(Ada, flow.Id, $"c-{kept.Id}");
        Assert.Equal("Second", await NameAsync(flow));
        Assert.Null(await States.RestoreAsync(Ada, flow.Id, "v9"));
    }

    [Fact]
    public async Task Two_states_are_told_to_members_with_what_differs()
    {
        FlowDraft flow = await FlowAsync();
        await Flows.PublishAsync(Ada.WorkspaceId, flow.Id, 1, Ada.Author);
        await RenameAsync(flow, "Second");
        TestBrowser ada = await shared.App.SignInAsync(Ada.Email);
        JsonElement compared = JsonElement.Parse(await ada.PageAsync($"/api/editor/flows/{flow.Id}/compare?from=v1&to=draft"));
        JsonElement change = Assert.Single(compared.GetProperty("diff").GetProperty("nodes").EnumerateArray());
        Assert.Equal(("start", "changed"), (change.GetProperty("id").GetString(), change.GetProperty("kind").GetString()));
        Assert.Equal("First", compared.GetProperty("before").GetProperty("nodes")[0].GetProperty("name").GetString());

        SignedInMember stranger = await shared.App.AddMemberAsync($"stranger-{Guid.NewGuid():N}@example.org", Role.Owner, ownWorkspace: true);
        TestBrowser other = await shared.App.SignInAsync(stranger.Email);
        foreach ((TestBrowser browser, string query) in ((TestBrowser, string)[])[(other, "from=v1&to=draft"), (ada, "from=v9&to=draft"), (ada, "from=v1&to=own"), (ada, "from=vx&to=c-1"), (ada, "from=-1&to=draft")])
        {
            using HttpResponseMessage response = await browser.GetAsync($"/api/editor/flows/{flow.Id}/compare?{query}");
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    [Theory]
    [InlineData("settings.prompt", "prompt")]
    [InlineData("settings.messages[0].text", "messages › 1 › text")]
    [InlineData("name", "name")]
    [InlineData("retry.attempts", "retry › attempts")]
    public void Members_are_named_as_people_read_them(string path, string words) => Assert.Equal(words, ChangeWords.Member(path));
}
