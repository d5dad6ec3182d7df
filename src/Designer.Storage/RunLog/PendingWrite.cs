using System.Collections.Concurrent;
using System.Threading.Tasks.Sources;
using Designer.Engine;

namespace Designer.Storage;

/// <summary>Something that waits for the next group commit.</summary>
internal abstract class PendingWrite
{
    /// <summary>Why this one item was refused; the rest of its group goes on.</summary>
    public Exception? Refusal { get; set; }

    /// <summary>Called once, after the commit (or its failure).</summary>
    public abstract void Complete(Exception? failure);
}

/// <summary>A batch to append. Its objects are used again, so that an append allocates nothing.</summary>
internal sealed class PendingAppend : PendingWrite, IValueTaskSource
{
    private const int MostKept = 4096;
    private static readonly ConcurrentQueue<PendingAppend> Pool = new();
    private ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = true };

    public RunBatch Batch { get; private set; } = null!;
    /// <summary>JSON made on the caller's thread, not on the writer's.</summary>
    public byte[]? Conversation { get; private set; }
    public byte[]? Error { get; private set; }

    public static PendingAppend Rent(RunBatch batch)
    {
        if (!Pool.TryDequeue(out PendingAppend? append)) append = new PendingAppend();
        append.Batch = batch;
        append.Conversation = batch.Conversation is { } conversation ? RunJson.Write(conversation) : null;
        append.Error = batch.Row?.Error is { } error ? RunJson.Write(error) : null;
        return append;
    }

    public ValueTask Task => new(this, _source.Version);

    public override void Complete(Exception? failure)
    {
        if ((failure ?? Refusal) is { } reason) _source.SetException(reason);
        else _source.SetResult(true);
    }

    void IValueTaskSource.GetResult(short token)
    {
        try
        {
            _source.GetResult(token);
        }
        finally
        {
            _source.Reset();
            Batch = null!;
            (Conversation, Error, Refusal) = (null, null, null);
            if (Pool.Count < MostKept) Pool.Enqueue(this);
        }
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}

/// <summary>Any other write; rare, so it may allocate.</summary>
internal sealed class PendingTask<TWriter, TResult>(Func<TWriter, TResult> work) : PendingWrite, IPendingTask<TWriter>
{
    private readonly TaskCompletionSource<TResult> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TResult? _result;

    public Task<TResult> Task => _source.Task;

    public void Run(TWriter writer) => _result = work(writer);

    public override void Complete(Exception? failure)
    {
        if ((failure ?? Refusal) is { } reason) _source.SetException(reason);
        else _source.SetResult(_result!);
    }
}

internal interface IPendingTask<TWriter>
{
    void Run(TWriter writer);
}
