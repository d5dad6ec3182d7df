using Designer.Engine;

namespace Designer.Storage;

/// <summary>A flow as lists show it.</summary>
/// <param name="HasChanges">The draft differs from the latest version, or nothing was published yet.</param>
/// <param name="Versions">How many versions were published.</param>
/// <param name="Keys">How many keys are neither revoked nor expired.</param>
public sealed record FlowSummary(
    Guid Id, string Slug, string Name, string? Description, int? LatestVersion, bool HasChanges, int Versions, int Keys,
    IReadOnlyList<string> Tags, string CreatedBy, DateTimeOffset UpdatedAt);

/// <param name="Total">Matching flows beyond this page, too.</param>
public sealed record FlowList(IReadOnlyList<FlowSummary> Flows, int Total);

/// <summary>A flow's draft with what stands outside its document.</summary>
public sealed record FlowDraft(
    Guid Id, Guid WorkspaceId, string Slug, string Name, string? Description, ReadOnlyMemory<byte> Document, long Revision,
    IReadOnlyDictionary<string, string> Bindings, int? LatestVersion, long? PublishedRevision, RunRecord Record, IReadOnlyList<string> Tags,
    string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    /// <summary>Empty for the shared draft, or whose own draft this is.</summary>
    public string Owner { get; init; } = "";
}

/// <param name="Document">Canonical UTF-8 JSON; its id becomes the flow's.</param>
/// <param name="Slug">Made from the name when null; a taken one gets a number.</param>
public sealed record NewFlow(Guid Id, string Name, string? Description, ReadOnlyMemory<byte> Document, string? Slug = null)
{
    public IReadOnlyDictionary<string, string>? Bindings { get; init; }
    public IReadOnlyList<string>? Tags { get; init; }
}

/// <summary>What a command does in its author's history.</summary>
public enum CommandKind { Edit, Undo, Redo }

/// <summary>One edit: its operations, their inverse, and the document after it.</summary>
/// <param name="Id">Made by the editor; sending it again changes nothing.</param>
/// <param name="Ops">JSON lists of operations.</param>
public sealed record DraftCommand(string Id, long BaseRevision, string Author, string Ops, string Inverse, ReadOnlyMemory<byte> Document, string Name, string? Description)
{
    public CommandKind Kind { get; init; }
    /// <summary>The undoable step it belongs to, or undoes or redoes; a step of its own when null.</summary>
    public string? Step { get; init; }
    /// <summary>Empty for the shared draft, or whose own draft is meant.</summary>
    public string Owner { get; init; } = "";
}

/// <summary>Saved; saved before by the same command id; based on an old revision; or there is no such draft.</summary>
public enum SaveOutcome { Saved, Repeated, Stale, NotFound }

/// <param name="Revision">After the command, or the current one when it was stale.</param>
public readonly record struct SaveResult(SaveOutcome Outcome, long Revision);

/// <summary>An entry of a draft's command log.</summary>
public sealed record SavedCommand(long Revision, string Id, string Author, CommandKind Kind, string Step, string Ops, string Inverse, DateTimeOffset At);

/// <summary>A published version without its document.</summary>
public sealed record VersionInfo(int Number, long Revision, string? Notes, string PublishedBy, DateTimeOffset PublishedAt);

/// <summary>A published version in full.</summary>
public sealed record VersionContent(VersionInfo Info, ReadOnlyMemory<byte> Document, IReadOnlyDictionary<string, string> Bindings);

/// <summary>A named state of the draft without its document.</summary>
public sealed record CheckpointInfo(Guid Id, string Name, long Revision, string Author, DateTimeOffset At);

/// <summary>An author's own draft, and the shared one as it was when they last met.</summary>
public sealed record OwnDraft(string Owner, ReadOnlyMemory<byte> Base, ReadOnlyMemory<byte> Document, long Revision, DateTimeOffset UpdatedAt);
