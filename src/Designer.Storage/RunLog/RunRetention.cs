using System.Globalization;
using Designer.Engine;

namespace Designer.Storage;

/// <summary>How long ended runs are kept. The host calls <see cref="PruneAsync"/> now and then.</summary>
public sealed class RunRetention(SettingStore settings, IRunLog log, TimeProvider clock)
{
    public const int DefaultDays = 90;
    private const string Key = "runs.keepDays";

    /// <summary>0: for ever.</summary>
    public async Task<int> GetDaysAsync(CancellationToken cancellation = default) =>
        int.TryParse(await settings.FindAsync(Key, cancellation: cancellation), NumberStyles.None, CultureInfo.InvariantCulture, out int days) ? days : DefaultDays;

    /// <param name="days">0: for ever.</param>
    public Task SetDaysAsync(int days, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(days);
        return settings.SetAsync(Key, days.ToString(CultureInfo.InvariantCulture), cancellation: cancellation);
    }

    /// <summary>Deletes what is older; returns how many runs.</summary>
    public async Task<int> PruneAsync(CancellationToken cancellation = default) =>
        await GetDaysAsync(cancellation) is > 0 and var days ? await log.PruneAsync(clock.GetUtcNow().AddDays(-days), cancellation) : 0;
}
