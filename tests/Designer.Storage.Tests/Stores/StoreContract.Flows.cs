using Designer.Engine;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.Storage.Tests;

public abstract partial class StoreContract
{
    [Fact]
    public async Task A_flow_is_found_by_slug_and_id_in_its_workspace_only()
    {
        Guid workspace = (await _services.AddWorkspaceAsync()).Id, other = (await _services.AddWorkspaceAsync()).Id;
        FlowDraft flow = await _services.AddFlowAsync(workspace, "Frag das Häuschen!");
        Assert.Equal("frag-das-hauschen", flow.Slug);
        Assert.Equal(flow.Id, (await Flows.FindAsync(workspace, "frag-das-hauschen", Cancel))?.Id);
        Assert.Equal(flow.Id, (await Flows.FindAsync(workspace, flow.Id.ToString(), Cancel))?.Id);
        Assert.Null(await Flows.FindAsync(other, "frag-das-hauschen", Cancel));
        Assert.Null(await Flows.FindAsync(other, flow.Id, Cancel));
        Assert.False(await Flows.DeleteAsync(other, flow.Id, Cancel));
        Assert.Null(await Flows.PublishAsync(other, flow.Id, 1, "eve", cancellation: Cancel));
        Assert.Equal(SaveOutcome.NotFound, (await Flows.SaveCommandAsync(other, flow.Id, Edit(flow, "c"), Cancel)).Outcome);
        Assert.Equal(0, (await Flows.ListAsync(other, cancellation: Cancel)).Total);
    }

    [Fact]
    public async Task Slugs_are_unique_and_freed_by_deletion()
    {
        Guid workspace = (await _services.AddWorkspaceAsync()).Id;
        FlowDraft[] flows = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _services.AddFlowAsync(workspace)));
        Assert.Equal(["ask", "ask-2", "ask-3", "ask-4", "ask-5"], flows.Select(f => f.Slug).Order());
        FlowDraft first = flows.Single(f => f.Slug == "ask"), second = flows.Single(f => f.Slug == "ask-2");
        Assert.Equal("slug.taken", (await Assert.ThrowsAsync<StorageConflictException>(() => Flows.RenameSlugAsync(workspace, second.Id, "ask", Cancel))).Code);
        Assert.True(await Flows.DeleteAsync(workspace, first.Id, Cancel));
        Assert.True(await Flows.RenameSlugAsync(workspace, second.Id, "ask", Cancel));
        Assert.Equal(second.Id, (await Flows.FindAsync(workspace, "ask", Cancel))?.Id);
        StorageConflictException exists = await Assert.ThrowsAsync<StorageConflictException>(() =>
            Flows.CreateAsync(workspace, new NewFlow(first.Id, "Again", null, Services.Document(first.Id)), "ada", Cancel));
        Assert.Equal("flow.exists", exists.Code);
    }

    [Fact]
    public async Task A_command_moves_the_draft_once()
    {
        Guid workspace = (await _services.AddWorkspaceAsync()).Id;
        FlowDraft flow = await _services.AddFlowAsync(workspace);
        DraftCommand edit = Edit(flow, "c1", "Renamed");
        Assert.Equal(new SaveResult(SaveOutcome.Saved, 2), await Flows.SaveCommandAsync(workspace, flow.Id, edit, Cancel));
        Assert.Equal(new SaveResult(SaveOutcome.Repeated, 2), await Flows.SaveCommandAsync(workspace, flow.Id, edit, Cancel));
        Assert.Equal(new SaveResult(SaveOutcome.Repeated, 2), await Flows.SaveCommandAsync(workspace, flow.Id, edit with { BaseRevision = 2 }, Cancel));
        Assert.Equal(new SaveResult(SaveOutcome.Stale, 2), await Flows.SaveCommandAsync(workspace, flow.Id, edit with { Id = "c2" }, Cancel));
        FlowDraft now = (await Flows.FindAsync(workspace, flow.Id, Cancel))!;
        Assert.Equal((2L, "Renamed"), (now.Revision, now.Name));
        Assert.Equal(edit.Document.ToArray(), now.Document.ToArray());
    }

    [Fact]
    public async Task Of_edits_on_the_same_revision_one_wins_and_nothing_is_lost()
    {
        Guid workspace = (await _services.AddWorkspaceAsync()).Id;
        FlowDraft flow = await _services.AddFlowAsync(workspace);
        SaveResult[] results = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Flows.SaveCommandAsync(workspace, flow.Id, Edit(flow, $"c{i}") with { Author = $"a{i}" }, Cancel)));
        Assert.Single(results, r => r == new SaveResult(SaveOutcome.Saved, 2));
        Assert.Equal(9, results.Count(r => r == new SaveResult(SaveOutcome.Stale, 2)));
        int winner = Array.FindIndex(results, r => r.Outcome == SaveOutcome.Saved);
        SavedCommand saved = Assert.Single((await Flows.CommandsAfterAsync(workspace, flow.Id, 1, cancellation: Cancel))!);
        Assert.Equal((2L, $"c{winner}", "[1]", "[-1]"), (saved.Revision, saved.Id, saved.Ops, saved.Inverse));
        Assert.Equal([saved], await Flows.LastCommandsAsync(workspace, flow.Id, 2, 10, cancellation: Cancel));
        Assert.Empty((await Flows.CommandsAfterAsync(workspace, flow.Id, 2, cancellation: Cancel))!);
    }

    [Fact]
    public async Task A_version_is_frozen_and_stays_the_same_object()
    {
        Guid workspace = (await _services.AddWorkspaceAsync()).Id;
        FlowDraft flow = await _services.AddFlowAsync(workspace);
        Assert.Null(await Published.FindAsync(workspace, "ask", Cancel));
        await Flows.SetBindingsAsync(workspace, flow.Id, new Dictionary<string, string> { ["model"] = "extractive" }, Cancel);
        Assert.Equal(1, (await Flows.PublishAsync(workspace, flow.Id, 1, "ada", "first", cancellation: Cancel))?.Number);

        FlowVersion first = (await Published.FindAsync(workspace, "ask", Cancel))!.Version;
        Assert.Equal(("1", flow.Id, "extractive"), (first.Version, first.FlowId, first.Bindings["model"]));
        Assert.Same(first, (await Published.FindAsync(workspace, flow.Id.ToString(), Cancel))!.Version);
        _clock.Advance(PublishedFlows.Recheck * 2);
        Assert.Same(first, (await Published.FindAsync(workspace, "ask", Cancel))!.Version);

        await Flows.SaveCommandAsync(workspace, flow.Id, Edit(flow, "c1", "Second"), Cancel);
        Assert.Equal("draft.changed", (await Assert.ThrowsAsync<StorageConflictException>(() => Flows.PublishAsync(workspace, flow.Id, 1, "ada", cancellation: Cancel))).Code);
        Assert.Equal(2, (await Flows.PublishAsync(workspace, flow.Id, 2, "ada", cancellation: Cancel))?.Number);
        Assert.Equal(("2", "Second"), ((await Published.FindAsync(workspace, "ask", Cancel))!.Version is var v ? (v.Version, v.Document.Name) : default));
        Assert.Equal([2, 1], (await Flows.VersionsAsync(workspace, flow.Id, Cancel)).Select(i => i.Number));
        Assert.Equal(flow.Document.ToArray(), (await Flows.FindVersionAsync(workspace, flow.Id, 1, Cancel))!.Document.ToArray());

        await Flows.SaveCommandAsync(workspace, flow.Id, Edit(flow, "c2") with { BaseRevision = 2 }, Cancel);
        FlowSummary listed = Assert.Single((await Flows.ListAsync(workspace, cancellation: Cancel)).Flows);
        Assert.Equal((2, true, 2), (listed.LatestVersion, listed.HasChanges, listed.Versions));
    }

    [Fact]
    public async Task What_another_process_publishes_or_deletes_is_seen_soon()
    {
        Guid workspace = (await _services.AddWorkspaceAsync()).Id;
        FlowDraft flow = await _services.AddFlowAsync(workspace);
        await Flows.PublishAsync(workspace, flow.Id, 1, "ada", cancellation: Cancel);
        Assert.Equal("1", (await Published.FindAsync(workspace, "ask", Cancel))!.Version.Version);
        await using ServiceProvider other = await Services.StartAsync(Options, _clock);
        await other.GetRequiredService<FlowStore>().PublishAsync(workspace, flow.Id, 1, "bob", cancellation: Cancel);
        Assert.Equal("1", (await Published.FindAsync(workspace, "ask", Cancel))!.Version.Version);
        _clock.Advance(PublishedFlows.Recheck * 2);
        Assert.Equal("2", (await Published.FindAsync(workspace, "ask", Cancel))!.Version.Version);
        await other.GetRequiredService<FlowStore>().DeleteAsync(workspace, flow.Id, Cancel);
        _clock.Advance(PublishedFlows.Recheck * 2);
        Assert.Null(await Published.FindAsync(workspace, "ask", Cancel));
    }

    [Fact]
    public async Task Lists_search_and_page()
    {
        Guid workspace = (await _services.AddWorkspaceAsync()).Id;
        foreach (string name in (string[])["Alpha 100%", "Beta", "alphabet"])
        {
            await _services.AddFlowAsync(workspace, name);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal(["alphabet", "Beta", "Alpha 100%"], (await Flows.ListAsync(workspace, cancellation: Cancel)).Flows.Select(f => f.Name));
        Assert.Equal(["alphabet", "Alpha 100%"], (await Flows.ListAsync(workspace, "ALPHA", cancellation: Cancel)).Flows.Select(f => f.Name));
        Assert.Equal(["Alpha 100%"], (await Flows.ListAsync(workspace, "0%", cancellation: Cancel)).Flows.Select(f => f.Name));
        FlowList page = await Flows.ListAsync(workspace, skip: 1, take: 1, cancellation: Cancel);
        Assert.Equal((3, "Beta"), (page.Total, page.Flows.Single().Name));
    }

    private static DraftCommand Edit(FlowDraft flow, string id, string name = "Ask") =>
        new(id, flow.Revision, "ada", "[1]", "[-1]", Services.Document(flow.Id, name), name, null);
}
