using System.Globalization;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Access;
using Designer.Web.Features.Editor;

namespace Designer.Web.Features.Versions;

public enum StateKind { Draft, OwnDraft, Checkpoint, Version }

/// <summary>A state of a flow that can be looked at, compared and gone back to.</summary>
/// <param name="Key"><c>draft</c>, <c>own</c>, <c>v3</c>, or <c>c-</c> and a checkpoint's id.</param>
/// <param name="Notes">A version's release notes.</param>
public sealed record FlowState(string Key, StateKind Kind, string Title, string? Notes, string Author, DateTimeOffset At);

/// <summary>What differs between two states, with both documents.</summary>
public sealed record StateComparison(FlowDocument Before, FlowDocument After, FlowDiff Diff);

/// <summary>The states of a flow: its draft, the asker's own draft, checkpoints and published versions.</summary>
public sealed class FlowStates(FlowStore flows, DraftEditing editing)
{
    public const string Draft = "draft";
    public const string Own = "own";
    /// <summary>Most characters of a checkpoint's name.</summary>
    public const int LongestName = 200;

    /// <summary>The drafts, then the rest, newest first. Empty when there is no such flow.</summary>
    public async Task<IReadOnlyList<FlowState>> ListAsync(SignedInMember member, Guid flowId, CancellationToken cancellation = default)
    {
        if (await flows.FindAsync(member.WorkspaceId, flowId, cancellation) is not { } draft) return [];
        IReadOnlyList<SavedCommand> last = await flows.LastCommandsAsync(member.WorkspaceId, flowId, draft.Revision, 1, cancellation: cancellation);
        List<FlowState> states = [new(Draft, StateKind.Draft, L["Draft"], null, last.Count > 0 ? last[0].Author : draft.CreatedBy, draft.UpdatedAt)];
        if (await flows.FindOwnDraftAsync(member.WorkspaceId, flowId, member.Author, cancellation) is { } own)
            states.Add(new FlowState(Own, StateKind.OwnDraft, L["My own draft"], null, own.Owner, own.UpdatedAt));
        IEnumerable<FlowState> versions = (await flows.VersionsAsync(member.WorkspaceId, flowId, cancellation))
            .Select(v => new FlowState($"v{v.Number}", StateKind.Version, L["Version {0}", v.Number], v.Notes, v.PublishedBy, v.PublishedAt));
        IEnumerable<FlowState> checkpoints = (await flows.CheckpointsAsync(member.WorkspaceId, flowId, cancellation))
            .Select(c => new FlowState($"c-{c.Id}", StateKind.Checkpoint, c.Name, null, c.Author, c.At));
        return [.. states, .. versions.Concat(checkpoints).OrderByDescending(s => s.At)];
    }

    /// <summary>Null when the workspace has no such flow, or the flow no such state.</summary>
    public async Task<FlowDocument?> FindAsync(SignedInMember member, Guid flowId, string key, CancellationToken cancellation = default)
    {
        ReadOnlyMemory<byte>? document = key switch
        {
            Draft => (await flows.FindAsync(member.WorkspaceId, flowId, cancellation))?.Document,
            Own => (await flows.FindAsync(member.WorkspaceId, flowId, member.Author, cancellation))?.Document,
            _ when key.StartsWith('v') && int.TryParse(key.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int number) =>
                (await flows.FindVersionAsync(member.WorkspaceId, flowId, number, cancellation))?.Document,
            _ when key.StartsWith("c-", StringComparison.Ordinal) && Guid.TryParse(key.AsSpan(2), out Guid id) =>
                await flows.FindCheckpointAsync(member.WorkspaceId, flowId, id, cancellation) is { } bytes ? new ReadOnlyMemory<byte>(bytes) : null,
            _ => null,
        };
        return document is { } found ? FlowJson.Read(found.Span) : null;
    }

    public async Task<StateComparison?> CompareAsync(SignedInMember member, Guid flowId, string from, string to, CancellationToken cancellation = default) =>
        await FindAsync(member, flowId, from, cancellation) is { } before && await FindAsync(member, flowId, to, cancellation) is { } after
            ? new StateComparison(before, after, FlowDiff.Between(before, after))
            : null;

    /// <summary>Makes the shared draft what a state was; an edit like any other, so it can be undone. Callers notice nothing. Null when there is no such state.</summary>
    public async Task<CommitResult?> RestoreAsync(SignedInMember member, Guid flowId, string key, CancellationToken cancellation = default)
    {
        if (await FindAsync(member, flowId, key, cancellation) is not { } document || await flows.FindAsync(member.WorkspaceId, flowId, cancellation) is not { } draft) return null;
        return await editing.ReplaceAsync(member, draft, document, cancellation);
    }

    /// <summary>Keeps a draft as it is now under a name. Null when there is no such draft.</summary>
    public async Task<CheckpointInfo?> KeepAsync(SignedInMember member, Guid flowId, string owner, string name, CancellationToken cancellation = default)
    {
        name = name.Trim();
        if (name.Length == 0) name = DateTimeOffset.Now.ToString("g", CultureInfo.CurrentCulture);
        if (name.Length > LongestName) name = name[..LongestName];
        return await flows.FindAsync(member.WorkspaceId, flowId, owner, cancellation) is { } draft
            ? await flows.AddCheckpointAsync(member.WorkspaceId, flowId, name, draft.Document, draft.Revision, member.Author, cancellation)
            : null;
    }
}
