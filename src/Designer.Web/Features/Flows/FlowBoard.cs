using Designer.Storage;

namespace Designer.Web.Features.Flows;

/// <summary>How a flow's runs went since midnight (UTC).</summary>
public sealed record RunsToday(int Runs, int Failed, int Waiting)
{
    public static readonly RunsToday None = new(0, 0, 0);
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
