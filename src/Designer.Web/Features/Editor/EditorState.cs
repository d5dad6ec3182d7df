using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Access;
using Designer.Web.Features.Editor.Nodes;
using Designer.Web.Features.Models.Folders;

namespace Designer.Web.Features.Editor;

/// <summary>What the canvas loads, as contract.ts names it.</summary>
public sealed record EditorState(
    JsonElement Document, long Revision, IEnumerable<NodeDescriptor> NodeTypes, IReadOnlyList<Problem> Problems, IReadOnlyDictionary<string, string> Bindings,
    IReadOnlyDictionary<string, IReadOnlyList<SlotOption>> Options, Guid? LastRunId, bool CanEdit, bool CanRun, string Author, IReadOnlyList<LogEntry> Log);

/// <summary>A command of the draft's log, from which the canvas knows what can be undone.</summary>
/// <param name="Inverse">Of the author's own commands only.</param>
public sealed record LogEntry(string Id, string Author, CommandKind Kind, string Step, JsonElement Ops, JsonElement? Inverse);

/// <summary>Reads a draft with everything the editor shows beside it.</summary>
public sealed class EditorLoader(FlowStore flows, INodeTypes catalog, SlotChoices slots, MemoryCheck memory, IRunLog runs)
{
    /// <summary>Null when the workspace has no such flow.</summary>
    /// <param name="owner">Empty for the shared draft, or the member's own author name.</param>
    public async Task<EditorState?> LoadAsync(SignedInMember member, Guid flowId, string owner, CancellationToken cancellation)
    {
        if (await flows.FindAsync(member.WorkspaceId, flowId, owner, cancellation) is not { } draft) return null;
        FlowDocument document = FlowJson.Read(draft.Document.Span);
        IReadOnlyDictionary<string, IReadOnlyList<SlotOption>> options = await slots.OptionsAsync(member.WorkspaceId, flowId, cancellation);
        IReadOnlyList<RunRow> last = await runs.ListAsync(new RunQuery(member.WorkspaceId) { FlowId = flowId, Take = 1 }, cancellation);
        return new EditorState(
            JsonElement.Parse(draft.Document.Span), draft.Revision, catalog.All.Select(NodeWords.Translated), await CheckAsync(member.WorkspaceId, document, draft.Bindings, cancellation), draft.Bindings, options,
            last.Count > 0 ? last[0].Id : null, member.May(Permissions.Flows), member.May(Permissions.Run), member.Author, await LogAsync(member, draft, cancellation));
    }

    private const int MostLogged = 200;
    private const int MostLoggedCharacters = 256 * 1024;

    /// <summary>The end of the log, as far as it is quick to send.</summary>
    private async Task<IReadOnlyList<LogEntry>> LogAsync(SignedInMember member, FlowDraft draft, CancellationToken cancellation)
    {
        IReadOnlyList<SavedCommand> saved = await flows.LastCommandsAsync(member.WorkspaceId, draft.Id, draft.Revision, MostLogged, draft.Owner, cancellation);
        int characters = 0;
        return [.. saved.Reverse().TakeWhile(c => (characters += c.Ops.Length + c.Inverse.Length) <= MostLoggedCharacters).Reverse()
            .Select(c => new LogEntry(c.Id, c.Author, c.Kind, c.Step, JsonElement.Parse(c.Ops), c.Author == member.Author ? JsonElement.Parse(c.Inverse) : null))];
    }

    /// <summary>Everything that is wrong with a document in this workspace, and what memory its models would need.</summary>
    public async Task<IReadOnlyList<Problem>> CheckAsync(Guid workspaceId, FlowDocument document, IReadOnlyDictionary<string, string> bindings, CancellationToken cancellation) =>
        [.. FlowChecker.Check(document, catalog, await slots.ContextAsync(workspaceId, bindings, cancellation)), .. await memory.NoteAsync(workspaceId, document, bindings, cancellation) is { } note ? (Problem[])[note] : []];
}
