using System.Security.Cryptography;
using Npgsql;

namespace Designer.Storage;

/// <summary>
/// The writing connection. Its session holds an advisory lock under <see cref="Owner"/>, which PostgreSQL frees when the connection or
/// the process dies: who can write is alive, who cannot is gone.
/// </summary>
internal sealed class PostgresSession : IAsyncDisposable
{
    private PostgresSession(NpgsqlConnection connection, long owner) => (Connection, Owner) = (connection, owner);

    public NpgsqlConnection Connection { get; }
    public long Owner { get; }

    /// <param name="before">This process's earlier sessions, whose runs go over to this one unless somebody has claimed them.</param>
    public static async Task<PostgresSession> OpenAsync(NpgsqlDataSource source, IReadOnlyCollection<long> before)
    {
        NpgsqlConnection connection = await source.OpenConnectionAsync();
        try
        {
            await CreateTablesAsync(connection);
            // A new key each time: the server may not have noticed yet that the old session is dead.
            long owner = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8)) & long.MaxValue;
            await ExecuteAsync(connection, "SELECT pg_advisory_lock($1)", owner);
            if (before.Count > 0) await ExecuteAsync(connection, "UPDATE run_log.runs SET owner = $1 WHERE owner = ANY($2) AND ended_at IS NULL", owner, before.ToArray());
            return new PostgresSession(connection, owner);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task CreateTablesAsync(NpgsqlConnection connection)
    {
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync(connection, "SELECT pg_advisory_xact_lock($1)", PostgresRunSchema.CreationLock);
        if (await ScalarAsync(connection, "SELECT to_regclass('run_log.meta')::text") is DBNull or null) await ExecuteAsync(connection, PostgresRunSchema.Create);
        else if (await ScalarAsync(connection, "SELECT max(version) FROM run_log.meta") is int version && version > PostgresRunSchema.Version)
            throw new StorageException("database.newer", "The run log was written by a newer Designer. Start that version.");
        await transaction.CommitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        // A pooled connection would go on holding the lock.
        if (Connection.State == System.Data.ConnectionState.Open)
        {
            try
            {
                await ExecuteAsync(Connection, "SELECT pg_advisory_unlock_all()");
            }
            catch (NpgsqlException)
            {
                // The session is gone, and its lock with it.
            }
        }
        await Connection.DisposeAsync();
    }

    public static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, params object?[] parameters)
    {
        await using NpgsqlCommand command = Command(connection, sql, parameters);
        return await command.ExecuteNonQueryAsync();
    }

    public static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, params object?[] parameters)
    {
        await using NpgsqlCommand command = Command(connection, sql, parameters);
        return await command.ExecuteScalarAsync();
    }

    public static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params object?[] parameters)
    {
#pragma warning disable CA2100 // Built from constants; values are parameters.
        NpgsqlCommand command = new(sql, connection);
#pragma warning restore CA2100
        foreach (object? value in parameters) command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        return command;
    }
}
