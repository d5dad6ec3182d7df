using System.Globalization;
using Designer.Engine;
using Designer.Storage;

namespace Designer.Web.Features.Settings;

/// <summary>Forgets runs that ended longer ago than the installation keeps them, and files that no run uses. Runs that still wait for a person are never touched.</summary>
public sealed class RunRetention(SettingStore settings, IRunLog runs, IBlobStore blobs, FileLimits files, TimeProvider time, ILogger<RunRetention> log) : BackgroundService
{
    public const string Key = "runs.keepDays";
    public const int DefaultDays = 90;
    private static readonly TimeSpan s_rhythm = TimeSpan.FromHours(1);

    /// <summary>Days; null: for ever.</summary>
    public async Task<int?> DaysAsync(CancellationToken cancellation = default) => await settings.FindAsync(Key, cancellation: cancellation) switch
    {
        null => DefaultDays,
        { } text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int days) && days > 0 => days,
        _ => null,
    };

    public Task SetAsync(int? days, CancellationToken cancellation = default) =>
        settings.SetAsync(Key, (days ?? 0).ToString(CultureInfo.InvariantCulture), cancellation: cancellation);

    /// <summary>How many runs were forgotten.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellation)
    {
        int forgotten = await DaysAsync(cancellation) is { } days ? await runs.PruneAsync(time.GetUtcNow().AddDays(-days), cancellation) : 0;
        await blobs.SweepAsync(time.GetUtcNow() - files.KeepUnused, async (run, cancel) => await runs.FindAsync(run, cancel) is not null, cancellation);
        return forgotten;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_rhythm, time);
        try
        {
            do
            {
                await SweepOnceAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    // A full disk or a locked database must not end the sweeping: the next hour may be better.
    private async Task SweepOnceAsync(CancellationToken cancellation)
    {
        try
        {
            int forgotten = await SweepAsync(cancellation);
            if (forgotten > 0) log.LogInformation("Forgot {Count} runs that were older than the installation keeps them.", forgotten);
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            log.LogError(failed, "Old runs could not be removed.");
        }
    }
}
