using Designer.Engine;
using Npgsql;

namespace Designer.Storage;

/// <summary>The run log in PostgreSQL, for several machines: one writing connection per process commits in groups, pooled ones read.</summary>
public sealed partial class PostgresRunLog : IRunLog, IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);
    private readonly NpgsqlDataSource _source;
    private readonly PostgresRunWriter _writer;
    private readonly HashSet<string> _savedVersions = [];

    private PostgresRunLog(NpgsqlDataSource source, PostgresRunWriter writer) => (_source, _writer) = (source, writer);

    /// <summary>The advisory locks by which other processes see that this one is alive.</summary>
    internal long[] Owners => _writer.Owners;

    /// <param name="heartbeat">How soon an idle process notices that its session is gone; 5 seconds when null.</param>
    /// <exception cref="StorageException"><c>database.unreachable</c> or <c>database.newer</c></exception>
    public static async Task<PostgresRunLog> OpenAsync(string connectionString, TimeSpan? heartbeat = null)
    {
        NpgsqlDataSource source = NpgsqlDataSource.Create(connectionString);
        try
        {
            return new PostgresRunLog(source, new PostgresRunWriter(source, await PostgresSession.OpenAsync(source, []), heartbeat ?? Heartbeat));
        }
        catch (Exception failed)
        {
            await source.DisposeAsync();
            throw failed is NpgsqlException ? new StorageException("database.unreachable", $"PostgreSQL cannot be used: {failed.Message}", failed) : failed;
        }
    }

    public ValueTask AppendAsync(RunBatch batch)
    {
        PendingAppend append = PendingAppend.Rent(batch);
        ValueTask task = append.Task;
        _writer.Enqueue(append);
        return task;
    }

    public async ValueTask SaveVersionAsync(string hash, ReadOnlyMemory<byte> json, CancellationToken cancellation)
    {
        lock (_savedVersions)
            if (_savedVersions.Contains(hash)) return;
        await using NpgsqlCommand save = Read("INSERT INTO run_log.versions (hash, json) VALUES ($1, $2) ON CONFLICT DO NOTHING", hash, json.ToArray());
        await save.ExecuteNonQueryAsync(cancellation);
        lock (_savedVersions) _savedVersions.Add(hash);
    }

    // On the writing connection: after the appends that were queued before it, and under the key of the session that will append.
    public async ValueTask<RunClaim?> ClaimAsync(Guid runId, CancellationToken cancellation)
    {
        if (await WriteAsync(session => ClaimAsync(session, runId)) is not { } epoch) return null;
        _writer.Broken.TryRemove(runId, out _);
        RunRow? row = await FindAsync(runId, cancellation);
        return row is null ? null : new RunClaim(row, epoch, await VersionOfAsync(runId, cancellation) ?? "");
    }

    // Two claims at once: the second waits for the first's row lock, and then sees its living owner.
    private async Task<long?> ClaimAsync(PostgresSession session, Guid runId) => await PostgresSession.ScalarAsync(session.Connection, $"""
        UPDATE run_log.runs SET owner = $1, epoch = epoch + 1
        WHERE id = $2 AND ended_at IS NULL AND (owner IS NULL OR owner = ANY($3) OR owner NOT IN ({PostgresRunSchema.LivingOwners}))
        RETURNING epoch
        """, session.Owner, runId, _writer.Owners) is long epoch ? epoch : null;

    public async ValueTask<bool> PostAsync(Guid runId, InboxItem item, CancellationToken cancellation)
    {
        await using NpgsqlCommand post = Read("""
            INSERT INTO run_log.inbox (run, step, item) SELECT no, $2, $3 FROM run_log.runs WHERE id = $1 AND ended_at IS NULL ON CONFLICT DO NOTHING
            """, runId, item.Step, RunJson.Write(item));
        return await post.ExecuteNonQueryAsync(cancellation) > 0;
    }

    public async ValueTask<int> PruneAsync(DateTimeOffset endedBefore, CancellationToken cancellation)
    {
        const int AtOnce = 500;
        int pruned = 0;
        while (true)
        {
            await using NpgsqlCommand prune = Read("""
                WITH gone AS (DELETE FROM run_log.runs WHERE no IN (SELECT no FROM run_log.runs WHERE ended_at < $1 LIMIT $2) RETURNING no, id),
                  e AS (DELETE FROM run_log.run_events WHERE run IN (SELECT no FROM gone)),
                  i AS (DELETE FROM run_log.inbox WHERE run IN (SELECT no FROM gone)),
                  k AS (DELETE FROM run_log.idempotency WHERE run IN (SELECT id FROM gone))
                SELECT count(*)::integer FROM gone
                """, endedBefore.UtcTicks, AtOnce);
            int some = (int)(await prune.ExecuteScalarAsync(cancellation))!;
            pruned += some;
            if (some < AtOnce) break;
        }
        await using NpgsqlCommand conversations = Read("DELETE FROM run_log.conversations WHERE updated_at < $1", endedBefore.UtcTicks);
        await conversations.ExecuteNonQueryAsync(cancellation);
        return pruned;
    }

    private Task<T> WriteAsync<T>(Func<PostgresSession, Task<T>> work)
    {
        PendingPostgresTask<T> task = new(work);
        _writer.Enqueue(task);
        return task.Task;
    }

    /// <summary>Commits what is queued and gives the connections back.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _source.DisposeAsync();
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}
