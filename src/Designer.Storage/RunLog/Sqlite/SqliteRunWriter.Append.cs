using System.Collections.Concurrent;
using Designer.Engine;
using Designer.Flows;

namespace Designer.Storage;

internal sealed partial class SqliteRunWriter
{
    private const decimal NanoDollars = 1_000_000_000m;
    private readonly FolderOwner _owner;

    /// <summary>Up to which inbox item this process has read the inboxes of runs it owns.</summary>
    public ConcurrentDictionary<Guid, long> InboxRead { get; } = new();

    /// <summary>Runs of this process that an append failed for. Their driver has let go, so they wait to be taken up again from what is on disk.</summary>
    public ConcurrentDictionary<Guid, bool> Broken { get; } = new();

    // All that can be refused is looked at before anything is written: the transaction has the write lock, so nothing changes in between.
    private void Append(Session session, PendingAppend append)
    {
        if (append.Batch.IsNew) Start(session, append);
        else Continue(session, append);
    }

    private void Start(Session session, PendingAppend append)
    {
        RunBatch batch = append.Batch;
        RunRow row = batch.Row ?? throw new InvalidOperationException("A new run needs its row.");
        if (batch.IdempotencyKey is { } key) RefuseDuplicate(session, key);
        if (row is { ConversationId: { } conversation, IsEnded: false }) RefuseBusy(session, row.FlowId, conversation);
        if (batch is { Count: > 0, FirstSeq: not 1 }) throw new InvalidOperationException("A run's events start at 1.");
        Statement insert = session.InsertRun;
        BindRow(session, insert, append, row);
        insert.Run();
        if (batch.IdempotencyKey is { } used)
        {
            session.InsertKey.Bind(1, used.Scope);
            session.InsertKey.Bind(2, used.Key);
            session.InsertKey.Bind(3, used.BodyHash);
            session.InsertKey.Bind(4, session.LastRow);
            session.InsertKey.Run();
        }
        if (append.Conversation is { } data) SaveConversation(session, row.FlowId, batch.Conversation!.Id, row, data);
    }

    private void BindRow(Session session, Statement insert, PendingAppend append, RunRow row)
    {
        RunBatch batch = append.Batch;
        insert.Bind(1, row.Id);
        insert.Bind(2, row.WorkspaceId);
        insert.Bind(3, row.FlowId);
        insert.Bind(4, row.Version);
        insert.Bind(5, session.VersionNumber(batch.VersionHash ?? ""));
        insert.Bind(6, (long)row.State);
        insert.Bind(7, row.StartedAt.UtcTicks);
        insert.Bind(8, row.EndedAt?.UtcTicks);
        insert.Bind(9, row.ConversationId);
        insert.Bind(10, row.Trigger);
        insert.Bind(11, row.StartedBy);
        insert.Bind(12, batch.Epoch);
        if (batch.Release || row.IsEnded) insert.BindNull(13);
        else insert.Bind(13, _me);
        insert.Bind(14, batch.WakeAt?.UtcTicks);
        BindUsage(insert, 15, row.Usage);
        insert.Bind(19, (long)batch.Count);
        BindJson(insert, 20, append.Error);
        BindJson(insert, 21, RunJson.Column(row.Input, row.Large?.Input));
        BindJson(insert, 22, RunJson.Column(row.Output, row.Large?.Output));
        BindJson(insert, 23, batch.Events.Span);
    }

    private void Continue(Session session, PendingAppend append)
    {
        RunBatch batch = append.Batch;
        (long run, Guid flow) = FindOwned(session, batch);
        if (batch.Count > 0)
        {
            Statement insert = session.InsertEvents;
            insert.Bind(1, run);
            insert.Bind(2, batch.FirstSeq);
            insert.Bind(3, (long)batch.Count);
            insert.BindBlob(4, batch.Events.Span);
            insert.Run();
        }
        if (batch.Row is { } row) Update(session.UpdateRun, run, append, row);
        if (append.Conversation is { } data) SaveConversation(session, flow, batch.Conversation!.Id, batch.Row, data);
        if (!batch.Release && batch.Row is not { IsEnded: true }) return;
        session.Release.Bind(1, run);
        session.Release.Bind(2, batch.InboxRead);
        InboxRead.TryRemove(batch.RunId, out _);
        session.Release.Run();
    }

    private static (long Run, Guid Flow) FindOwned(Session session, RunBatch batch)
    {
        Statement find = session.FindEpoch;
        find.Bind(1, batch.RunId);
        bool isOwned = find.Step() && find.Int64(1) == batch.Epoch;
        (long run, Guid flow, long next) = isOwned ? (find.Int64(0), find.Guid(2)!.Value, find.Int64(3)) : default;
        find.Reset();
        if (!isOwned) throw new RunLostException(batch.RunId);
        // A gap would mean that an append before this one failed: what follows it must not be kept.
        if (batch.Count > 0 && batch.FirstSeq != next) throw new InvalidOperationException($"Event {next} of run {batch.RunId} was expected, not {batch.FirstSeq}.");
        return (run, flow);
    }

    private static void Update(Statement update, long run, PendingAppend append, RunRow row)
    {
        update.Bind(1, run);
        update.Bind(2, (long)row.State);
        update.Bind(3, row.EndedAt?.UtcTicks);
        update.Bind(4, append.Batch.WakeAt?.UtcTicks);
        BindUsage(update, 5, row.Usage);
        BindJson(update, 9, append.Error);
        BindJson(update, 10, RunJson.Column(row.Output, row.Large?.Output));
        update.Run();
    }

    private static void SaveConversation(Session session, Guid flow, string id, RunRow? row, byte[] data)
    {
        session.SaveConversation.Bind(1, flow);
        session.SaveConversation.Bind(2, id);
        session.SaveConversation.Bind(3, (row?.EndedAt ?? row?.StartedAt ?? DateTimeOffset.UtcNow).UtcTicks);
        session.SaveConversation.BindBlob(4, data);
        session.SaveConversation.Run();
    }

    private static void RefuseDuplicate(Session session, IdempotencyKey key)
    {
        Statement find = session.FindKey;
        find.Bind(1, key.Scope);
        find.Bind(2, key.Key);
        DuplicateStartException? duplicate = find.Step() ? new DuplicateStartException(find.Guid(0)!.Value, find.Text(1)) : null;
        find.Reset();
        if (duplicate is not null) throw duplicate;
    }

    private static void RefuseBusy(Session session, Guid flow, string conversation)
    {
        Statement find = session.FindBusy;
        find.Bind(1, flow);
        find.Bind(2, conversation);
        bool isBusy = find.Step();
        find.Reset();
        if (isBusy) throw new RunConflictException("conversation.busy", $"This conversation has an active run.");
    }

    private static void BindUsage(Statement statement, int first, Usage usage)
    {
        statement.Bind(first, usage.InputTokens);
        statement.Bind(first + 1, usage.OutputTokens);
        statement.Bind(first + 2, (long)(usage.Cost * NanoDollars));
        statement.Bind(first + 3, (long)usage.ModelCalls);
    }

    private static void BindJson(Statement statement, int index, ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty) statement.BindNull(index);
        else statement.BindBlob(index, json);
    }
}
