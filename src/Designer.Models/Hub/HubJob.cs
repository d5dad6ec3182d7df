using Designer.Models.Connections;

namespace Designer.Models.Hub;

/// <summary>One download at work, or waiting to be gone on with.</summary>
/// <param name="mine">Tells other processes that it is worked on; null while nobody does.</param>
internal sealed class HubJob(HubDownload download, FileStream? mine) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public HubDownload Download { get; set; } = download;

    public CancellationToken Stop => _stop.Token;

    /// <summary>Null while nobody works on it.</summary>
    public Task<ModelConnection>? Completion { get; private set; }

    public void Start(Func<HubJob, Task<ModelConnection>> work)
    {
        Completion = Task.Run(() => work(this));
        // Nobody may wait for it; what went wrong stands in the download.
        _ = Completion.ContinueWith(static failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    /// <summary>Returns when nothing is written any more.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        if (Completion is { } work) await ((Task)work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Lets other processes work on it.</summary>
    public void Release() => mine?.Dispose();

    public void Dispose()
    {
        _stop.Cancel();
        Release();
    }
}

/// <summary>When to tell how far a download is, and how quick it is.</summary>
internal sealed class HubPace(TimeProvider time, long bytes)
{
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(300);
    private long _at = time.GetTimestamp();
    private long _bytes = bytes;

    public double PerSecond { get; private set; }

    public bool IsDue(long now)
    {
        var took = time.GetElapsedTime(_at);
        if (took < s_step) return false;
        var speed = Math.Max(0, now - _bytes) / took.TotalSeconds;
        // Half of it is what was before, so that the number can be read.
        PerSecond = PerSecond == 0 ? speed : (PerSecond + speed) / 2;
        (_at, _bytes) = (time.GetTimestamp(), now);
        return true;
    }
}
