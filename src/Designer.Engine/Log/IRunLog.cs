using System.Text.Json.Serialization;

namespace Designer.Engine;

/// <summary>Where runs live. Two backends: SQLite (<c>runs.db</c>) and PostgreSQL, both with group commit; a memory one for measuring.</summary>
/// <remarks>Calls of <see cref="AppendAsync"/> for one run come in order and may overlap; the log keeps their order.</remarks>
public interface IRunLog
{
    /// <summary>Keeps what a run executes, by content hash; a repeat is a no-op.</summary>
    ValueTask SaveVersionAsync(string hash, ReadOnlyMemory<byte> json, CancellationToken cancellation);
    ValueTask<ReadOnlyMemory<byte>?> LoadVersionAsync(string hash, CancellationToken cancellation);
    /// <summary>The hash of what a run executes; null when the run is unknown or kept no record.</summary>
    ValueTask<string?> VersionOfAsync(Guid runId, CancellationToken cancellation);

    /// <summary>Completes when the batch is on disk; the memory of its events may be reused then.</summary>
    /// <exception cref="RunLostException">The batch's epoch is older than the run's.</exception>
    /// <exception cref="RunConflictException"><c>conversation.busy</c>: the new run's conversation has an active run.</exception>
    /// <exception cref="DuplicateStartException">The new run's idempotency key exists.</exception>
    ValueTask AppendAsync(RunBatch batch);

    ValueTask<RunRow?> FindAsync(Guid runId, CancellationToken cancellation);
    /// <summary>Newest first.</summary>
    ValueTask<IReadOnlyList<RunRow>> ListAsync(RunQuery query, CancellationToken cancellation);
    /// <summary>Committed events from <paramref name="fromSeq"/> on, in order.</summary>
    IAsyncEnumerable<RunEvent> ReadAsync(Guid runId, long fromSeq, CancellationToken cancellation);

    /// <summary>Makes this process the owner and raises the epoch, if the run has not ended and its owner is gone, released it, or is this process.</summary>
    ValueTask<RunClaim?> ClaimAsync(Guid runId, CancellationToken cancellation);
    /// <summary>Runs that somebody should take up: unfinished and ownerless, or waiting with an inbox item or a deadline before <paramref name="now"/>.</summary>
    ValueTask<IReadOnlyList<Guid>> OrphansAsync(DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Puts an answer, a cancel or a deadline into the run's inbox. False when that step has one already.</summary>
    ValueTask<bool> PostAsync(Guid runId, InboxItem item, CancellationToken cancellation);
    /// <summary>All items ever posted to the run, in order, with their numbers. Called by the owner, they no longer count as unread.</summary>
    ValueTask<IReadOnlyList<InboxItem>> InboxAsync(Guid runId, CancellationToken cancellation);
    /// <summary>Runs owned by this process that have unread inbox items (posted by another process).</summary>
    ValueTask<IReadOnlyList<Guid>> UnreadAsync(CancellationToken cancellation);

    ValueTask<Conversation> LoadConversationAsync(Guid flowId, string conversationId, CancellationToken cancellation);
    /// <summary>Deletes runs that ended before <paramref name="endedBefore"/>, with all that belongs to them.</summary>
    ValueTask<int> PruneAsync(DateTimeOffset endedBefore, CancellationToken cancellation);
}

/// <summary>A piece of one run's log, committed as a whole.</summary>
public sealed record RunBatch
{
    public required Guid RunId { get; init; }
    public required long Epoch { get; init; }
    /// <summary>The first event's number; <see cref="Events"/> holds <see cref="Count"/> of them, one JSON object per line (see <see cref="EventJson"/>).</summary>
    public long FirstSeq { get; init; }
    public int Count { get; init; }
    public ReadOnlyMemory<byte> Events { get; init; }
    /// <summary>The run's row as of this batch: inserted by the first batch (<see cref="IsNew"/>), else its changed fields are updated.</summary>
    public RunRow? Row { get; init; }
    public bool IsNew { get; init; }
    /// <summary>With <see cref="IsNew"/>: the hash of the version it executes.</summary>
    public string? VersionHash { get; init; }
    public IdempotencyKey? IdempotencyKey { get; init; }
    /// <summary>The earliest deadline of a waiting step, when the row's state is waiting.</summary>
    public DateTimeOffset? WakeAt { get; init; }
    /// <summary>The owner lets go (the run ended or waits), so that anyone may claim it.</summary>
    public bool Release { get; init; }
    /// <summary>With <see cref="Release"/>: the number of the last inbox item that the run has taken in. A later one makes it an orphan.</summary>
    public long InboxRead { get; init; }
    /// <summary>Nobody waits for it: the log may keep it a little while, to commit more at once.</summary>
    public bool CanWait { get; init; }
    /// <summary>Written with the end of a run.</summary>
    public Conversation? Conversation { get; init; }
}

/// <param name="Step">The step it is for; empty for a cancel of the run.</param>
/// <param name="Kind">answer, cancel or timeout.</param>
public sealed record InboxItem(string Step, string Kind, HumanAnswer? Answer, DateTimeOffset PostedAt)
{
    /// <summary>Its place in the log's inbox, given by the log and rising; 0 before it was read from there.</summary>
    [JsonIgnore] public long No { get; init; }
}

public sealed record RunClaim(RunRow Row, long Epoch, string VersionHash);

public sealed record RunQuery(Guid WorkspaceId)
{
    public Guid? FlowId { get; init; }
    public RunState? State { get; init; }
    public DateTimeOffset? Before { get; init; }
    public int Take { get; init; } = 50;
}

/// <summary>The idempotency key was used before.</summary>
public sealed class DuplicateStartException(Guid runId, string bodyHash) : Exception("This idempotency key has started a run already.")
{
    public Guid RunId { get; } = runId;
    public string BodyHash { get; } = bodyHash;
}
