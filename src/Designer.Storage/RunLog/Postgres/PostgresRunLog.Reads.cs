using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Npgsql;

namespace Designer.Storage;

public sealed partial class PostgresRunLog
{
    private const decimal NanoDollars = 1_000_000_000m;

    private const string RowColumns = """
        r.id, r.workspace, r.flow, r.version, r.state, r.started_at, r.ended_at, r.conversation, r.trigger, r.started_by,
        r.input_tokens, r.output_tokens, r.cost, r.model_calls, r.error, r.input, r.output
        """;

    public async ValueTask<ReadOnlyMemory<byte>?> LoadVersionAsync(string hash, CancellationToken cancellation)
    {
        await using NpgsqlCommand find = Read("SELECT json FROM run_log.versions WHERE hash = $1", hash);
        return await find.ExecuteScalarAsync(cancellation) is byte[] json ? json : default(ReadOnlyMemory<byte>?);
    }

    public async ValueTask<string?> VersionOfAsync(Guid runId, CancellationToken cancellation)
    {
        await using NpgsqlCommand find = Read("SELECT version_hash FROM run_log.runs WHERE id = $1 AND version_hash <> ''", runId);
        return await find.ExecuteScalarAsync(cancellation) as string;
    }

    public async ValueTask<RunRow?> FindAsync(Guid runId, CancellationToken cancellation)
    {
        await using NpgsqlCommand find = Read($"SELECT {RowColumns} FROM run_log.runs r WHERE r.id = $1", runId);
        await using NpgsqlDataReader reader = await find.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Row(reader) : null;
    }

    public async ValueTask<IReadOnlyList<RunRow>> ListAsync(RunQuery query, CancellationToken cancellation)
    {
        await using NpgsqlCommand list = Read($"""
            SELECT {RowColumns} FROM run_log.runs r
            WHERE r.workspace = $1 {(query.State is RunState.Queued or RunState.Running or RunState.Waiting ? "AND r.ended_at IS NULL" : "")} AND r.flow = coalesce($2::uuid, r.flow) AND r.state = coalesce($3::smallint, r.state) AND ($4::bigint IS NULL OR r.started_at < $4::bigint)
            ORDER BY r.started_at DESC, r.no DESC LIMIT $5
            """, query.WorkspaceId, query.FlowId, (short?)query.State, query.Before?.UtcTicks, query.Take);
        await using NpgsqlDataReader reader = await list.ExecuteReaderAsync(cancellation);
        List<RunRow> rows = [];
        while (await reader.ReadAsync(cancellation)) rows.Add(Row(reader));
        return rows;
    }

    public async IAsyncEnumerable<RunEvent> ReadAsync(Guid runId, long fromSeq, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // One batch at a time, so that a slow reader holds no connection.
        long next = Math.Max(1, fromSeq);
        while (await ReadBatchAsync(runId, next, cancellation) is { } batch)
        {
            foreach (RunEvent item in EventJson.ReadLines(batch.Events, next))
            {
                cancellation.ThrowIfCancellationRequested();
                yield return item;
            }
            next = batch.FirstSeq + batch.Count;
        }
    }

    private async Task<(long FirstSeq, int Count, byte[] Events)?> ReadBatchAsync(Guid runId, long seq, CancellationToken cancellation)
    {
        await using NpgsqlCommand find = Read("""
            SELECT 1::bigint, count, events FROM run_log.runs WHERE id = $1 AND count >= $2
            UNION ALL
            SELECT * FROM (SELECT e.first_seq, e.count, e.events FROM run_log.run_events e WHERE e.run = (SELECT no FROM run_log.runs WHERE id = $1) AND e.first_seq <= $2
              ORDER BY e.first_seq DESC LIMIT 1) b WHERE first_seq + count > $2
            """, runId, seq);
        await using NpgsqlDataReader reader = await find.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? (reader.GetInt64(0), reader.GetInt32(1), reader.GetFieldValue<byte[]>(2)) : null;
    }

    public async ValueTask<IReadOnlyList<Guid>> OrphansAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        await using NpgsqlCommand find = Read($"""
            WITH living AS MATERIALIZED ({PostgresRunSchema.LivingOwners})
            SELECT r.id FROM run_log.runs r
            WHERE r.ended_at IS NULL AND (r.owner IS NULL OR r.id = ANY($3) OR r.owner NOT IN (SELECT * FROM living))
              AND (r.state <> $1 OR r.wake_at <= $2 OR EXISTS (SELECT 1 FROM run_log.inbox i WHERE i.run = r.no AND i.no > r.inbox_read))
            ORDER BY r.started_at
            """, (short)RunState.Waiting, now.UtcTicks, _writer.Broken.Keys.ToArray());
        return await IdsAsync(find, cancellation);
    }

    public async ValueTask<IReadOnlyList<InboxItem>> InboxAsync(Guid runId, CancellationToken cancellation)
    {
        await using NpgsqlCommand find = Read("SELECT i.no, i.item, r.owner FROM run_log.runs r JOIN run_log.inbox i ON i.run = r.no WHERE r.id = $1 ORDER BY i.no", runId);
        await using NpgsqlDataReader reader = await find.ExecuteReaderAsync(cancellation);
        List<InboxItem> items = [];
        long[] mine = _writer.Owners;
        while (await reader.ReadAsync(cancellation))
        {
            items.Add(RunJson.Read<InboxItem>(reader.GetFieldValue<byte[]>(1)) with { No = reader.GetInt64(0) });
            if (!reader.IsDBNull(2) && mine.Contains(reader.GetInt64(2))) _writer.InboxRead[runId] = reader.GetInt64(0);
        }
        return items;
    }

    public async ValueTask<IReadOnlyList<Guid>> UnreadAsync(CancellationToken cancellation)
    {
        await using NpgsqlCommand find = Read("""
            SELECT r.id, max(i.no) FROM run_log.runs r JOIN run_log.inbox i ON i.run = r.no
            WHERE r.ended_at IS NULL AND r.owner = ANY($1) AND i.no > r.inbox_read GROUP BY r.id
            """, _writer.Owners);
        await using NpgsqlDataReader reader = await find.ExecuteReaderAsync(cancellation);
        List<Guid> unread = [];
        while (await reader.ReadAsync(cancellation))
            if (reader.GetInt64(1) > _writer.InboxRead.GetValueOrDefault(reader.GetGuid(0))) unread.Add(reader.GetGuid(0));
        return unread;
    }

    public async ValueTask<Conversation> LoadConversationAsync(Guid flowId, string conversationId, CancellationToken cancellation)
    {
        await using NpgsqlCommand find = Read("SELECT data FROM run_log.conversations WHERE flow = $1 AND id = $2", flowId, conversationId);
        return await find.ExecuteScalarAsync(cancellation) is byte[] data
            ? RunJson.Read<Conversation>(data)
            : new Conversation(conversationId, [], ImmutableDictionary<string, JsonElement>.Empty);
    }

    private NpgsqlCommand Read(string sql, params object?[] parameters)
    {
        NpgsqlCommand command = _source.CreateCommand(sql);
        foreach (object? value in parameters) command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        return command;
    }

    private static async Task<IReadOnlyList<Guid>> IdsAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellation);
        List<Guid> ids = [];
        while (await reader.ReadAsync(cancellation)) ids.Add(reader.GetGuid(0));
        return ids;
    }

    private static RunRow Row(NpgsqlDataReader r)
    {
        JsonElement? input = RunJson.Value(r.IsDBNull(15) ? default : r.GetFieldValue<byte[]>(15), out LargeValue? largeInput);
        JsonElement? output = RunJson.Value(r.IsDBNull(16) ? default : r.GetFieldValue<byte[]>(16), out LargeValue? largeOutput);
        return new RunRow
        {
            Id = r.GetGuid(0),
            WorkspaceId = r.GetGuid(1),
            FlowId = r.GetGuid(2),
            Version = r.GetString(3),
            State = (RunState)r.GetInt16(4),
            StartedAt = new DateTimeOffset(r.GetInt64(5), TimeSpan.Zero),
            EndedAt = r.IsDBNull(6) ? null : new DateTimeOffset(r.GetInt64(6), TimeSpan.Zero),
            ConversationId = r.IsDBNull(7) ? null : r.GetString(7),
            Trigger = r.GetString(8),
            StartedBy = r.IsDBNull(9) ? null : r.GetString(9),
            Usage = new Usage(r.GetInt64(10), r.GetInt64(11), r.GetInt64(12) / NanoDollars, (int)r.GetInt64(13)),
            Error = r.IsDBNull(14) ? null : RunJson.Read<RunError>(r.GetFieldValue<byte[]>(14)),
            Input = input ?? default,
            Output = output,
            Large = largeInput is null && largeOutput is null ? null : new LargeValues(largeInput, largeOutput),
        };
    }
}
