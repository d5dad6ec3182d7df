using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Microsoft.Data.Sqlite;

namespace Designer.Storage;

public sealed partial class SqliteRunLog
{
    private const string RowColumns = """
        r.id, r.workspace, r.flow, r.version, r.state, r.started_at, r.ended_at, r.conversation, r.trigger, r.started_by,
        r.input_tokens, r.output_tokens, r.cost, r.model_calls, r.error, r.input, r.output
        """;

    private const decimal NanoDollars = 1_000_000_000m;
    private readonly string _reading;

    private static string ReadingConnection(string file) =>
        new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = true }.ToString();

    private void ClosePool()
    {
        using SqliteConnection connection = new(_reading);
        SqliteConnection.ClearPool(connection);
    }

    public ValueTask<ReadOnlyMemory<byte>?> LoadVersionAsync(string hash, CancellationToken cancellation)
    {
        using Query query = new(_reading, "SELECT json FROM versions WHERE hash = $1 AND json IS NOT NULL", hash);
        return new(query.Read() ? query.Blob(0) : default(ReadOnlyMemory<byte>?));
    }

    public ValueTask<string?> VersionOfAsync(Guid runId, CancellationToken cancellation)
    {
        using Query query = new(_reading, "SELECT v.hash FROM runs r JOIN versions v ON v.no = r.version_no WHERE r.id = $1 AND v.hash <> ''", Key(runId));
        return new(query.Read() ? query.Text(0) : null);
    }

    public ValueTask<RunRow?> FindAsync(Guid runId, CancellationToken cancellation)
    {
        using Query query = new(_reading, $"SELECT {RowColumns} FROM runs r WHERE r.id = $1", Key(runId));
        return new(query.Read() ? Row(query) : null);
    }

    private ValueTask<(RunRow Row, string VersionHash)?> FindWithVersionAsync(Guid runId, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using Query query = new(_reading, $"SELECT {RowColumns}, v.hash FROM runs r JOIN versions v ON v.no = r.version_no WHERE r.id = $1", Key(runId));
        return new(query.Read() ? (Row(query), query.Text(17)!) : default((RunRow, string)?));
    }

    public ValueTask<IReadOnlyList<RunRow>> ListAsync(RunQuery query, CancellationToken cancellation)
    {
        // Few of many runs are open: without the hint SQLite would walk through the workspace's whole history.
        string open = query.State is RunState.Queued or RunState.Running or RunState.Waiting ? "INDEXED BY runs_open" : "";
        string sql = $"""
            SELECT {RowColumns} FROM runs r {open} WHERE r.workspace = $1 {(query.FlowId is null ? "" : "AND r.flow = $2")}
            {(query.State is null ? "" : "AND r.state = $3")} {(open.Length == 0 ? "" : "AND r.ended_at IS NULL")} {(query.Before is null ? "" : "AND r.started_at < $4")}
            ORDER BY r.started_at DESC, r.no DESC LIMIT $5
            """;
        using Query rows = new(_reading, sql, Key(query.WorkspaceId), query.FlowId is { } flow ? Key(flow) : null, (long?)query.State, query.Before?.UtcTicks, (long)query.Take);
        List<RunRow> found = [];
        while (rows.Read()) found.Add(Row(rows));
        return new(found);
    }

    public async IAsyncEnumerable<RunEvent> ReadAsync(Guid runId, long fromSeq, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        // One batch at a time, so that a long log is never in memory as a whole and no reader holds a transaction open.
        long next = Math.Max(1, fromSeq);
        while (ReadBatch(runId, next) is { } batch)
        {
            foreach (RunEvent item in EventJson.ReadLines(batch.Events, next))
            {
                cancellation.ThrowIfCancellationRequested();
                yield return item;
            }
            next = batch.FirstSeq + batch.Count;
        }
    }

    private (long FirstSeq, long Count, ReadOnlyMemory<byte> Events)? ReadBatch(Guid runId, long seq)
    {
        using Query query = new(_reading, """
            SELECT 1, count, events FROM runs WHERE id = $1 AND count >= $2
            UNION ALL
            SELECT * FROM (SELECT e.first_seq, e.count, e.events FROM run_events e WHERE e.run = (SELECT no FROM runs WHERE id = $1) AND e.first_seq <= $2
              ORDER BY e.first_seq DESC LIMIT 1) WHERE first_seq + count > $2
            """, Key(runId), seq);
        return query.Read() ? (query.Int64(0)!.Value, query.Int64(1)!.Value, query.Blob(2)) : null;
    }

    public ValueTask<IReadOnlyList<Guid>> OrphansAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        using Query query = new(_reading, """
            SELECT r.id, r.owner FROM runs r WHERE r.ended_at IS NULL
              AND (r.state <> $1 OR r.wake_at <= $2 OR EXISTS (SELECT 1 FROM inbox i WHERE i.run = r.no AND i.no > r.inbox_read))
            ORDER BY r.started_at
            """, (long)RunState.Waiting, now.UtcTicks);
        Dictionary<Guid, bool> alive = [];
        List<Guid> orphans = [];
        while (query.Read())
        {
            if (query.Guid(1) is { } owner)
            {
                if (!alive.TryGetValue(owner, out bool isAlive)) alive[owner] = isAlive = _owner.IsAlive(owner);
                if (isAlive && !(owner == _owner.Id && _writer.Broken.ContainsKey(query.Guid(0)!.Value))) continue;
            }
            orphans.Add(query.Guid(0)!.Value);
        }
        return new(orphans);
    }

    public ValueTask<IReadOnlyList<InboxItem>> InboxAsync(Guid runId, CancellationToken cancellation)
    {
        using Query query = new(_reading, "SELECT i.no, i.item, r.owner FROM runs r JOIN inbox i ON i.run = r.no WHERE r.id = $1 ORDER BY i.no", Key(runId));
        List<InboxItem> items = [];
        while (query.Read())
        {
            items.Add(RunJson.Read<InboxItem>(query.Blob(1).Span) with { No = query.Int64(0)!.Value });
            if (query.Guid(2) == _owner.Id) _writer.InboxRead[runId] = query.Int64(0)!.Value;
        }
        return new(items);
    }

    public ValueTask<IReadOnlyList<Guid>> UnreadAsync(CancellationToken cancellation)
    {
        using Query query = new(_reading, """
            SELECT r.id, max(i.no) FROM runs r JOIN inbox i ON i.run = r.no
            WHERE r.ended_at IS NULL AND r.owner = $1 AND i.no > r.inbox_read GROUP BY r.id
            """, Key(_owner.Id));
        List<Guid> unread = [];
        while (query.Read())
            if (query.Guid(0) is { } run && query.Int64(1) > _writer.InboxRead.GetValueOrDefault(run)) unread.Add(run);
        return new(unread);
    }

    public ValueTask<Conversation> LoadConversationAsync(Guid flowId, string conversationId, CancellationToken cancellation)
    {
        using Query query = new(_reading, "SELECT data FROM conversations WHERE flow = $1 AND id = $2", Key(flowId), conversationId);
        return new(query.Read()
            ? RunJson.Read<Conversation>(query.Blob(0).Span)
            : new Conversation(conversationId, [], ImmutableDictionary<string, JsonElement>.Empty));
    }

    private static RunRow Row(Query q)
    {
        JsonElement? input = RunJson.Value(q.IsNull(15) ? default : q.Blob(15).Span, out LargeValue? largeInput);
        JsonElement? output = RunJson.Value(q.IsNull(16) ? default : q.Blob(16).Span, out LargeValue? largeOutput);
        return new RunRow
        {
            Id = q.Guid(0)!.Value,
            WorkspaceId = q.Guid(1)!.Value,
            FlowId = q.Guid(2)!.Value,
            Version = q.Text(3)!,
            State = (RunState)q.Int64(4)!.Value,
            StartedAt = new DateTimeOffset(q.Int64(5)!.Value, TimeSpan.Zero),
            EndedAt = q.Int64(6) is { } ended ? new DateTimeOffset(ended, TimeSpan.Zero) : null,
            ConversationId = q.Text(7),
            Trigger = q.Text(8)!,
            StartedBy = q.Text(9),
            Usage = new Usage(q.Int64(10)!.Value, q.Int64(11)!.Value, q.Int64(12)!.Value / NanoDollars, (int)q.Int64(13)!.Value),
            Error = q.IsNull(14) ? null : RunJson.Read<RunError>(q.Blob(14).Span),
            Input = input ?? default,
            Output = output,
            Large = largeInput is null && largeOutput is null ? null : new LargeValues(largeInput, largeOutput),
        };
    }

    private static byte[] Key(Guid id) => id.ToByteArray(bigEndian: true);
}
