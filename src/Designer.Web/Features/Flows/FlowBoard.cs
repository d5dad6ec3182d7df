using System.Globalization;
using Designer.Storage;

namespace Designer.Web.Features.Flows;

/// <summary>How a flow's runs went since midnight (UTC).</summary>
/// <param name="ByHour">Runs started in each hour so far, the running one included.</param>
public sealed record RunsToday(int Runs, int Failed, int Waiting, IReadOnlyList<int> ByHour)
{
    public static readonly RunsToday None = new(0, 0, 0, []);

    /// <summary>From when each run started, in hours since midnight.</summary>
    /// <param name="hour">The running hour, 0 to 23.</param>
    public static RunsToday Of(IReadOnlyCollection<(int Hour, bool Failed, bool Waiting)> runs, int hour)
    {
        int[] byHour = new int[hour + 1];
        foreach ((int started, _, _) in runs) byHour[Math.Clamp(started, 0, hour)]++;
        return new RunsToday(runs.Count, runs.Count(run => run.Failed), runs.Count(run => run.Waiting), byHour);
    }

    /// <summary>The day's course as an SVG polyline in a box of the given size; null when there is too little to show.</summary>
    public string? Course(double width, double height)
    {
        if (ByHour.Count < 3 || Runs == 0) return null;
        double most = ByHour.Max();
        return string.Join(' ', ByHour.Select((runs, i) => string.Create(CultureInfo.InvariantCulture, $"{i * width / (ByHour.Count - 1):0.#},{height - 1 - runs / most * (height - 2):0.#}")));
    }
}

/// <summary>One flow of the list.</summary>
/// <param name="Owner">The name of the member who made it, or what the row says of them.</param>
public sealed record FlowCard(FlowSummary Flow, string Owner, bool IsMine, RunsToday Today)
{
    public bool IsLive => Flow.LatestVersion is not null;
}

public enum FlowFilter { All, Mine, Live, Failing }

public enum FlowOrder { LastChanged, MostRuns, Name }

/// <summary>What the list of flows shows: filter, order and search, without any view.</summary>
public sealed class FlowBoard(IReadOnlyList<FlowCard> cards)
{
    public FlowFilter Filter { get; set; }
    public FlowOrder Order { get; set; }
    public string Search { get; set; } = "";
    public string? Tag { get; set; }

    public int Total => cards.Count;
    public IReadOnlyList<string> Tags { get; } = [.. cards.SelectMany(c => c.Flow.Tags).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.CurrentCultureIgnoreCase)];

    public int Count(FlowFilter filter) => cards.Count(card => Passes(card, filter));

    public IReadOnlyList<FlowCard> Visible()
    {
        string wanted = Search.Trim();
        IEnumerable<FlowCard> found = cards.Where(card => Passes(card, Filter)
            && (Tag is null || card.Flow.Tags.Contains(Tag, StringComparer.OrdinalIgnoreCase))
            && (wanted.Length == 0 || Has(card.Flow.Name, wanted) || Has(card.Flow.Slug, wanted) || Has(card.Flow.Description, wanted)));
        return [.. Order switch
        {
            FlowOrder.Name => found.OrderBy(card => card.Flow.Name, StringComparer.CurrentCultureIgnoreCase),
            FlowOrder.MostRuns => found.OrderByDescending(card => card.Today.Runs).ThenByDescending(card => card.Flow.UpdatedAt),
            _ => found.OrderByDescending(card => card.Flow.UpdatedAt),
        }];
    }

    private static bool Passes(FlowCard card, FlowFilter filter) => filter switch
    {
        FlowFilter.Mine => card.IsMine,
        FlowFilter.Live => card.IsLive,
        FlowFilter.Failing => card.Today.Failed > 0,
        _ => true,
    };

    private static bool Has(string? text, string part) => text?.Contains(part, StringComparison.CurrentCultureIgnoreCase) == true;
}
