using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Access;

namespace Designer.Web.Features.Editor;

/// <summary>
/// An author's own draft: begun as a copy of the shared one, worked on unseen, and merged when it is ready. The shared draft stays the one
/// that is published.
/// </summary>
public sealed class OwnDrafts(FlowStore flows, DraftEditing editing)
{
    /// <summary>Brings the own draft's changes into the shared draft, as one undoable step, and ends it. Conflicts: nothing happened yet.</summary>
    public async Task<CommitResult> MergeAsync(SignedInMember member, Guid flowId, IReadOnlyDictionary<string, MergeSide>? choices = null, CancellationToken cancellation = default)
    {
        if (await FindAsync(member, flowId, cancellation) is not { } found) return Gone;
        (OwnDraft own, FlowDraft shared) = found;
        MergeResult merged = FlowMerge.Merge(Read(own.Base), Read(own.Document), Read(shared.Document), choices);
        if (merged.Conflicts.Count > 0) return new CommitResult(shared.Revision, [], Conflicts: merged.Conflicts);
        CommitResult result = await editing.ReplaceAsync(member, shared, merged.Document, cancellation);
        if (result.Error is null && result.Conflicts is null) await flows.EndOwnDraftAsync(member.WorkspaceId, flowId, own.Owner, own.Revision, cancellation);
        return result;
    }

    /// <summary>Takes what others did to the shared draft into the own one. Conflicts: nothing happened yet.</summary>
    public async Task<CommitResult> UpdateAsync(SignedInMember member, Guid flowId, IReadOnlyDictionary<string, MergeSide>? choices = null, CancellationToken cancellation = default)
    {
        if (await FindAsync(member, flowId, cancellation) is not { } found) return Gone;
        (OwnDraft own, FlowDraft shared) = found;
        MergeResult merged = FlowMerge.Merge(Read(own.Base), Read(own.Document), Read(shared.Document), choices);
        if (merged.Conflicts.Count > 0) return new CommitResult(own.Revision, [], Conflicts: merged.Conflicts);
        CommitResult result = await editing.ReplaceAsync(member, shared with { Owner = own.Owner, Document = own.Document, Revision = own.Revision }, merged.Document, cancellation);
        if (result.Error is null && result.Conflicts is null) await flows.SetOwnBaseAsync(member.WorkspaceId, flowId, own.Owner, shared.Document, cancellation);
        return result;
    }

    private static CommitResult Gone => new(0, [], L["Your own draft has ended."]);

    private static FlowDocument Read(ReadOnlyMemory<byte> document) => FlowJson.Read(document.Span);

    private async Task<(OwnDraft, FlowDraft)?> FindAsync(SignedInMember member, Guid flowId, CancellationToken cancellation) =>
        await flows.FindOwnDraftAsync(member.WorkspaceId, flowId, member.Author, cancellation) is { } own && await flows.FindAsync(member.WorkspaceId, flowId, cancellation) is { } shared
            ? (own, shared)
            : null;
}
