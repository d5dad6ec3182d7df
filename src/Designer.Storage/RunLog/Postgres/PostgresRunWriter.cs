using System.Collections.Concurrent;
using System.Threading.Channels;
using Designer.Engine;
using Npgsql;

namespace Designer.Storage;

/// <summary>The group commit on PostgreSQL: all appends that queued up during the last commit go over as a few statements on arrays, in one transaction.</summary>
internal sealed partial class PostgresRunWriter : IAsyncDisposable
{
    private const int LargestGroup = 2048;
    private const string Deadlock = "40P01", SerializationFailure = "40001";
    private static readonly TimeSpan ReconnectPause = TimeSpan.FromMilliseconds(200);

    private readonly NpgsqlDataSource _source;
    private readonly TimeSpan _heartbeat;
    private readonly Channel<PendingWrite> _queue = Channel.CreateUnbounded<PendingWrite>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentQueue<long> _owners = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _pump;
    private PostgresSession? _session;

    public PostgresRunWriter(NpgsqlDataSource source, PostgresSession session, TimeSpan heartbeat)
    {
        (_source, _session, _heartbeat) = (source, session, heartbeat);
        _owners.Enqueue(session.Owner);
        _pump = Task.Run(PumpAsync);
    }

    /// <summary>All keys this process has owned runs under.</summary>
    public long[] Owners => [.. _owners];
    public ConcurrentDictionary<Guid, long> InboxRead { get; } = new();
    /// <summary>Runs of this process that an append failed for; see the SQLite writer.</summary>
    public ConcurrentDictionary<Guid, bool> Broken { get; } = new();

    public void Enqueue(PendingWrite write) => ObjectDisposedException.ThrowIf(!_queue.Writer.TryWrite(write), typeof(PostgresRunLog));

    /// <summary>Commits what is queued, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _stop.CancelAsync();
        await _pump;
        if (_session is not null) await _session.DisposeAsync();
        _stop.Dispose();
    }

    private async Task PumpAsync()
    {
        List<PendingAppend> group = [];
        while (await WaitAsync())
        {
            while (_queue.Reader.TryRead(out PendingWrite? write))
            {
                if (write is PendingAppend append)
                {
                    group.Add(append);
                    if (group.Count < LargestGroup) continue;
                }
                await CommitAsync(group);
                if (write is PendingPostgresTask task) await RunAsync(task);
            }
            await CommitAsync(group);
        }
    }

    /// <summary>False when the queue is closed and empty.</summary>
    private async Task<bool> WaitAsync()
    {
        while (true)
        {
            using CancellationTokenSource quiet = new(_heartbeat);
            try
            {
                return await _queue.Reader.WaitToReadAsync(quiet.Token);
            }
            catch (OperationCanceledException)
            {
                // An idle connection that was cut has lost its lock: notice it before others take the runs over.
                await TryAsync(session => PostgresSession.ExecuteAsync(session.Connection, "SELECT 1"));
            }
        }
    }

    private async Task CommitAsync(List<PendingAppend> group)
    {
        if (group.Count == 0) return;
        Exception? failure = await TryAsync(session => AppendAsync(session, group));
        // Whoever lost a deadlock has written nothing; the second turn finds the way free.
        if (failure?.InnerException is PostgresException { SqlState: Deadlock or SerializationFailure })
        {
            foreach (PendingAppend append in group) append.Refusal = null;
            failure = await TryAsync(session => AppendAsync(session, group));
        }
        foreach (PendingAppend append in group)
        {
            if (failure is not null) Broken[append.Batch.RunId] = true;
            append.Complete(failure);
        }
        group.Clear();
    }

    private async Task RunAsync(PendingPostgresTask task) => task.Complete(await TryAsync(task.RunAsync));

    private async Task<Exception?> TryAsync(Func<PostgresSession, Task> work)
    {
        try
        {
            if (_session is null)
            {
                _session = await PostgresSession.OpenAsync(_source, Owners);
                _owners.Enqueue(_session.Owner);
            }
            await work(_session);
            return null;
        }
        catch (Exception broken)
        {
            if (broken is NpgsqlException and not PostgresException || _session?.Connection.State != System.Data.ConnectionState.Open) await CloseAsync();
            return broken is NpgsqlException
                ? new StorageException("database.unreachable", $"PostgreSQL did not keep the runs: {broken.Message}", broken)
                : broken;
        }
    }

    // The next write opens a new session; a pause in between, so that a server that is away is not hammered.
    private async Task CloseAsync()
    {
        if (_session is not null) await _session.DisposeAsync();
        _session = null;
        await Task.WhenAny(Task.Delay(ReconnectPause, _stop.Token));
    }
}

/// <summary>A write that is no append, in a transaction of its own.</summary>
internal abstract class PendingPostgresTask : PendingWrite
{
    public abstract Task RunAsync(PostgresSession session);
}

internal sealed class PendingPostgresTask<T>(Func<PostgresSession, Task<T>> work) : PendingPostgresTask
{
    private readonly TaskCompletionSource<T> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public Task<T> Task => _source.Task;
    public override async Task RunAsync(PostgresSession session) => _result = await work(session);

    public override void Complete(Exception? failure)
    {
        if (failure is not null) _source.SetException(failure);
        else _source.SetResult(_result!);
    }
}
