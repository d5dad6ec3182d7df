namespace Designer.Storage.Tests;

public abstract partial class StoreContract
{
    [Fact]
    public async Task The_log_tells_each_step_and_what_was_undone()
    {
        Guid workspace = (await _services.AddWorkspaceAsync()).Id;
        FlowDraft flow = await _services.AddFlowAsync(workspace);
        await Flows.SaveCommandAsync(workspace, flow.Id, Edit(flow, "c1"), Cancel);
        await Flows.SaveCommandAsync(workspace, flow.Id, Edit(flow, "c2") with { BaseRevision = 2, Step = "c1" }, Cancel);
        await Flows.SaveCommandAsync(workspace, flow.Id, Edit(flow, "c3") with { BaseRevision = 3, Author = "bob" }, Cancel);
        await Flows.SaveCommandAsync(workspace, flow.Id, Edit(flow, "c4") with { BaseRevision = 4, Kind = CommandKind.Undo, Step = "c1" }, Cancel);
        Assert.Equal(
            ["c1 ada Edit c1", "c2 ada Edit c1", "c3 bob Edit c3", "c4 ada Undo c1"],
            (await Flows.LastCommandsAsync(workspace, flow.Id, 5, 10, cancellation: Cancel)).Select(c => $"{c.Id} {c.Author} {c.Kind} {c.Step}"));
        Assert.Equal(["c2", "c3"], (await Flows.LastCommandsAsync(workspace, flow.Id, 4, 2, cancellation: Cancel)).Select(c => c.Id));
        Assert.Empty(await Flows.LastCommandsAsync((await _services.AddWorkspaceAsync()).Id, flow.Id, 5, 10, cancellation: Cancel));
    }

    [Fact]
    public async Task An_own_draft_is_its_authors_alone_and_ends()
    {
        Guid workspace = (await _services.AddWorkspaceAsync()).Id, other = (await _services.AddWorkspaceAsync()).Id;
        FlowDraft flow = await _services.AddFlowAsync(workspace);
        Assert.Null(await Flows.BeginOwnDraftAsync(other, flow.Id, "ada", Cancel));
        Assert.Null(await Flows.FindAsync(workspace, flow.Id, "ada", Cancel));
        OwnDraft begun = (await Flows.BeginOwnDraftAsync(workspace, flow.Id, "ada", Cancel))!;
        Assert.Equal((1, true), (begun.Revision, begun.Base.Span.SequenceEqual(flow.Document.Span)));

        DraftCommand edit = Edit(flow, "own1", "Mine") with { Owner = "ada" };
        Assert.Equal(new SaveResult(SaveOutcome.Saved, 2), await Flows.SaveCommandAsync(workspace, flow.Id, edit, Cancel));
        Assert.Equal(new SaveResult(SaveOutcome.Repeated, 2), await Flows.SaveCommandAsync(workspace, flow.Id, edit, Cancel));
        Assert.Equal(new SaveResult(SaveOutcome.Stale, 2), await Flows.SaveCommandAsync(workspace, flow.Id, edit with { Id = "own2" }, Cancel));
        Assert.Equal(SaveOutcome.NotFound, (await Flows.SaveCommandAsync(workspace, flow.Id, edit with { Id = "own3", Owner = "bob" }, Cancel)).Outcome);
        Assert.Equal(2, (await Flows.BeginOwnDraftAsync(workspace, flow.Id, "ada", Cancel))!.Revision);

        FlowDraft shared = (await Flows.FindAsync(workspace, flow.Id, Cancel))!, own = (await Flows.FindAsync(workspace, flow.Id, "ada", Cancel))!;
        Assert.Equal((1, 2, "ada"), (shared.Revision, own.Revision, own.Owner));
        Assert.Equal(flow.Document.ToArray(), shared.Document.ToArray());
        Assert.Equal(edit.Document.ToArray(), own.Document.ToArray());
        Assert.Empty((await Flows.CommandsAfterAsync(workspace, flow.Id, 1, cancellation: Cancel))!);
        Assert.Equal("own1", Assert.Single((await Flows.CommandsAfterAsync(workspace, flow.Id, 1, "ada", Cancel))!).Id);

        Assert.False(await Flows.EndOwnDraftAsync(workspace, flow.Id, "ada", 1, Cancel));
        Assert.True(await Flows.EndOwnDraftAsync(workspace, flow.Id, "ada", 2, Cancel));
        Assert.Null(await Flows.FindOwnDraftAsync(workspace, flow.Id, "ada", Cancel));
        Assert.Empty((await Flows.CommandsAfterAsync(workspace, flow.Id, 1, "ada", Cancel))!);
    }

    [Fact]
    public async Task Checkpoints_keep_a_document_under_a_name()
    {
        Guid workspace = (await _services.AddWorkspaceAsync()).Id, other = (await _services.AddWorkspaceAsync()).Id;
        FlowDraft flow = await _services.AddFlowAsync(workspace);
        CheckpointInfo first = (await Flows.AddCheckpointAsync(workspace, flow.Id, "Before the rebuild", flow.Document, 1, "ada", Cancel))!;
        _clock.Advance(TimeSpan.FromSeconds(1));
        CheckpointInfo second = (await Flows.AddCheckpointAsync(workspace, flow.Id, "Works", Services.Document(flow.Id, "Works"), 2, "bob", Cancel))!;
        Assert.Equal([second, first], await Flows.CheckpointsAsync(workspace, flow.Id, Cancel));
        Assert.Equal(flow.Document.ToArray(), (await Flows.FindCheckpointAsync(workspace, flow.Id, first.Id, Cancel)));

        Assert.Null(await Flows.AddCheckpointAsync(other, flow.Id, "x", flow.Document, 1, "eve", Cancel));
        Assert.Empty(await Flows.CheckpointsAsync(other, flow.Id, Cancel));
        Assert.Null(await Flows.FindCheckpointAsync(other, flow.Id, first.Id, Cancel));
        Assert.False(await Flows.DeleteCheckpointAsync(other, flow.Id, first.Id, Cancel));
        Assert.True(await Flows.DeleteCheckpointAsync(workspace, flow.Id, first.Id, Cancel));
        Assert.Equal([second], await Flows.CheckpointsAsync(workspace, flow.Id, Cancel));
    }
}
