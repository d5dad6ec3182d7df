using System.Collections.Concurrent;

namespace Designer.Engine;

/// <summary>Places for active runs, in total and per workspace, so that one that floods does not hold up the others.</summary>
internal sealed class Admission(EngineOptions options)
{
    private readonly ConcurrentDictionary<Guid, Counter> workspaces = new();
    private readonly Lock gate = new();
    private readonly LinkedList<(Guid Workspace, TaskCompletionSource Place)> queue = [];
    private int total;

    public bool IsClosed { get; set; }

    /// <exception cref="EngineBusyException">No place is free.</exception>
    public void Enter(Guid workspace)
    {
        if (IsClosed || !TryEnter(workspace)) throw new EngineBusyException(options.RetryAfter);
    }

    /// <summary>Waits in line for a place.</summary>
    public async ValueTask EnterQueuedAsync(Guid workspace, CancellationToken cancellation)
    {
        if (IsClosed) throw new EngineBusyException(options.RetryAfter);
        TaskCompletionSource place = new(TaskCreationOptions.RunContinuationsAsynchronously);
        LinkedListNode<(Guid, TaskCompletionSource)> node;
        lock (gate)
        {
            if (queue.All(q => q.Workspace != workspace) && TryEnter(workspace)) return;
            node = queue.AddLast((workspace, place));
        }
        using CancellationTokenRegistration registration = cancellation.Register(() =>
        {
            lock (gate)
                if (node.List is not null) queue.Remove(node);
            place.TrySetCanceled(cancellation);
        });
        await place.Task.ConfigureAwait(false);
    }

    public void Leave(Guid workspace)
    {
        Interlocked.Decrement(ref total);
        Interlocked.Decrement(ref workspaces[workspace].Count);
        if (queue.Count == 0) return;
        lock (gate)
        {
            // The first in line whose workspace has room; a full workspace's callers don't block the others.
            for (LinkedListNode<(Guid Workspace, TaskCompletionSource Place)>? node = queue.First; node is not null; node = node.Next)
            {
                if (!TryEnter(node.Value.Workspace)) continue;
                queue.Remove(node);
                if (!node.Value.Place.TrySetResult()) Leave(node.Value.Workspace);
                return;
            }
        }
    }

    private bool TryEnter(Guid workspace)
    {
        if (Interlocked.Increment(ref total) > options.MaxRuns)
        {
            Interlocked.Decrement(ref total);
            return false;
        }
        Counter counter = workspaces.GetOrAdd(workspace, _ => new Counter());
        if (Interlocked.Increment(ref counter.Count) <= options.MaxRunsPerWorkspace) return true;
        Interlocked.Decrement(ref counter.Count);
        Interlocked.Decrement(ref total);
        return false;
    }

    private sealed class Counter
    {
        public int Count;
    }
}
