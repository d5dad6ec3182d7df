using System.Globalization;

namespace Designer.Web.Commands;

/// <summary>Times as the command line reads and shows them; UTC, because servers and logs are.</summary>
internal static class Times
{
    private static readonly (char Unit, double Hours)[] s_units = [('m', 1 / 60d), ('h', 1), ('d', 24), ('w', 24 * 7)];

    /// <summary>Reads <c>45m</c>, <c>12h</c>, <c>30d</c>, <c>2w</c>.</summary>
    /// <exception cref="CommandFailure">It is no span of time, or longer than ten years.</exception>
    public static TimeSpan Span(string text, string option)
    {
        foreach ((char unit, double hours) in s_units)
            if (text.EndsWith(unit) && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0 && count * hours <= 24 * 3660)
                return TimeSpan.FromHours(count * hours);
        throw new CommandFailure($"\"{text}\" is no span of time for {option}: write 12h, 30d or 8w.", ExitCode.Usage);
    }

    public static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string Minute(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary><c>3 ms</c>, <c>1.24 s</c>, <c>2 min 5 s</c>.</summary>
    public static string Took(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => $"{span.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture)} ms",
        { TotalMinutes: < 1 } => $"{span.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture)} s",
        _ => $"{(int)span.TotalMinutes} min {span.Seconds} s",
    };
}
