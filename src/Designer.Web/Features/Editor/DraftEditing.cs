using System.Text.Json;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Access;

namespace Designer.Web.Features.Editor;

/// <summary>A command of an editor: operations that count as one.</summary>
public sealed record EditCommand(string Id, long BaseRevision, IReadOnlyList<Op> Ops);

/// <param name="Error">Set when the command was refused; the editor then reads the document again.</param>
public sealed record CommitResult(long Revision, IReadOnlyList<Problem> Problems, string? Error = null);

/// <summary>What the slots are bound to now, and what is wrong with the flow then.</summary>
public sealed record BindResult(IReadOnlyDictionary<string, string> Bindings, IReadOnlyList<Problem> Problems);

/// <summary>
/// Applies editors' commands to drafts. The stored draft is the authority: a command that was made on an older revision is applied
/// to the current one, and refused only where it no longer fits.
/// </summary>
public sealed class DraftEditing(FlowStore flows, EditorLoader loader, OpenEditors editors)
{
    private const int MostTries = 8;

    public async Task<CommitResult> CommitAsync(SignedInMember member, Guid flowId, EditCommand command, CancellationToken cancellation = default)
    {
        for (int attempt = 0; attempt < MostTries; attempt++)
        {
            if (await flows.FindAsync(member.WorkspaceId, flowId, cancellation) is not { } draft) return new CommitResult(0, [], "The flow was deleted.");
            FlowDocument document;
            IReadOnlyList<Op> inverse;
            try
            {
                (document, inverse) = FlowEditor.Apply(FlowJson.Read(draft.Document.Span), command.Ops);
            }
            catch (FlowEditException e)
            {
                // The command may have been saved by an earlier try whose answer was lost.
                SaveResult repeated = await SaveAsync(member, draft, command, draft.Document, draft.Name, draft.Description, [], cancellation);
                return repeated.Outcome == SaveOutcome.Repeated ? new CommitResult(draft.Revision, []) : new CommitResult(draft.Revision, [], e.Message);
            }
            byte[] bytes = FlowJson.Write(document);
            if (bytes.Length > FlowJson.MaxBytes) return new CommitResult(draft.Revision, [], "The flow would be larger than 5 MB.");
            SaveResult saved = await SaveAsync(member, draft, command, bytes, document.Name, document.Description, inverse, cancellation);
            if (saved.Outcome == SaveOutcome.Stale) continue;
            if (saved.Outcome == SaveOutcome.Saved) editors.Tell(flowId, new AppliedCommand(command.Id, saved.Revision, command.Ops));
            return new CommitResult(saved.Revision, await loader.CheckAsync(member.WorkspaceId, document, draft.Bindings, cancellation));
        }
        return new CommitResult(0, [], "Others change this flow faster than this change can be saved.");
    }

    /// <param name="chosen">From slot to what it is bound to; empty text leaves it open.</param>
    public async Task<BindResult> BindAsync(SignedInMember member, Guid flowId, IReadOnlyDictionary<string, string> chosen, CancellationToken cancellation = default)
    {
        FlowDraft draft = await flows.FindAsync(member.WorkspaceId, flowId, cancellation) ?? throw new KeyNotFoundException("The flow was deleted.");
        Dictionary<string, string> bindings = new(draft.Bindings);
        foreach ((string slot, string value) in chosen)
        {
            if (value.Length > 0) bindings[slot] = value;
            else bindings.Remove(slot);
        }
        await flows.SetBindingsAsync(member.WorkspaceId, flowId, bindings, cancellation);
        return new BindResult(bindings, await loader.CheckAsync(member.WorkspaceId, FlowJson.Read(draft.Document.Span), bindings, cancellation));
    }

    private Task<SaveResult> SaveAsync(
        SignedInMember member, FlowDraft draft, EditCommand command, ReadOnlyMemory<byte> bytes, string name, string? description, IReadOnlyList<Op> inverse, CancellationToken cancellation) =>
        flows.SaveCommandAsync(member.WorkspaceId, draft.Id, new DraftCommand(
            command.Id, draft.Revision, member.Author, JsonSerializer.Serialize(command.Ops, FlowJson.Options), JsonSerializer.Serialize(inverse, FlowJson.Options),
            bytes, name, description), cancellation);
}

public sealed record AppliedCommand(string Id, long Revision, IReadOnlyList<Op> Ops);

/// <summary>Who has which flow open in this process, so that each sees what the others do at once.</summary>
public sealed class OpenEditors
{
    private readonly Lock gate = new();
    private readonly Dictionary<Guid, List<Action<AppliedCommand>>> open = [];

    public IDisposable Join(Guid flowId, Action<AppliedCommand> applied)
    {
        lock (gate)
        {
            if (!open.TryGetValue(flowId, out List<Action<AppliedCommand>>? listeners)) open[flowId] = listeners = [];
            listeners.Add(applied);
        }
        return new Seat(this, flowId, applied);
    }

    public void Tell(Guid flowId, AppliedCommand command)
    {
        Action<AppliedCommand>[] listeners;
        lock (gate) listeners = open.TryGetValue(flowId, out List<Action<AppliedCommand>>? found) ? [.. found] : [];
        foreach (Action<AppliedCommand> listener in listeners) listener(command);
    }

    private void Leave(Guid flowId, Action<AppliedCommand> applied)
    {
        lock (gate)
        {
            open[flowId].Remove(applied);
            if (open[flowId].Count == 0) open.Remove(flowId);
        }
    }

    private sealed class Seat(OpenEditors editors, Guid flowId, Action<AppliedCommand> applied) : IDisposable
    {
        public void Dispose() => editors.Leave(flowId, applied);
    }
}
