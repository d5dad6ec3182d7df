using Designer.Models.Caching;
using Microsoft.Data.Sqlite;

namespace Designer.Storage;

/// <summary>The cache in a file of its own, which may be deleted at any time. It stays below a size; what was used longest ago goes first.</summary>
public sealed class SqliteModelCache(string file, long mostBytes, TimeProvider clock) : IModelCache, IDisposable
{
    private const int Overhead = 200;
    private readonly Lock _gate = new();
    private SqliteConnection? _connection;
    private long _written;

    public ValueTask<byte[]?[]> FindAsync(Guid workspaceId, IReadOnlyList<string> keys, CancellationToken cancellation)
    {
        lock (_gate)
        {
            long now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            SqliteConnection connection = Open();
            using SqliteCommand find = Command("SELECT value FROM entries WHERE workspace = $workspace AND key = $key AND expires > $now", ("$workspace", workspaceId.ToByteArray()), ("$key", ""), ("$now", now));
            byte[]?[] values = new byte[keys.Count][];
            for (int i = 0; i < keys.Count; i++)
            {
                find.Parameters["$key"].Value = keys[i];
                values[i] = find.ExecuteScalar() as byte[];
            }
            Use(connection, workspaceId, keys.Where((_, i) => values[i] is not null), now);
            return ValueTask.FromResult(values);
        }
    }

    public ValueTask KeepAsync(Guid workspaceId, IReadOnlyList<(string Key, byte[] Value)> values, TimeSpan time, CancellationToken cancellation)
    {
        lock (_gate)
        {
            long now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            using SqliteTransaction all = Open().BeginTransaction();
            using SqliteCommand keep = Command("INSERT OR REPLACE INTO entries VALUES ($workspace, $key, $value, $size, $expires, $now)",
                ("$workspace", workspaceId.ToByteArray()), ("$key", ""), ("$value", Array.Empty<byte>()), ("$size", 0L), ("$expires", now + (long)time.TotalMilliseconds), ("$now", now));
            foreach ((string key, byte[] value) in values)
            {
                keep.Parameters["$key"].Value = key;
                keep.Parameters["$value"].Value = value;
                keep.Parameters["$size"].Value = (long)value.Length + Overhead;
                keep.ExecuteNonQuery();
                _written += value.Length + Overhead;
            }
            // Counting reads every row's size, so it is done once for each twentieth of the room.
            if (_written >= mostBytes / 20) Shrink(now);
            all.Commit();
        }
        return ValueTask.CompletedTask;
    }

    private void Use(SqliteConnection connection, Guid workspaceId, IEnumerable<string> keys, long now)
    {
        using SqliteTransaction all = connection.BeginTransaction();
        using SqliteCommand use = Command("UPDATE entries SET used = $now WHERE workspace = $workspace AND key = $key", ("$workspace", workspaceId.ToByteArray()), ("$key", ""), ("$now", now));
        foreach (string key in keys)
        {
            use.Parameters["$key"].Value = key;
            use.ExecuteNonQuery();
        }
        all.Commit();
    }

    private void Shrink(long now)
    {
        _written = 0;
        using SqliteCommand expired = Command("DELETE FROM entries WHERE expires <= $now", ("$now", now));
        expired.ExecuteNonQuery();
        // All that is kept, newest use first, until the room is full; a tenth stays free for what comes next.
        using SqliteCommand oldest = Command("""
            DELETE FROM entries WHERE rowid IN (
                SELECT rowid FROM (SELECT rowid, sum(size) OVER (ORDER BY used DESC, rowid DESC) AS until FROM entries) WHERE until > $most)
            """, ("$most", mostBytes - mostBytes / 10));
        oldest.ExecuteNonQuery();
    }

    private SqliteConnection Open()
    {
        if (_connection is not null) return _connection;
        try
        {
            return _connection = OpenFile();
        }
        catch (SqliteException e) when (e.SqliteErrorCode is SQLitePCL.raw.SQLITE_NOTADB or SQLitePCL.raw.SQLITE_CORRUPT)
        {
            // Nothing in it is missed.
            foreach (string end in new[] { "", "-wal", "-shm" }) File.Delete(file + end);
            return _connection = OpenFile();
        }
    }

    private SqliteConnection OpenFile()
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false, DefaultTimeout = 5 }.ToString());
        try
        {
            connection.Open();
            // What a crash takes along is computed again.
            using SqliteCommand make = connection.CreateCommand();
            make.CommandText = """
                PRAGMA auto_vacuum = FULL; PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
                CREATE TABLE IF NOT EXISTS entries (workspace BLOB NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, size INTEGER NOT NULL, expires INTEGER NOT NULL, used INTEGER NOT NULL, PRIMARY KEY (workspace, key));
                CREATE INDEX IF NOT EXISTS entries_used ON entries (used, size);
                """;
            make.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private SqliteCommand Command(string text, params ReadOnlySpan<(string Name, object Value)> values)
    {
        SqliteCommand command = _connection!.CreateCommand();
        command.CommandText = text;
        foreach ((string name, object value) in values) command.Parameters.AddWithValue(name, value);
        return command;
    }

    public void Dispose() => _connection?.Dispose();
}

/// <summary>Keeps nothing: the cache is switched off.</summary>
public sealed class NoModelCache : IModelCache
{
    public ValueTask<byte[]?[]> FindAsync(Guid workspaceId, IReadOnlyList<string> keys, CancellationToken cancellation) => ValueTask.FromResult(new byte[]?[keys.Count]);

    public ValueTask KeepAsync(Guid workspaceId, IReadOnlyList<(string Key, byte[] Value)> values, TimeSpan time, CancellationToken cancellation) => ValueTask.CompletedTask;
}
