using System.Text.Json;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Access;
using Designer.Web.Features.Editor;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.Web.Tests.Editor;

/// <summary>Drafts of one's own beside the shared one, and who is there.</summary>
public sealed class OwnDraftTests(DraftEditingTests.Shared shared) : IClassFixture<DraftEditingTests.Shared>
{
    private FlowStore Flows => shared.App.Services.GetRequiredService<FlowStore>();
    private DraftEditing Editing => shared.App.Services.GetRequiredService<DraftEditing>();
    private OwnDrafts Own => shared.App.Services.GetRequiredService<OwnDrafts>();
    private SignedInMember Ada => shared.App.Owner;

    private async Task<FlowDraft> BegunAsync()
    {
        FlowDocument flow = new()
        {
            Id = Guid.CreateVersion7(),
            Name = "Shared",
            Nodes = [new FlowNode { Id = "start", Type = "start", Name = "Start" }, new FlowNode { Id = "reply", Type = "model.chat", Name = "Reply" }],
        };
        FlowDraft draft = await Flows.CreateAsync(Ada.WorkspaceId, new NewFlow(flow.Id, flow.Name, null, FlowJson.Write(flow)), "test");
        await Flows.BeginOwnDraftAsync(Ada.WorkspaceId, draft.Id, Ada.Author);
        return draft;
    }

    private static SetNode Name(string node, string name) => new(node, "name", JsonSerializer.SerializeToElement(name));

    private async Task<string> NamesAsync(FlowDraft flow, string owner = "") =>
        string.Join(", ", FlowJson.Read((await Flows.FindAsync(Ada.WorkspaceId, flow.Id, owner, CancellationToken.None))!.Document.Span).Nodes.Select(n => n.Name));

    private async Task EditAsync(SignedInMember member, FlowDraft flow, string owner, params Op[] ops)
    {
        FlowDraft now = (await Flows.FindAsync(member.WorkspaceId, flow.Id, owner, CancellationToken.None))!;
        CommitResult result = await Editing.CommitAsync(member, flow.Id, owner, new EditCommand(Guid.NewGuid().ToString(), now.Revision, ops));
        Assert.Null(result.Error);
    }

    [Fact]
    public async Task Work_in_it_is_unseen_until_it_is_merged_as_one_undoable_step()
    {
        FlowDraft flow = await BegunAsync();
        await EditAsync(Ada, flow, Ada.Author, Name("start", "Mine"), new AddNode(new FlowNode { Id = "more", Type = "answer", Name = "More" }));
        await EditAsync(shared.Bob, flow, "", Name("reply", "Bob's"));
        Assert.Equal("Start, Bob's", await NamesAsync(flow));
        Assert.Equal("Mine, Reply, More", await NamesAsync(flow, Ada.Author));

        CommitResult merged = await Own.MergeAsync(Ada, flow.Id);
        Assert.Equal((null, null), (merged.Error, merged.Conflicts));
        Assert.Equal("Mine, Bob's, More", await NamesAsync(flow));
        Assert.Null(await Flows.FindOwnDraftAsync(Ada.WorkspaceId, flow.Id, Ada.Author));

        SavedCommand step = (await Flows.LastCommandsAsync(Ada.WorkspaceId, flow.Id, merged.Revision, 1)).Single();
        await EditAsync(Ada, flow, "", [.. JsonSerializer.Deserialize<IReadOnlyList<Op>>(step.Inverse, FlowJson.Options)!]);
        Assert.Equal("Start, Bob's", await NamesAsync(flow));
    }

    [Fact]
    public async Task Only_what_both_changed_is_asked_for_and_until_then_nothing_happens()
    {
        FlowDraft flow = await BegunAsync();
        await EditAsync(Ada, flow, Ada.Author, Name("start", "Mine"), Name("reply", "Mine"));
        await EditAsync(shared.Bob, flow, "", Name("reply", "Bob's"));
        Assert.Equal("node:reply/name", Assert.Single((await Own.MergeAsync(Ada, flow.Id)).Conflicts!).Place);
        Assert.Equal("Start, Bob's", await NamesAsync(flow));

        await Own.MergeAsync(Ada, flow.Id, new Dictionary<string, MergeSide> { ["node:reply/name"] = MergeSide.Mine });
        Assert.Equal("Mine, Mine", await NamesAsync(flow));
    }

    [Fact]
    public async Task What_others_did_is_taken_in_and_not_asked_for_again()
    {
        FlowDraft flow = await BegunAsync();
        await EditAsync(Ada, flow, Ada.Author, Name("start", "Mine"), Name("reply", "Mine"));
        await EditAsync(shared.Bob, flow, "", Name("reply", "Bob's"));
        Dictionary<string, MergeSide> choice = new() { ["node:reply/name"] = MergeSide.Mine };
        Assert.Null((await Own.UpdateAsync(Ada, flow.Id, choice)).Conflicts);
        Assert.Equal(("Mine, Mine", "Start, Bob's"), (await NamesAsync(flow, Ada.Author), await NamesAsync(flow)));

        Assert.Null((await Own.MergeAsync(Ada, flow.Id)).Conflicts);
        Assert.Equal("Mine, Mine", await NamesAsync(flow));
        Assert.NotNull((await Own.MergeAsync(Ada, flow.Id)).Error);
    }

    [Fact]
    public async Task Nobody_reaches_the_draft_of_another()
    {
        FlowDraft flow = await BegunAsync();
        TestBrowser bob = await shared.App.SignInAsync(shared.Bob.Email);
        using HttpResponseMessage his = await bob.GetAsync($"/api/editor/flows/{flow.Id}?own=true");
        Assert.Equal(System.Net.HttpStatusCode.NotFound, his.StatusCode);
        TestBrowser ada = await shared.App.SignInAsync(Ada.Email);
        using HttpResponseMessage hers = await ada.GetAsync($"/api/editor/flows/{flow.Id}?own=true");
        Assert.Equal(System.Net.HttpStatusCode.OK, hers.StatusCode);
        Assert.NotNull((await Own.MergeAsync(shared.Bob, flow.Id)).Error);
    }

    [Fact]
    public void Those_who_are_here_are_seen_once_each_with_their_node()
    {
        OpenEditors editors = new();
        Guid flow = Guid.NewGuid();
        int moved = 0;
        List<AppliedCommand> heard = [];
        OpenEditors.Seat ada = editors.Join(flow, "", Ada, heard.Add, () => moved++);
        OpenEditors.Seat bob = editors.Join(flow, "", shared.Bob, _ => { }, () => { }), bobsTab = editors.Join(flow, "", shared.Bob, _ => { }, () => { });
        using OpenEditors.Seat elsewhere = editors.Join(Guid.NewGuid(), "", shared.Bob, _ => { }, () => { });
        bob.Select(new SelectedNode("reply", "Reply"));
        bob.Select(new SelectedNode("reply", "Reply"));
        Assert.Equal([new Presence(shared.Bob.Author, shared.Bob.Name, false, "reply", "Reply")], ada.Others());
        Assert.Equal(3, moved);

        bob.Dispose();
        bobsTab.Dispose();
        using OpenEditors.Seat own = editors.Join(flow, shared.Bob.Author, shared.Bob, _ => { }, () => { });
        own.Select(new SelectedNode("reply", "Reply"));
        Assert.Equal([new Presence(shared.Bob.Author, shared.Bob.Name, true, null, null)], ada.Others());
        AppliedCommand command = new("c", 2, shared.Bob.Author, CommandKind.Edit, "c", [], []);
        editors.Tell(flow, shared.Bob.Author, command);
        Assert.Empty(heard);
        editors.Tell(flow, "", command);
        Assert.Equal([command], heard);
        ada.Dispose();
        editors.Tell(flow, "", command);
        Assert.Single(heard);
    }
}
