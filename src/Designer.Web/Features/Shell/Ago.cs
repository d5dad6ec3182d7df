using System.Globalization;

namespace Designer.Web.Features.Shell;

/// <summary>Times as people say them: relative under a day, then dates.</summary>
public static class Ago
{
    public static string Of(DateTimeOffset time, DateTimeOffset now)
    {
        TimeSpan past = now - time;
        if (past < TimeSpan.FromSeconds(45)) return L["just now"];
        if (past < TimeSpan.FromMinutes(90)) return L["{0:0} min ago", Math.Round(past.TotalMinutes)];
        if (past < TimeSpan.FromDays(1)) return L["{0:0} h ago", Math.Round(past.TotalHours)];
        string format = time.Year == now.Year ? L["d MMM"] : L["d MMM yyyy"];
        return time.ToString(format, CultureInfo.CurrentCulture);
    }

    /// <summary>Bytes with a unit, e.g. <c>14 KB</c>.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0} KB"),
        < 1024 * 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.#} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:0.#} GB"),
    };
}
