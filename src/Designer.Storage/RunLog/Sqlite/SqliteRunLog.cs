using Designer.Engine;

namespace Designer.Storage;

public sealed record SqliteRunLogOptions
{
    /// <summary>How long a commit waits for another process's write before its group fails.</summary>
    public TimeSpan LockWait { get; init; } = TimeSpan.FromSeconds(5);
    /// <summary>The most the file may grow to; null: as far as the disk goes.</summary>
    public long? MostBytes { get; init; }
}

/// <summary>
/// The run log in a SQLite file of its own. Writes go through one thread that commits in groups, durable when they complete; reads go
/// through pooled read-only connections.
/// </summary>
public sealed partial class SqliteRunLog : IRunLog, IDisposable
{
    private readonly FolderOwner _owner;
    private readonly SqliteRunWriter _writer;
    private readonly HashSet<string> _savedVersions = [];

    /// <exception cref="StorageException">The file cannot be opened; the message says why.</exception>
    public SqliteRunLog(StorageOptions options, FolderOwner owner, SqliteRunLogOptions? log = null)
    {
        _owner = owner;
        _writer = new SqliteRunWriter(options.RunsFile, owner, log ?? new SqliteRunLogOptions());
        _reading = ReadingConnection(options.RunsFile);
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
        await WriteAsync(session =>
        {
            session.KeepVersion(hash, json.Span);
            return true;
        });
        lock (_savedVersions) _savedVersions.Add(hash);
    }

    public async ValueTask<RunClaim?> ClaimAsync(Guid runId, CancellationToken cancellation)
    {
        long? epoch = await WriteAsync(session => Claim(session, runId));
        if (epoch is not { } mine) return null;
        _writer.Broken.TryRemove(runId, out _);
        (RunRow Row, string VersionHash)? found = await FindWithVersionAsync(runId, cancellation);
        return found is { } run ? new RunClaim(run.Row, mine, run.VersionHash) : null;
    }

    private long? Claim(SqliteRunWriter.Session session, Guid runId)
    {
        Statement find = session.FindClaim;
        find.Bind(1, runId);
        bool isFree = find.Step() && find.IsNull(1) && (find.Guid(2) is not { } owner || owner == _owner.Id || !_owner.IsAlive(owner));
        (long run, long epoch) = isFree ? (find.Int64(0), find.Int64(3) + 1) : default;
        find.Reset();
        if (!isFree) return null;
        session.Claim.Bind(1, run);
        session.Claim.Bind(2, _owner.Id);
        session.Claim.Bind(3, epoch);
        session.Claim.Run();
        return epoch;
    }

    public async ValueTask<bool> PostAsync(Guid runId, InboxItem item, CancellationToken cancellation)
    {
        byte[] json = RunJson.Write(item);
        return await WriteAsync(session =>
        {
            Statement post = session.Post;
            post.Bind(1, runId);
            post.Bind(2, item.Step);
            post.BindBlob(3, json);
            bool isFirst = post.Step();
            if (isFirst) post.Run();
            else post.Reset();
            return isFirst;
        });
    }

    private Task<T> WriteAsync<T>(Func<SqliteRunWriter.Session, T> work)
    {
        PendingTask<SqliteRunWriter.Session, T> write = new(work);
        _writer.Enqueue(write);
        return write.Task;
    }

    /// <summary>Commits what is queued and closes the file.</summary>
    public void Dispose()
    {
        _writer.Dispose();
        ClosePool();
    }
}
