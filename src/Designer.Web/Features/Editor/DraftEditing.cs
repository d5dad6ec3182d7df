using System.Text.Json;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Access;

namespace Designer.Web.Features.Editor;

/// <summary>A command of an editor: operations that count as one.</summary>
/// <param name="Step">The undoable step it belongs to, or undoes or redoes; a step of its own when null.</param>
/// <param name="Choices">By place, which side counts where two people changed the same setting.</param>
public sealed record EditCommand(
    string Id, long BaseRevision, IReadOnlyList<Op> Ops, CommandKind Kind = CommandKind.Edit, string? Step = null, IReadOnlyDictionary<string, MergeSide>? Choices = null);

/// <param name="Error">Set when the command was refused; the editor then reads the document again.</param>
/// <param name="IsMerged">What was saved is not quite what was sent; the editor reads the document again.</param>
/// <param name="Conflicts">Nothing was saved: somebody has to choose first.</param>
/// <param name="Renamed">Parts that the editor knows by another id; commands that it has not sent yet follow.</param>
public sealed record CommitResult(long Revision, IReadOnlyList<Problem> Problems, string? Error = null, bool? IsMerged = null, IReadOnlyList<MergeConflict>? Conflicts = null, Renames? Renamed = null);

/// <summary>What the slots are bound to now, and what is wrong with the flow then.</summary>
public sealed record BindResult(IReadOnlyDictionary<string, string> Bindings, IReadOnlyList<Problem> Problems);

/// <summary>
/// Applies editors' commands to drafts. The stored draft is the authority: a command that was made on an older revision is applied
/// to the current one, and merged where others changed the same parts meanwhile.
/// </summary>
public sealed class DraftEditing(FlowStore flows, EditorLoader loader, OpenEditors editors)
{
    private const int MostTries = 8;

    /// <param name="owner">Empty for the shared draft, or the member's own author name.</param>
    public async Task<CommitResult> CommitAsync(SignedInMember member, Guid flowId, string owner, EditCommand command, CancellationToken cancellation = default)
    {
        for (int attempt = 0; attempt < MostTries; attempt++)
        {
            if (await flows.FindAsync(member.WorkspaceId, flowId, owner, cancellation) is not { } draft) return new CommitResult(0, [], owner.Length == 0 ? L["The flow was deleted."] : L["Your own draft has ended."]);
            FlowDocument now = FlowJson.Read(draft.Document.Span);
            IReadOnlyList<SavedCommand> since = command.BaseRevision >= draft.Revision ? [] : await flows.CommandsAfterAsync(member.WorkspaceId, flowId, command.BaseRevision, owner, cancellation) ?? [];
            // Saved by an earlier try whose answer was lost.
            if (since.FirstOrDefault(s => s.Id == command.Id) is { } before) return new CommitResult(before.Revision, await loader.CheckAsync(member.WorkspaceId, now, draft.Bindings, cancellation), IsMerged: before.Revision != draft.Revision ? true : null);
            try
            {
                Planned plan = Plan(now, since, command);
                if (plan.Merged is { Conflicts: { Count: > 0 } conflicts }) return new CommitResult(draft.Revision, [], Conflicts: conflicts);
                CommitResult? done = plan.Ops.Count == 0 ? new CommitResult(draft.Revision, await loader.CheckAsync(member.WorkspaceId, now, draft.Bindings, cancellation)) : await SaveAsync(member, draft, command, plan, cancellation);
                if (done is not null) return plan.Merged is { } merged && done.Error is null ? done with { IsMerged = true, Renamed = merged.Renamed.IsEmpty ? null : merged.Renamed } : done;
            }
            catch (FlowEditException e)
            {
                return new CommitResult(draft.Revision, [], L.Of(e));
            }
        }
        return new CommitResult(0, [], L["Others change this flow faster than this change can be saved."]);
    }

    /// <summary>Makes the draft another document: a restore or a merge, as an edit like any other, to be undone like any other.</summary>
    public async Task<CommitResult> ReplaceAsync(SignedInMember member, FlowDraft draft, FlowDocument document, CancellationToken cancellation = default)
    {
        IReadOnlyList<Op> ops = FlowEditor.Between(FlowJson.Read(draft.Document.Span), document);
        return await CommitAsync(member, draft.Id, draft.Owner, new EditCommand(Guid.NewGuid().ToString(), draft.Revision, ops), cancellation);
    }

    /// <param name="chosen">From slot to what it is bound to; empty text leaves it open.</param>
    public async Task<BindResult> BindAsync(SignedInMember member, Guid flowId, string owner, IReadOnlyDictionary<string, string> chosen, CancellationToken cancellation = default)
    {
        FlowDraft draft = await flows.FindAsync(member.WorkspaceId, flowId, owner, cancellation) ?? throw new KeyNotFoundException("The flow was deleted.");
        Dictionary<string, string> bindings = new(draft.Bindings);
        foreach ((string slot, string value) in chosen)
        {
            if (value.Length > 0) bindings[slot] = value;
            else bindings.Remove(slot);
        }
        await flows.SetBindingsAsync(member.WorkspaceId, flowId, bindings, cancellation);
        return new BindResult(bindings, await loader.CheckAsync(member.WorkspaceId, FlowJson.Read(draft.Document.Span), bindings, cancellation));
    }

    /// <summary>What a command comes to on the draft as it is now.</summary>
    private sealed record Planned(FlowDocument Document, IReadOnlyList<Op> Ops, IReadOnlyList<Op> Inverse, MergeResult? Merged);

    private static Planned Plan(FlowDocument now, IReadOnlyList<SavedCommand> since, EditCommand command)
    {
        List<SavedCommand> others = [.. since.Where(s => StaleCommand.IsForeign(s, command.Id))];
        if (others.Count == 0 || !StaleCommand.Meets(now, command.Ops, others))
        {
            try
            {
                (FlowDocument applied, IReadOnlyList<Op> back) = FlowEditor.Apply(now, command.Ops);
                return new Planned(applied, command.Ops, back, null);
            }
            catch (FlowEditException) when (others.Count > 0)
            {
                // What stands in its way was not there when it was made.
            }
        }
        MergeResult merged = StaleCommand.Merge(now, since, command);
        IReadOnlyList<Op> ops = FlowEditor.Between(now, merged.Document);
        (FlowDocument document, IReadOnlyList<Op> inverse) = FlowEditor.Apply(now, ops);
        return new Planned(document, ops, inverse, merged);
    }

    /// <summary>Null when the draft moved on in between.</summary>
    private async Task<CommitResult?> SaveAsync(SignedInMember member, FlowDraft draft, EditCommand command, Planned plan, CancellationToken cancellation)
    {
        byte[] bytes = FlowJson.Write(plan.Document);
        if (bytes.Length > FlowJson.MaxBytes) return new CommitResult(draft.Revision, [], L["The flow would be larger than 5 MB."]);
        string step = command.Step ?? command.Id;
        SaveResult saved = await flows.SaveCommandAsync(member.WorkspaceId, draft.Id, new DraftCommand(
            command.Id, draft.Revision, member.Author, JsonSerializer.Serialize(plan.Ops, FlowJson.Options), JsonSerializer.Serialize(plan.Inverse, FlowJson.Options),
            bytes, plan.Document.Name, plan.Document.Description)
        { Kind = command.Kind, Step = step, Owner = draft.Owner }, cancellation);
        if (saved.Outcome == SaveOutcome.Stale) return null;
        if (saved.Outcome == SaveOutcome.NotFound) return new CommitResult(0, [], L["The flow was deleted."]);
        if (saved.Outcome == SaveOutcome.Saved) editors.Tell(draft.Id, draft.Owner, new AppliedCommand(command.Id, saved.Revision, member.Author, command.Kind, step, plan.Ops, plan.Inverse));
        return new CommitResult(saved.Revision, await loader.CheckAsync(member.WorkspaceId, plan.Document, draft.Bindings, cancellation));
    }
}
