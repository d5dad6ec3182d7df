using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Designer.Engine;

/// <summary>The run log in memory, with the durable logs' semantics: for tests, and to measure the engine without a disk.</summary>
/// <remarks>
/// <see cref="Join"/> opens the same store as a second process would; <see cref="Crash"/> ends this process as <c>kill -9</c> would.
/// </remarks>
public sealed class MemoryRunLog : IRunLog
{
    private readonly Store _store;
    private readonly Owner _me = new();
    private readonly ConcurrentDictionary<Guid, int> _inboxRead = new();

    public MemoryRunLog() : this(new Store()) { }

    private MemoryRunLog(Store store) => _store = store;

    /// <summary>The same store, seen by another living process.</summary>
    public MemoryRunLog Join() => new(_store);

    /// <summary>This process is dead from now on: its runs may be claimed and its appends are refused.</summary>
    public void Crash() => _me.IsAlive = false;

    public ValueTask SaveVersionAsync(string hash, ReadOnlyMemory<byte> json, CancellationToken cancellation)
    {
        if (!_store.Versions.ContainsKey(hash)) _store.Versions.TryAdd(hash, json.ToArray());
        return default;
    }

    public ValueTask<ReadOnlyMemory<byte>?> LoadVersionAsync(string hash, CancellationToken cancellation) =>
        new(_store.Versions.TryGetValue(hash, out byte[]? json) ? json : default(ReadOnlyMemory<byte>?));

    public ValueTask<string?> VersionOfAsync(Guid runId, CancellationToken cancellation) =>
        new(_store.Runs.TryGetValue(runId, out Run? run) && run.VersionHash.Length > 0 ? run.VersionHash : null);

    public ValueTask AppendAsync(RunBatch batch)
    {
        try
        {
            if (!_me.IsAlive) throw new RunLostException(batch.RunId);
            if (batch.IsNew) Start(batch);
            else Continue(batch);
            return default;
        }
        catch (Exception refused)
        {
            return ValueTask.FromException(refused);
        }
    }

    private void Start(RunBatch batch)
    {
        RunRow row = batch.Row ?? throw new ArgumentException("A new run needs its row.", nameof(batch));
        Run run = new(row, batch.Epoch, batch.VersionHash ?? "", _me);
        bool isExclusive = batch.IdempotencyKey is not null || row.ConversationId is not null;
        if (isExclusive) Monitor.Enter(_store.Starts);
        try
        {
            if (isExclusive) CheckExclusive(batch, row);
            if (!_store.Runs.TryAdd(row.Id, run)) throw new InvalidOperationException($"Run {row.Id} exists already.");
            if (batch.IdempotencyKey is { } key) _store.Keys[(key.Scope, key.Key)] = (row.Id, key.BodyHash);
            if (row is { ConversationId: { } conversation, IsEnded: false }) _store.Active[(row.FlowId, conversation)] = row.Id;
        }
        finally
        {
            if (isExclusive) Monitor.Exit(_store.Starts);
        }
        lock (run) Write(run, batch);
    }

    private void CheckExclusive(RunBatch batch, RunRow row)
    {
        if (batch.IdempotencyKey is { } key && _store.Keys.TryGetValue((key.Scope, key.Key), out (Guid Run, string BodyHash) used))
            throw new DuplicateStartException(used.Run, used.BodyHash);
        if (row is { ConversationId: { } conversation, IsEnded: false } && _store.Active.ContainsKey((row.FlowId, conversation)))
            throw new RunConflictException("conversation.busy", $"This conversation has an active run.");
    }

    private void Continue(RunBatch batch)
    {
        if (!_store.Runs.TryGetValue(batch.RunId, out Run? run)) throw new RunLostException(batch.RunId);
        lock (run)
        {
            if (run.Epoch != batch.Epoch) throw new RunLostException(batch.RunId);
            Write(run, batch);
        }
    }

    private void Write(Run run, RunBatch batch)
    {
        if (batch.Count > 0)
        {
            if (batch.FirstSeq != run.NextSeq) throw new InvalidOperationException($"Event {run.NextSeq} of run {run.Row.Id} was expected, not {batch.FirstSeq}.");
            run.Batches.Add(new Piece(batch.FirstSeq, batch.Count, batch.Events.ToArray()));
            run.NextSeq += batch.Count;
        }
        if (batch.Row is { } row)
        {
            // An input is given with the start and stays; it may be a reference beside the row's values.
            run.Row = batch.IsNew ? row : row with { Input = run.Row.Input, Large = (run.Row.Large?.Input, row.Large?.Output) is (null, null) ? null : new LargeValues(run.Row.Large?.Input, row.Large?.Output) };
            run.WakeAt = batch.WakeAt;
            if (row is { IsEnded: true, ConversationId: { } ended }) _store.Active.TryRemove(new((row.FlowId, ended), row.Id));
        }
        if (batch.Conversation is { } conversation) _store.Conversations[(run.Row.FlowId, conversation.Id)] = (conversation, run.Row.EndedAt ?? run.Row.StartedAt);
        if (!batch.Release && !run.Row.IsEnded) return;
        run.Owner = null;
        run.InboxRead = Math.Max(run.InboxRead, (int)batch.InboxRead);
        _inboxRead.TryRemove(run.Row.Id, out _);
    }

    public ValueTask<RunRow?> FindAsync(Guid runId, CancellationToken cancellation) =>
        new(_store.Runs.TryGetValue(runId, out Run? run) ? run.Row : null);

    public ValueTask<IReadOnlyList<RunRow>> ListAsync(RunQuery query, CancellationToken cancellation) => new(_store.Runs.Values
        .Select(run => run.Row)
        .Where(row => row.WorkspaceId == query.WorkspaceId
            && (query.FlowId is null || row.FlowId == query.FlowId)
            && (query.State is null || row.State == query.State)
            && (query.Before is null || row.StartedAt < query.Before))
        .OrderByDescending(row => row.StartedAt).ThenByDescending(row => row.Id)
        .Take(query.Take)
        .ToList());

    public async IAsyncEnumerable<RunEvent> ReadAsync(Guid runId, long fromSeq, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        if (!_store.Runs.TryGetValue(runId, out Run? run)) yield break;
        Piece[] pieces;
        lock (run) pieces = [.. run.Batches.Where(piece => piece.FirstSeq + piece.Count > fromSeq)];
        foreach (Piece piece in pieces)
        {
            foreach (RunEvent item in EventJson.ReadLines(piece.Events, fromSeq))
            {
                cancellation.ThrowIfCancellationRequested();
                yield return item;
            }
        }
    }

    public ValueTask<RunClaim?> ClaimAsync(Guid runId, CancellationToken cancellation)
    {
        if (!_me.IsAlive || !_store.Runs.TryGetValue(runId, out Run? run)) return new((RunClaim?)null);
        lock (run)
        {
            if (run.Row.IsEnded || (run.IsOwned && run.Owner != _me)) return new((RunClaim?)null);
            run.Owner = _me;
            run.Epoch++;
            return new(new RunClaim(run.Row, run.Epoch, run.VersionHash));
        }
    }

    public ValueTask<IReadOnlyList<Guid>> OrphansAsync(DateTimeOffset now, CancellationToken cancellation) => new(_store.Runs.Values
        .Where(run => !run.Row.IsEnded && !run.IsOwned
            && (run.Row.State != RunState.Waiting || run.WakeAt <= now || run.Inbox.Length > run.InboxRead))
        .OrderBy(run => run.Row.StartedAt).Select(run => run.Row.Id).ToList());

    public ValueTask<bool> PostAsync(Guid runId, InboxItem item, CancellationToken cancellation)
    {
        if (!_store.Runs.TryGetValue(runId, out Run? run)) return new(false);
        lock (run)
        {
            if (run.Row.IsEnded || run.Inbox.Any(other => other.Step == item.Step)) return new(false);
            run.Inbox = run.Inbox.Add(item with { No = run.Inbox.Length + 1 });
            return new(true);
        }
    }

    public ValueTask<IReadOnlyList<InboxItem>> InboxAsync(Guid runId, CancellationToken cancellation)
    {
        if (!_store.Runs.TryGetValue(runId, out Run? run)) return new((IReadOnlyList<InboxItem>)[]);
        lock (run)
        {
            if (run.Owner == _me) _inboxRead[runId] = run.Inbox.Length;
            return new(run.Inbox);
        }
    }

    public ValueTask<IReadOnlyList<Guid>> UnreadAsync(CancellationToken cancellation) => new(_store.Runs.Values
        .Where(run => run.Owner == _me && !run.Row.IsEnded && run.Inbox.Length > _inboxRead.GetValueOrDefault(run.Row.Id, run.InboxRead))
        .Select(run => run.Row.Id).ToList());

    public ValueTask<Conversation> LoadConversationAsync(Guid flowId, string conversationId, CancellationToken cancellation) => new(
        _store.Conversations.TryGetValue((flowId, conversationId), out (Conversation Conversation, DateTimeOffset) kept)
            ? kept.Conversation
            : new Conversation(conversationId, [], ImmutableDictionary<string, JsonElement>.Empty));

    public ValueTask<int> PruneAsync(DateTimeOffset endedBefore, CancellationToken cancellation)
    {
        int pruned = 0;
        foreach (Run run in _store.Runs.Values.Where(run => run.Row.EndedAt < endedBefore && run.Row.IsEnded))
            if (_store.Runs.TryRemove(run.Row.Id, out _)) pruned++;
        foreach (((string, string) key, (Guid run, _)) in _store.Keys)
            if (!_store.Runs.ContainsKey(run)) _store.Keys.TryRemove(key, out _);
        foreach (((Guid, string) key, (_, DateTimeOffset at)) in _store.Conversations)
            if (at < endedBefore) _store.Conversations.TryRemove(key, out _);
        return new(pruned);
    }

    private sealed class Store
    {
        public readonly object Starts = new();
        public readonly ConcurrentDictionary<Guid, Run> Runs = new();
        public readonly ConcurrentDictionary<string, byte[]> Versions = new();
        public readonly ConcurrentDictionary<(string, string), (Guid Run, string BodyHash)> Keys = new();
        public readonly ConcurrentDictionary<(Guid Flow, string Id), Guid> Active = new();
        public readonly ConcurrentDictionary<(Guid Flow, string Id), (Conversation, DateTimeOffset At)> Conversations = new();
    }

    private sealed class Owner
    {
        public volatile bool IsAlive = true;
    }

    private sealed record Piece(long FirstSeq, int Count, byte[] Events);

    private sealed class Run(RunRow row, long epoch, string versionHash, Owner owner)
    {
        public RunRow Row = row;
        public long Epoch = epoch;
        public readonly string VersionHash = versionHash;
        public Owner? Owner = owner;
        public DateTimeOffset? WakeAt;
        public long NextSeq = 1;
        public ImmutableArray<InboxItem> Inbox = [];
        public int InboxRead;
        public readonly List<Piece> Batches = new(2);
        public bool IsOwned => Owner is { IsAlive: true };
    }
}
