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
    string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <param name="Document">Canonical UTF-8 JSON; its id becomes the flow's.</param>
/// <param name="Slug">Made from the name when null; a taken one gets a number.</param>
public sealed record NewFlow(Guid Id, string Name, string? Description, ReadOnlyMemory<byte> Document, string? Slug = null)
{
    public IReadOnlyDictionary<string, string>? Bindings { get; init; }
    public IReadOnlyList<string>? Tags { get; init; }
}

/// <summary>One edit: its operations, their inverse, and the document after it.</summary>
/// <param name="Id">Made by the editor; sending it again changes nothing.</param>
/// <param name="Ops">JSON lists of operations.</param>
public sealed record DraftCommand(string Id, long BaseRevision, string Author, string Ops, string Inverse, ReadOnlyMemory<byte> Document, string Name, string? Description);

/// <summary>Saved; saved before by the same command id; based on an old revision; or there is no such flow.</summary>
public enum SaveOutcome { Saved, Repeated, Stale, NotFound }

/// <param name="Revision">After the command, or the current one when it was stale.</param>
public readonly record struct SaveResult(SaveOutcome Outcome, long Revision);

/// <summary>An entry of the draft's command log.</summary>
public sealed record SavedCommand(long Revision, string Id, string Author, string Ops, string Inverse, DateTimeOffset At);

/// <summary>A published version without its document.</summary>
public sealed record VersionInfo(int Number, long Revision, string? Notes, string PublishedBy, DateTimeOffset PublishedAt);

/// <summary>A published version in full.</summary>
public sealed record VersionContent(VersionInfo Info, ReadOnlyMemory<byte> Document, IReadOnlyDictionary<string, string> Bindings);
