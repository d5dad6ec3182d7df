using System.Diagnostics;
using Designer.Engine;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Designer.Storage;

/// <summary>
/// The one thread that writes to <c>runs.db</c>: it takes all that has queued up while the last commit was on its way to the disk, and
/// commits it as one transaction. An item that is refused does not disturb the others; a commit that fails fails its whole group, and
/// the next group starts afresh.
/// </summary>
internal sealed partial class SqliteRunWriter : IDisposable
{
    /// <summary>Bounds how long the first of a group waits for the last.</summary>
    private const int LargestGroup = 2048;
    /// <summary>What nobody waits for is kept until there is more, or so long: a single caller's rows would else each cost a commit of their own.</summary>
    private const int ManyKept = 128;
    private static readonly TimeSpan LongestKept = TimeSpan.FromMilliseconds(20);

    private readonly string _file;
    private readonly SqliteRunLogOptions _options;
    private readonly Guid _me;
    private readonly Thread _thread;
    private readonly object _gate = new();
    private List<PendingWrite> _queue = [];
    private bool _isUrgent;
    private long _keptSince;
    private bool _isWaiting;
    private bool _isClosed;
    private Session? _session;

    public SqliteRunWriter(string file, FolderOwner owner, SqliteRunLogOptions options)
    {
        (_file, _owner, _options, _me) = (file, owner, options, owner.Id);
        // Opened here, so that a folder that cannot be used is said at the start and not with the first run.
        _session = Open();
        _thread = new Thread(Loop) { IsBackground = true, Name = "Run log" };
        _thread.Start();
    }

    public void Enqueue(PendingWrite write)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(SqliteRunLog));
            if (_queue.Count == 0) _keptSince = Stopwatch.GetTimestamp();
            _queue.Add(write);
            bool isUrgent = write is not PendingAppend { Batch.CanWait: true };
            _isUrgent |= isUrgent;
            if (_isWaiting && (isUrgent || _queue.Count is 1 or ManyKept)) Monitor.Pulse(_gate);
        }
    }

    /// <summary>Commits what is queued, then closes.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.Pulse(_gate);
        }
        _thread.Join();
        _session?.Dispose();
    }

    private void Loop()
    {
        List<PendingWrite> taken = [];
        while (true)
        {
            lock (_gate)
            {
                for (TimeSpan pause = Pause(); pause != TimeSpan.Zero; pause = Pause())
                {
                    _isWaiting = true;
                    Monitor.Wait(_gate, pause);
                    _isWaiting = false;
                }
                if (_queue.Count == 0) return;
                (taken, _queue, _isUrgent) = (_queue, taken, false);
            }
            for (int from = 0; from < taken.Count; from += LargestGroup)
                Commit(taken, from, Math.Min(taken.Count, from + LargestGroup));
            taken.Clear();
        }
    }

    // Called under the lock. Zero when it is time to commit, or to end.
    private TimeSpan Pause()
    {
        if (_isClosed || _isUrgent || _queue.Count >= ManyKept) return TimeSpan.Zero;
        if (_queue.Count == 0) return Timeout.InfiniteTimeSpan;
        double left = (LongestKept - Stopwatch.GetElapsedTime(_keptSince)).TotalMilliseconds;
        return TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(left)));
    }

    private void Commit(List<PendingWrite> group, int from, int to)
    {
        Exception? failure = null;
        try
        {
            _session ??= Open();
            _session.Begin.Run();
            for (int i = from; i < to; i++) Write(_session, group[i]);
            _session.Commit.Run();
        }
        catch (Exception broken)
        {
            failure = broken is SqliteFailure sqlite ? StorageErrors.Sqlite(_file, sqlite) : broken;
            Recover(broken);
            for (int i = from; i < to; i++)
                if (group[i] is PendingAppend lost) Broken[lost.Batch.RunId] = true;
        }
        for (int i = from; i < to; i++) group[i].Complete(failure);
    }

    private void Write(Session session, PendingWrite write)
    {
        try
        {
            if (write is PendingAppend append) Append(session, append);
            else ((IPendingTask<Session>)write).Run(session);
        }
        // A broken constraint or a refusal concerns this item alone: its statement has undone itself, and it is the item's first that can fail.
        catch (SqliteFailure constraint) when (constraint.Code == raw.SQLITE_CONSTRAINT)
        {
            write.Refusal = new InvalidOperationException(constraint.Message, constraint);
        }
        catch (Exception refused) when (refused is RunLostException or RunConflictException or DuplicateStartException or InvalidOperationException)
        {
            write.Refusal = refused;
        }
    }

    private void Recover(Exception broken)
    {
        if (_session is null) return;
        try
        {
            _session.RollBack();
            if (broken is SqliteFailure { Code: raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_FULL }) return;
        }
        catch (SqliteFailure)
        {
            // A connection that cannot even roll back is of no use.
        }
        _session.Dispose();
        _session = null;
    }

    private Session Open()
    {
        try
        {
            return new Session(_file, _options);
        }
        catch (SqliteFailure failure)
        {
            throw StorageErrors.Sqlite(_file, failure);
        }
        catch (SqliteException failure)
        {
            throw StorageErrors.Sqlite(_file, failure);
        }
    }
}
