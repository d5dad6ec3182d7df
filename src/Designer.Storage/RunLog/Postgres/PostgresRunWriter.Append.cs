using Designer.Engine;
using Npgsql;

namespace Designer.Storage;

internal sealed partial class PostgresRunWriter
{
    private const decimal NanoDollars = 1_000_000_000m;

    // Runs that are there go first, so that a conversation which ends in this group is free for a run that starts in it; then new runs;
    // then what those new runs have appended since.
    private async Task AppendAsync(PostgresSession session, List<PendingAppend> group)
    {
        await using NpgsqlTransaction transaction = await session.Connection.BeginTransactionAsync();
        List<PendingAppend> starts = group.FindAll(a => a.Batch.IsNew);
        HashSet<Guid> started = [.. starts.Select(a => a.Batch.RunId)];
        await ContinueAsync(session, group.FindAll(a => !a.Batch.IsNew && !started.Contains(a.Batch.RunId)));
        await StartAsync(session, starts);
        await ContinueAsync(session, group.FindAll(a => !a.Batch.IsNew && started.Contains(a.Batch.RunId)));
        await SaveConversationsAsync(session, group);
        await transaction.CommitAsync();
        foreach (PendingAppend append in group)
            if (append.Refusal is null && IsRelease(append.Batch)) InboxRead.TryRemove(append.Batch.RunId, out _);
    }

    private static bool IsRelease(RunBatch batch) => batch.Release || batch.Row is { IsEnded: true };

    private static async Task StartAsync(PostgresSession session, List<PendingAppend> starts)
    {
        foreach (PendingAppend start in starts.FindAll(a => a.Batch is { Row: null } or { Count: > 0, FirstSeq: not 1 }))
            start.Refusal = new InvalidOperationException("A new run needs its row, and its events start at 1.");
        await TakeKeysAsync(session, starts.FindAll(a => a.Batch.IdempotencyKey is not null && a.Refusal is null));
        await InsertRunsAsync(session, starts.FindAll(a => a.Refusal is null));
        Guid[] free = [.. starts.Where(a => a is { Refusal: RunConflictException or InvalidOperationException, Batch.IdempotencyKey: not null }).Select(a => a.Batch.RunId)];
        // A refused start uses nothing up.
        if (free.Length > 0) await PostgresSession.ExecuteAsync(session.Connection, "DELETE FROM run_log.idempotency WHERE run = ANY($1)", free);
    }

    // In one order everywhere, so that two machines cannot wait for each other.
    private static async Task TakeKeysAsync(PostgresSession session, List<PendingAppend> starts)
    {
        if (starts.Count == 0) return;
        IdempotencyKey[] keys = [.. starts.Select(a => a.Batch.IdempotencyKey!)];
        string[] scopes = [.. keys.Select(k => k.Scope)], names = [.. keys.Select(k => k.Key)];
        await PostgresSession.ExecuteAsync(session.Connection, """
            INSERT INTO run_log.idempotency (scope, key, body, run)
            SELECT scope, key, body, run FROM unnest($1::text[], $2::text[], $3::text[], $4::uuid[]) WITH ORDINALITY AS n (scope, key, body, run, place) ORDER BY scope, key, place
            ON CONFLICT DO NOTHING
            """, scopes, names, keys.Select(k => k.BodyHash).ToArray(), starts.Select(a => a.Batch.RunId).ToArray());
        Dictionary<(string, string), (Guid Run, string Body)> holders = [];
        await using (NpgsqlCommand find = PostgresSession.Command(session.Connection,
            "SELECT scope, key, run, body FROM run_log.idempotency WHERE (scope, key) IN (SELECT * FROM unnest($1::text[], $2::text[]))", scopes, names))
        await using (NpgsqlDataReader reader = await find.ExecuteReaderAsync())
            while (await reader.ReadAsync()) holders[(reader.GetString(0), reader.GetString(1))] = (reader.GetGuid(2), reader.GetString(3));
        foreach (PendingAppend start in starts)
        {
            IdempotencyKey key = start.Batch.IdempotencyKey!;
            (Guid run, string body) = holders[(key.Scope, key.Key)];
            if (run != start.Batch.RunId) start.Refusal = new DuplicateStartException(run, body);
        }
    }

    private static async Task InsertRunsAsync(PostgresSession session, List<PendingAppend> starts)
    {
        if (starts.Count == 0) return;
        RunRow[] rows = [.. starts.Select(a => a.Batch.Row!)];
        await using NpgsqlCommand insert = PostgresSession.Command(session.Connection, """
            INSERT INTO run_log.runs (id, workspace, flow, version, version_hash, state, started_at, ended_at, conversation, trigger, started_by, epoch, owner, wake_at,
              input_tokens, output_tokens, cost, model_calls, count, error, input, output, events)
            SELECT id, workspace, flow, version, version_hash, state, started_at, ended_at, conversation, trigger, started_by, epoch, owner, wake_at,
              input_tokens, output_tokens, cost, model_calls, count, error, input, output, events
            FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::smallint[], $7::bigint[], $8::bigint[], $9::text[], $10::text[], $11::text[], $12::bigint[],
              $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[], $18::bigint[], $19::integer[], $20::bytea[], $21::bytea[], $22::bytea[], $23::bytea[])
              WITH ORDINALITY AS n (id, workspace, flow, version, version_hash, state, started_at, ended_at, conversation, trigger, started_by, epoch, owner, wake_at,
              input_tokens, output_tokens, cost, model_calls, count, error, input, output, events, place)
            ORDER BY flow, conversation, place ON CONFLICT DO NOTHING RETURNING id
            """,
            Column(r => r.Id), Column(r => r.WorkspaceId), Column(r => r.FlowId), Column(r => r.Version), Batch(b => b.VersionHash ?? ""), Column(r => (short)r.State),
            Column(r => r.StartedAt.UtcTicks), Column(r => r.EndedAt?.UtcTicks), Column(r => r.ConversationId), Column(r => r.Trigger), Column(r => r.StartedBy),
            Batch(b => b.Epoch), Batch(b => IsRelease(b) ? (long?)null : session.Owner), Batch(b => b.WakeAt?.UtcTicks),
            Column(r => r.Usage.InputTokens), Column(r => r.Usage.OutputTokens), Column(r => (long)(r.Usage.Cost * NanoDollars)), Column(r => (long)r.Usage.ModelCalls), Batch(b => b.Count),
            starts.Select(a => a.Error).ToArray(), Column(r => Bytes(r.Input, r.Large?.Input)), Column(r => Bytes(r.Output, r.Large?.Output)), Batch(b => b.Count > 0 ? b.Events.ToArray() : null));
        HashSet<Guid> inserted = [];
        await using (NpgsqlDataReader reader = await insert.ExecuteReaderAsync())
            while (await reader.ReadAsync()) inserted.Add(reader.GetGuid(0));
        foreach (PendingAppend start in starts.Where(a => !inserted.Contains(a.Batch.RunId)))
        {
            start.Refusal = start.Batch.Row!.ConversationId is null
                ? new InvalidOperationException($"Run {start.Batch.RunId} exists already.")
                : new RunConflictException("conversation.busy", $"This conversation has an active run.");
        }

        T[] Column<T>(Func<RunRow, T> value) => Array.ConvertAll(rows, row => value(row));
        T[] Batch<T>(Func<RunBatch, T> value) => [.. starts.Select(a => value(a.Batch))];
    }

    private static async Task ContinueAsync(PostgresSession session, List<PendingAppend> appends)
    {
        if (appends.Count == 0) return;
        Dictionary<Guid, OpenRun> runs = await LockAsync(session, [.. appends.Select(a => a.Batch.RunId).Distinct().Order()]);
        List<(long Run, RunBatch Batch)> events = [];
        foreach (PendingAppend append in appends)
        {
            RunBatch batch = append.Batch;
            if (!runs.TryGetValue(batch.RunId, out OpenRun? run) || run.Epoch != batch.Epoch)
            {
                append.Refusal = new RunLostException(batch.RunId);
                continue;
            }
            if (batch.Count > 0)
            {
                if (batch.FirstSeq != run.Next)
                {
                    append.Refusal = new InvalidOperationException($"Event {run.Next} of run {batch.RunId} was expected, not {batch.FirstSeq}.");
                    continue;
                }
                run.Next += batch.Count;
                events.Add((run.No, batch));
            }
            if (batch.Row is not null) run.Changed = append;
            run.IsReleased |= IsRelease(batch);
            run.InboxRead = Math.Max(run.InboxRead, batch.InboxRead);
        }
        await InsertEventsAsync(session, events);
        await UpdateRunsAsync(session, [.. runs.Values.Where(r => r.Changed is not null)]);
        await ReleaseRunsAsync(session, [.. runs.Values.Where(r => r.IsReleased)]);
    }

    private static async Task<Dictionary<Guid, OpenRun>> LockAsync(PostgresSession session, Guid[] ids)
    {
        // The row stays locked until the commit: a claim by another machine comes before or after this group, never between.
        await using NpgsqlCommand find = PostgresSession.Command(session.Connection, """
            WITH r AS (SELECT no, id, epoch, count FROM run_log.runs WHERE id = ANY($1) ORDER BY id FOR UPDATE)
            SELECT r.no, r.id, r.epoch, coalesce((SELECT e.first_seq + e.count FROM run_log.run_events e WHERE e.run = r.no ORDER BY e.first_seq DESC LIMIT 1), r.count + 1) FROM r
            """, ids);
        Dictionary<Guid, OpenRun> runs = [];
        await using NpgsqlDataReader reader = await find.ExecuteReaderAsync();
        while (await reader.ReadAsync()) runs[reader.GetGuid(1)] = new OpenRun(reader.GetInt64(0), reader.GetGuid(1), reader.GetInt64(2)) { Next = reader.GetInt64(3) };
        return runs;
    }

    private static async Task InsertEventsAsync(PostgresSession session, List<(long Run, RunBatch Batch)> events)
    {
        if (events.Count == 0) return;
        await PostgresSession.ExecuteAsync(session.Connection,
            "INSERT INTO run_log.run_events (run, first_seq, count, events) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::integer[], $4::bytea[])",
            events.Select(e => e.Run).ToArray(), events.Select(e => e.Batch.FirstSeq).ToArray(), events.Select(e => e.Batch.Count).ToArray(),
            events.Select(e => e.Batch.Events.ToArray()).ToArray());
    }

    private static async Task UpdateRunsAsync(PostgresSession session, OpenRun[] runs)
    {
        if (runs.Length == 0) return;
        await PostgresSession.ExecuteAsync(session.Connection, """
            UPDATE run_log.runs r SET state = n.state, ended_at = n.ended_at, wake_at = n.wake_at, input_tokens = n.input_tokens, output_tokens = n.output_tokens,
              cost = n.cost, model_calls = n.model_calls, error = n.error, output = n.output
            FROM unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bytea[], $10::bytea[])
              AS n (no, state, ended_at, wake_at, input_tokens, output_tokens, cost, model_calls, error, output)
            WHERE r.no = n.no
            """,
            Column(r => r.No), Row(r => (short)r.State), Row(r => r.EndedAt?.UtcTicks), Column(r => r.Changed!.Batch.WakeAt?.UtcTicks),
            Row(r => r.Usage.InputTokens), Row(r => r.Usage.OutputTokens), Row(r => (long)(r.Usage.Cost * NanoDollars)), Row(r => (long)r.Usage.ModelCalls),
            Column(r => r.Changed!.Error), Row(r => Bytes(r.Output, r.Large?.Output)));

        T[] Column<T>(Func<OpenRun, T> value) => Array.ConvertAll(runs, run => value(run));
        T[] Row<T>(Func<RunRow, T> value) => Array.ConvertAll(runs, run => value(run.Changed!.Batch.Row!));
    }

    private static async Task ReleaseRunsAsync(PostgresSession session, OpenRun[] runs)
    {
        if (runs.Length == 0) return;
        await PostgresSession.ExecuteAsync(session.Connection, """
            UPDATE run_log.runs r SET owner = NULL, inbox_read = greatest(r.inbox_read, n.inbox_read) FROM unnest($1::bigint[], $2::bigint[]) AS n (no, inbox_read) WHERE r.no = n.no
            """, Array.ConvertAll(runs, r => r.No), Array.ConvertAll(runs, r => r.InboxRead));
    }

    private static async Task SaveConversationsAsync(PostgresSession session, List<PendingAppend> group)
    {
        // One row per conversation, the last word of the group: an upsert cannot touch a row twice.
        Dictionary<(Guid Flow, string Id), (long At, byte[] Data)> said = [];
        foreach (PendingAppend append in group)
            if (append is { Refusal: null, Conversation: { } data, Batch: { Conversation: { } conversation, Row: { } row } })
                said[(row.FlowId, conversation.Id)] = ((row.EndedAt ?? row.StartedAt).UtcTicks, data);
        if (said.Count == 0) return;
        await PostgresSession.ExecuteAsync(session.Connection, """
            INSERT INTO run_log.conversations (flow, id, updated_at, data) SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::bytea[]) AS n (flow, id, at, data) ORDER BY n.flow, n.id
            ON CONFLICT (flow, id) DO UPDATE SET updated_at = excluded.updated_at, data = excluded.data
            """, said.Keys.Select(k => k.Flow).ToArray(), said.Keys.Select(k => k.Id).ToArray(), said.Values.Select(v => v.At).ToArray(), said.Values.Select(v => v.Data).ToArray());
    }

    private static byte[]? Bytes(System.Text.Json.JsonElement? value, LargeValue? large) => RunJson.Column(value, large) is { IsEmpty: false } json ? json.ToArray() : null;

    private sealed class OpenRun(long no, Guid id, long epoch)
    {
        public long No => no;
        public Guid Id => id;
        public long Epoch => epoch;
        public long Next { get; set; }
        public PendingAppend? Changed { get; set; }
        public bool IsReleased { get; set; }
        public long InboxRead { get; set; }
    }
}
