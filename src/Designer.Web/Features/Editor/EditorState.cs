using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Access;

namespace Designer.Web.Features.Editor;

/// <summary>What the canvas loads, as contract.ts names it.</summary>
public sealed record EditorState(
    JsonElement Document, long Revision, IEnumerable<NodeDescriptor> NodeTypes, IReadOnlyList<Problem> Problems, IReadOnlyDictionary<string, string> Bindings,
    IReadOnlyDictionary<string, IReadOnlyList<SlotOption>> Options, Guid? LastRunId, bool CanEdit, bool CanRun);

/// <summary>Reads a draft with everything the editor shows beside it.</summary>
public sealed class EditorLoader(FlowStore flows, INodeTypes catalog, SlotChoices slots, IRunLog runs)
{
    /// <summary>Null when the workspace has no such flow.</summary>
    public async Task<EditorState?> LoadAsync(SignedInMember member, Guid flowId, CancellationToken cancellation)
    {
        if (await flows.FindAsync(member.WorkspaceId, flowId, cancellation) is not { } draft) return null;
        FlowDocument document = FlowJson.Read(draft.Document.Span);
        IReadOnlyDictionary<string, IReadOnlyList<SlotOption>> options = await slots.OptionsAsync(member.WorkspaceId, flowId, cancellation);
        IReadOnlyList<RunRow> last = await runs.ListAsync(new RunQuery(member.WorkspaceId) { FlowId = flowId, Take = 1 }, cancellation);
        return new EditorState(
            JsonElement.Parse(draft.Document.Span), draft.Revision, catalog.All, await CheckAsync(member.WorkspaceId, document, draft.Bindings, cancellation), draft.Bindings, options,
            last.Count > 0 ? last[0].Id : null, member.May(Permissions.Flows), member.May(Permissions.Run));
    }

    /// <summary>Everything that is wrong with a document in this workspace.</summary>
    public async Task<IReadOnlyList<Problem>> CheckAsync(Guid workspaceId, FlowDocument document, IReadOnlyDictionary<string, string> bindings, CancellationToken cancellation) =>
        FlowChecker.Check(document, catalog, await slots.ContextAsync(workspaceId, bindings, cancellation));
}
