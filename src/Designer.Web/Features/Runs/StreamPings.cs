using System.Buffers;
using System.IO.Pipelines;

namespace Designer.Web.Features.Runs;

/// <summary>
/// A comment in a stream that was silent for a while. One timer serves the whole stream, because a timer for each wait would be most of what a
/// stream of short pieces costs. Pings and events share the writer: only whoever holds the gate writes.
/// </summary>
internal sealed class StreamPings : IAsyncDisposable
{
    private readonly PipeWriter _body;
    private readonly SemaphoreSlim _gate = new(0, 1);
    private readonly ITimer _timer;
    private bool _hasSpoken = true;
    private Task _last = Task.CompletedTask;

    /// <summary>Begins forbidden.</summary>
    public StreamPings(PipeWriter body, TimeSpan silence, TimeProvider clock)
    {
        _body = body;
        _timer = clock.CreateTimer(static pings => ((StreamPings)pings!).Tick(), this, silence, silence);
    }

    /// <summary>The writer is free from here on.</summary>
    public void Allow() => _gate.Release();

    /// <summary>The writer is the caller's from here on.</summary>
    public Task ForbidAsync()
    {
        _hasSpoken = true;
        return _gate.WaitAsync();
    }

    private void Tick()
    {
        if (_hasSpoken) _hasSpoken = false;
        else if (_gate.Wait(0)) _last = PingAsync();
    }

    private async Task PingAsync()
    {
        try
        {
            _body.Write(": ping\n\n"u8);
            await _body.FlushAsync();
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or InvalidOperationException or ObjectDisposedException)
        {
            // The caller has gone; the stream's own write finds that out.
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await _last;
        _gate.Dispose();
    }
}
