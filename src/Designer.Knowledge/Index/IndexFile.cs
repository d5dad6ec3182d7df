using Microsoft.Data.Sqlite;

namespace Designer.Knowledge;

/// <summary>
/// The SQLite file of one knowledge base: many readers, one writer. Before its first use in this process, and whenever its derived
/// tables turn out to be broken, they are made anew from the stored texts.
/// </summary>
internal sealed class IndexFile(string path, TimeSpan busyTimeout, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly string _connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = SqliteOpenMode.ReadWrite,
        Pooling = true,
        DefaultTimeout = Math.Max(1, (int)busyTimeout.TotalSeconds),
    }.ToString();

    private volatile bool _isChecked;

    /// <summary>Runs a read on one snapshot of the file; a knowledge base to which nothing was added has no file, and its answer is <paramref name="whenAbsent"/>.</summary>
    public Task<T> ReadAsync<T>(Func<SqliteConnection, T> read, T whenAbsent, CancellationToken cancel) => Guarded(async () =>
    {
        if (!Exists()) return whenAbsent;
        if (!_isChecked) await AloneAsync(Check, cancel);
        try
        {
            return await Task.Run(() => Read(read), cancel);
        }
        catch (SqliteException error) when (Schema.IsDerivedDamage(error))
        {
            await AloneAsync(connection => Write(connection, Rebuild), cancel);
            return await Task.Run(() => Read(read), cancel);
        }
    });

    /// <summary>Runs a write in one transaction, alone. It says by its second value whether it changed anything, which then is a new revision.</summary>
    public Task<T> WriteAsync<T>(Func<SqliteConnection, (T Result, bool Changed)> write, CancellationToken cancel) => Guarded(() => AloneAsync(connection =>
    {
        try
        {
            return Attempt();
        }
        catch (SqliteException error) when (Schema.IsDerivedDamage(error))
        {
            Write(connection, Rebuild);
            return Attempt();
        }

        T Attempt() => Write(connection, c =>
        {
            (T result, bool changed) = write(c);
            if (changed) NewRevision(c);
            return result;
        });
    }, cancel));

    /// <summary>Makes chunks and words anew from the stored texts.</summary>
    public Task RebuildAsync(CancellationToken cancel) => Guarded(async () =>
        Exists() && await AloneAsync(connection => Write(connection, Rebuild), cancel));

    /// <summary>Removes the file. Reads that run finish on what they had opened.</summary>
    public Task DeleteAsync(CancellationToken cancel) => Guarded(async () =>
    {
        await _writing.WaitAsync(cancel);
        try
        {
            Forget();
            if (Path.Exists(Path.GetDirectoryName(path)))
                foreach (string suffix in (string[])["", "-wal", "-shm"]) File.Delete(path + suffix);
            return true;
        }
        finally
        {
            _writing.Release();
        }
    });

    /// <summary>Writes a copy of the file as it stands now.</summary>
    public Task CopyToAsync(string target, CancellationToken cancel) => Guarded(async () =>
        Exists() && await AloneAsync(connection => connection.Execute("VACUUM INTO $target", ("$target", target)) >= 0, cancel));

    public void Dispose()
    {
        Forget();
        _writing.Dispose();
    }

    private T Read<T>(Func<SqliteConnection, T> read)
    {
        using SqliteConnection connection = Open();
        return InTransaction(connection, "BEGIN", read);
    }

    private async Task<T> AloneAsync<T>(Func<SqliteConnection, T> work, CancellationToken cancel)
    {
        await _writing.WaitAsync(cancel);
        try
        {
            return await Task.Run(() =>
            {
                if (!Exists()) Create();
                using SqliteConnection connection = Open();
                Check(connection);
                return work(connection);
            }, cancel);
        }
        finally
        {
            _writing.Release();
        }
    }

    private bool Check(SqliteConnection connection)
    {
        if (_isChecked) return true;
        if (Schema.VersionOf(connection) > Schema.Version)
            throw new KnowledgeException(KnowledgeException.Newer, "The file of the knowledge base was written by a newer Designer. Update this one to use it.");
        if (Schema.VersionOf(connection) < Schema.Version || !Schema.IsWhole(connection)) Write(connection, Rebuild);
        return _isChecked = true;
    }

    private bool Rebuild(SqliteConnection connection)
    {
        Schema.CreateSources(connection);
        Schema.RecreateDerived(connection);
        foreach (string id in connection.Rows(row => row.GetString(0), "SELECT id FROM documents ORDER BY added_at, id")) DocumentRows.IndexStored(connection, id);
        NewRevision(connection);
        return true;
    }

    // Revisions grow with the clock, so that a file made anew never repeats one of its predecessor.
    private void NewRevision(SqliteConnection connection) =>
        connection.Execute("UPDATE state SET revision = max(revision + 1, $now)", ("$now", time.GetUtcNow().ToUnixTimeMilliseconds()));

    private bool Exists()
    {
        if (File.Exists(path)) return true;
        if (_isChecked) Forget();
        return false;
    }

    private void Forget()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
        _isChecked = false;
    }

    private void Create()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder(_connectionString) { Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false }.ToString());
        connection.Open();
        connection.Execute("PRAGMA journal_mode = WAL");
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        connection.Execute($"PRAGMA busy_timeout = {(int)busyTimeout.TotalMilliseconds}");
        return connection;
    }

    private static T Write<T>(SqliteConnection connection, Func<SqliteConnection, T> write) => InTransaction(connection, "BEGIN IMMEDIATE", write);

    private static T InTransaction<T>(SqliteConnection connection, string begin, Func<SqliteConnection, T> work)
    {
        connection.Execute(begin);
        try
        {
            T result = work(connection);
            connection.Execute("COMMIT");
            return result;
        }
        catch
        {
            // After a full disk or an I/O error SQLite may have rolled back by itself.
            if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0) connection.Execute("ROLLBACK");
            throw;
        }
    }

    private static async Task<T> Guarded<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception error) when (error is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw KnowledgeException.From(error);
        }
    }
}
