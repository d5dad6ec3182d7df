using Designer.Engine;
using Npgsql;

namespace Designer.Storage.Tests;

public sealed class PostgresRunLogTests(PostgresServer server) : RunLogContract, IClassFixture<PostgresServer>
{
    private readonly List<PostgresRunLog> _processes = [];
    private string _connection = "";

    public override async ValueTask InitializeAsync() => _connection = await server.CreateDatabaseAsync();

    protected override async Task<IRunLog> OpenAsync()
    {
        // Without a heartbeat, so that a process that a test has killed does not come back by itself.
        PostgresRunLog log = await PostgresRunLog.OpenAsync(_connection, Timeout.InfiniteTimeSpan);
        _processes.Add(log);
        return log;
    }

    // What the server sees of a process that dies: its sessions end.
    protected override async Task KillAsync(IRunLog log)
    {
        await using NpgsqlConnection connection = new(_connection);
        await connection.OpenAsync(Cancel);
        await using NpgsqlCommand kill = new("""
            SELECT pg_terminate_backend(pid, 5000) FROM pg_locks
            WHERE locktype = 'advisory' AND ((classid::bigint << 32) | objid::bigint) = ANY($1) AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """, connection);
        kill.Parameters.Add(new NpgsqlParameter { Value = ((PostgresRunLog)log).Owners });
        await kill.ExecuteNonQueryAsync(Cancel);
    }

    [Fact]
    public async Task A_restarted_server_fails_what_is_under_way_and_the_log_recovers()
    {
        IRunLog log = await OpenAsync(), other = await OpenAsync();
        RunRow row = Batches.Row();
        await log.AppendAsync(Batches.New(row));
        await server.RestartAsync();
        Assert.Equal("database.unreachable", (await Assert.ThrowsAsync<StorageException>(async () => await log.AppendAsync(Batches.Next(row, 2)))).Code);
        // The new session has taken its runs along, so nobody else may claim them.
        await log.AppendAsync(Batches.Next(row, 2));
        Assert.Equal([1, 2], (await log.EventsAsync(row.Id)).Select(e => e.Seq));
        await Assert.ThrowsAsync<StorageException>(async () => await other.ClaimAsync(row.Id, Cancel));
        Assert.Null(await other.ClaimAsync(row.Id, Cancel));
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (PostgresRunLog log in _processes) await log.DisposeAsync();
    }
}
