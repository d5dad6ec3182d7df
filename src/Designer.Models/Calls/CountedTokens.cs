using Microsoft.Extensions.AI;

namespace Designer.Models.Calls;

/// <summary>
/// What a server says it counted, as far as it can be true. A negative or an absurd number would go into budgets and costs and break their
/// totals; without a number, whoever needs one estimates it.
/// </summary>
internal static class CountedTokens
{
    /// <summary>More than any model reads or writes in one call.</summary>
    private const long Most = 20_000_000;

    public static void Clean(IList<AIContent> contents)
    {
        // By number: an enumerator for each piece of a stream is an object of its own.
        for (int i = 0; i < contents.Count; i++)
            if (contents[i] is UsageContent usage) Clean(usage.Details);
    }

    public static void Clean(UsageDetails? counted)
    {
        if (counted is null) return;
        // An empty count is none: no call reads nothing.
        if (counted.InputTokenCount is null or 0 && counted.OutputTokenCount is null or 0) (counted.InputTokenCount, counted.OutputTokenCount) = (null, null);
        counted.InputTokenCount = Believed(counted.InputTokenCount);
        counted.OutputTokenCount = Believed(counted.OutputTokenCount);
        counted.TotalTokenCount = Believed(counted.TotalTokenCount);
        counted.CachedInputTokenCount = Believed(counted.CachedInputTokenCount);
        counted.ReasoningTokenCount = Believed(counted.ReasoningTokenCount);
    }

    private static long? Believed(long? count) => count is >= 0 and <= Most ? count : null;
}
