using System.Text.Json;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Access;
using Designer.Web.Features.Editor;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.Web.Tests.Editor;

/// <summary>Commands of several editors on one draft.</summary>
public sealed class DraftEditingTests(DraftEditingTests.Shared shared) : IClassFixture<DraftEditingTests.Shared>
{
    public sealed class Shared : IAsyncLifetime
    {
        public DesignerApp App { get; private set; } = null!;
        public SignedInMember Bob { get; private set; } = null!;
        public async ValueTask InitializeAsync()
        {
            App = await DesignerApp.WithOwnerAsync();
            Bob = await App.AddMemberAsync("bob@example.org", Role.Editor);
        }
        public ValueTask DisposeAsync() => App.DisposeAsync();
    }

    private FlowStore Flows => shared.App.Services.GetRequiredService<FlowStore>();
    private DraftEditing Editing => shared.App.Services.GetRequiredService<DraftEditing>();
    private SignedInMember Ada => shared.App.Owner;

    private async Task<FlowDraft> FlowAsync()
    {
        FlowDocument flow = new()
        {
            Id = Guid.CreateVersion7(),
            Name = "Shared",
            Nodes =
            [
                new FlowNode { Id = "start", Type = "start", Name = "Start", Settings = JsonElement.Parse("{}") },
                new FlowNode { Id = "reply", Type = "model.chat", Name = "Reply", Settings = JsonElement.Parse("""{"prompt":"Old","length":1}""") },
            ],
            Edges = [new FlowEdge { Id = "e1", From = "start:out", To = "reply:in" }],
        };
        return await Flows.CreateAsync(Ada.WorkspaceId, new NewFlow(flow.Id, flow.Name, null, FlowJson.Write(flow)), "test");
    }

    private static SetSetting Set(string name, string value, string node = "reply") => new(node, name, JsonSerializer.SerializeToElement(value));

    private Task<CommitResult> CommitAsync(SignedInMember member, FlowDraft flow, string id, long basedOn, params Op[] ops) =>
        Editing.CommitAsync(member, flow.Id, "", new EditCommand(id, basedOn, ops));

    private async Task<FlowDocument> NowAsync(FlowDraft flow) => FlowJson.Read((await Flows.FindAsync(Ada.WorkspaceId, flow.Id))!.Document.Span);

    private async Task<string?> PromptAsync(FlowDraft flow) => (await NowAsync(flow)).Nodes.Single(n => n.Id == "reply").Settings.GetProperty("prompt").GetString();

    [Fact]
    public async Task Edits_of_different_settings_of_one_node_are_both_kept_and_nobody_is_asked()
    {
        FlowDraft flow = await FlowAsync();
        await CommitAsync(Ada, flow, "ada.1", 1, Set("prompt", "Ada's"));
        CommitResult bob = await CommitAsync(shared.Bob, flow, "bob.1", 1, Set("length", "9"));

        Assert.Equal((3, null, null), (bob.Revision, bob.Error, bob.Conflicts));
        JsonElement settings = (await NowAsync(flow)).Nodes.Single(n => n.Id == "reply").Settings;
        Assert.Equal(("Ada's", "9"), (settings.GetProperty("prompt").GetString(), settings.GetProperty("length").GetString()));
    }

    [Theory]
    [InlineData(MergeSide.Mine, "Bob's, finished")]
    [InlineData(MergeSide.Theirs, "Ada's")]
    public async Task The_same_setting_is_asked_for_once_and_the_choice_counts(MergeSide side, string expected)
    {
        FlowDraft flow = await FlowAsync();
        await CommitAsync(Ada, flow, "ada.1", 1, Set("prompt", "Ada's"));
        EditCommand late = new("bob.1", 1, [Set("prompt", "Bob's"), Set("prompt", "Bob's, finished"), new MoveNode("start", new Position(5, 5))]);

        CommitResult asked = await Editing.CommitAsync(shared.Bob, flow.Id, "", late);
        Assert.Equal(["node:reply/settings.prompt"], asked.Conflicts!.Select(c => c.Place));
        Assert.Equal("Ada's", await PromptAsync(flow));

        CommitResult chosen = await Editing.CommitAsync(shared.Bob, flow.Id, "", late with { Choices = new Dictionary<string, MergeSide> { ["node:reply/settings.prompt"] = side } });
        Assert.Equal((3, true, null), (chosen.Revision, chosen.IsMerged, chosen.Error));
        Assert.Equal(expected, await PromptAsync(flow));
        Assert.Equal(5, (await NowAsync(flow)).Nodes[0].Position.X);
        CommitResult again = await Editing.CommitAsync(shared.Bob, flow.Id, "", late);
        Assert.Equal((3, null), (again.Revision, again.Conflicts));
    }

    [Fact]
    public async Task What_a_browser_sent_itself_is_no_conflict_with_what_it_sends_next()
    {
        FlowDraft flow = await FlowAsync();
        await CommitAsync(Ada, flow, "laptop.1", 1, Set("prompt", "a"));
        CommitResult next = await CommitAsync(Ada, flow, "laptop.2", 1, Set("prompt", "ab"));
        Assert.Null(next.Conflicts);
        Assert.Equal("ab", await PromptAsync(flow));

        // Another browser of the same person did not know of it.
        Assert.NotNull((await CommitAsync(Ada, flow, "phone.1", 1, Set("prompt", "from the phone"))).Conflicts);
    }

    [Fact]
    public async Task Work_on_a_node_that_somebody_deleted_is_not_lost_in_silence()
    {
        FlowDraft flow = await FlowAsync();
        await CommitAsync(Ada, flow, "ada.1", 1, new RemoveNode("reply"));
        EditCommand late = new("bob.1", 1, [Set("prompt", "Bob's")]);
        Assert.Equal("node:reply", Assert.Single((await Editing.CommitAsync(shared.Bob, flow.Id, "", late)).Conflicts!).Place);

        await Editing.CommitAsync(shared.Bob, flow.Id, "", late with { Choices = new Dictionary<string, MergeSide> { ["node:reply"] = MergeSide.Mine } });
        Assert.Equal("Bob's", await PromptAsync(flow));
    }

    [Fact]
    public async Task Different_nodes_added_under_one_id_are_both_kept()
    {
        FlowDraft flow = await FlowAsync();
        await CommitAsync(Ada, flow, "ada.1", 1, new AddNode(new FlowNode { Id = "text", Type = "data.template", Name = "Ada's" }));
        CommitResult bob = await CommitAsync(shared.Bob, flow, "bob.1", 1, new AddNode(new FlowNode { Id = "text", Type = "data.template", Name = "Bob's" }), new AddEdge(new FlowEdge { Id = "e2", From = "reply:out", To = "text:in" }));

        Assert.Equal((true, null, "text_2"), (bob.IsMerged, bob.Error, bob.Renamed?.Nodes["text"]));
        FlowDocument now = await NowAsync(flow);
        Assert.Equal(["text Ada's", "text_2 Bob's"], now.Nodes.Skip(2).Select(n => $"{n.Id} {n.Name}"));
        Assert.Contains(now.Edges, e => e is { From: "reply:out", To: "text_2:in" });

        // Made while the answer was on its way; the canvas has followed.
        await CommitAsync(shared.Bob, flow, "bob.2", 1, new SetNode("text_2", "name", JsonSerializer.SerializeToElement("Bob's, renamed")));
        Assert.Equal(["text Ada's", "text_2 Bob's, renamed"], (await NowAsync(flow)).Nodes.Skip(2).Select(n => $"{n.Id} {n.Name}"));
    }

    [Fact]
    public async Task Undoing_takes_back_the_own_change_and_leaves_what_others_made_of_it()
    {
        FlowDraft flow = await FlowAsync();
        await CommitAsync(Ada, flow, "ada.1", 1, Set("prompt", "Ada's"), Set("length", "2"));
        await CommitAsync(shared.Bob, flow, "bob.1", 2, Set("prompt", "Bob's"));
        // Made before Bob's change arrived.
        CommitResult undone = await Editing.CommitAsync(Ada, flow.Id, "", new EditCommand("ada.2", 2, [Set("prompt", "Old"), Set("length", "1")], CommandKind.Undo, "ada.1"));

        Assert.Null(undone.Conflicts);
        Assert.Equal("Bob's", await PromptAsync(flow));
        Assert.Equal("1", (await NowAsync(flow)).Nodes.Single(n => n.Id == "reply").Settings.GetProperty("length").GetString());
    }

    [Fact]
    public async Task The_canvas_is_told_the_authors_own_steps_and_no_inverse_of_others()
    {
        FlowDraft flow = await FlowAsync();
        await CommitAsync(Ada, flow, "ada.1", 1, Set("prompt", "Ada's"));
        await CommitAsync(shared.Bob, flow, "bob.1", 2, Set("length", "3"));
        await Editing.CommitAsync(Ada, flow.Id, "", new EditCommand("ada.2", 3, [Set("prompt", "Old")], CommandKind.Undo, "ada.1"));
        EditorState state = (await shared.App.Services.GetRequiredService<EditorLoader>().LoadAsync(Ada, flow.Id, "", CancellationToken.None))!;

        Assert.Equal(["ada.1 Edit ada.1 True", "bob.1 Edit bob.1 False", "ada.2 Undo ada.1 True"], state.Log.Select(e => $"{e.Id} {e.Kind} {e.Step} {e.Inverse is not null}"));
        Assert.Contains("\"value\":\"Old\"", state.Log[0].Inverse!.Value.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_no_editor_could_have_sent_is_refused()
    {
        FlowDraft flow = await FlowAsync();
        CommitResult refused = await CommitAsync(Ada, flow, "ada.1", 1, Set("prompt", "x", "ghost"));
        Assert.Contains("ghost", refused.Error, StringComparison.Ordinal);
        Assert.Equal("The flow was deleted.", (await Editing.CommitAsync(Ada, Guid.NewGuid(), "", new EditCommand("ada.2", 1, []))).Error);
    }
}
