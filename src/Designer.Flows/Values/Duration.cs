using System.Globalization;

namespace Designer.Flows;

/// <summary>Durations as documents write them: <c>500ms</c>, <c>10s</c>, <c>1.5s</c>, <c>5m</c>, <c>1h</c>.</summary>
public static class Duration
{
    /// <summary>Longer waits are a mistake in the document.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    private static readonly (string Unit, double Milliseconds)[] Units = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000)];

    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = default;
        if (text is null) return false;
        foreach ((string unit, double milliseconds) in Units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal)) continue;
            // decimal, since double reads "NaN" too.
            if (!decimal.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal count)) return false;
            if (count > (decimal)(Longest.TotalMilliseconds / milliseconds)) return false;
            duration = TimeSpan.FromTicks((long)(count * (decimal)milliseconds * TimeSpan.TicksPerMillisecond));
            return true;
        }
        return false;
    }

    /// <summary>The shortest text that reads back as the same duration.</summary>
    public static string ToText(TimeSpan duration)
    {
        double milliseconds = duration.TotalMilliseconds;
        (string unit, double size) = Units.Last(u => milliseconds % u.Milliseconds == 0 && (milliseconds > 0 || u.Unit == "s") || u.Unit == "ms");
        return (milliseconds / size).ToString(CultureInfo.InvariantCulture) + unit;
    }
}
