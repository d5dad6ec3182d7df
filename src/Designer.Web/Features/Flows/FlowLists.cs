using System.Collections.Concurrent;
using Designer.Engine;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Access;

namespace Designer.Web.Features.Flows;

/// <summary>Reads what the list of flows shows.</summary>
public sealed class FlowLists(FlowStore flows, MemberStore members, IRunLog runs, TimeProvider time)
{
    /// <summary>More flows than this are found by search.</summary>
    public const int MostFlows = 1_000;
    private const int MostRunsCounted = 5_000;
    private const int MostSketches = 4_000;

    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(Guid, DateTimeOffset), FlowSketch> _sketches = new();
    private readonly ConcurrentDictionary<Guid, (long At, Dictionary<Guid, RunsToday> Runs)> _today = new();

    public async Task<FlowBoard> LoadAsync(SignedInMember member, CancellationToken cancellation = default)
    {
        FlowList list = await flows.ListAsync(member.WorkspaceId, take: MostFlows, cancellation: cancellation);
        Dictionary<string, string> names = (await members.ListAsync(member.WorkspaceId, cancellation))
            .ToDictionary(m => m.Email, m => m.DisplayName, StringComparer.OrdinalIgnoreCase);
        Dictionary<Guid, RunsToday> today = await TodayAsync(member.WorkspaceId, cancellation);
        return new FlowBoard([.. list.Flows.Select(flow => new FlowCard(
            flow, names.GetValueOrDefault(flow.CreatedBy, flow.CreatedBy),
            string.Equals(flow.CreatedBy, member.Author, StringComparison.OrdinalIgnoreCase),
            today.GetValueOrDefault(flow.Id, RunsToday.None)))]);
    }

    /// <summary>The draft's graph in miniature; an empty one when the draft cannot be read.</summary>
    public async Task<FlowSketch> SketchAsync(Guid workspaceId, FlowSummary flow, CancellationToken cancellation = default)
    {
        if (_sketches.TryGetValue((flow.Id, flow.UpdatedAt), out FlowSketch? known)) return known;
        FlowSketch sketch = FlowSketch.Empty;
        try
        {
            if (await flows.FindAsync(workspaceId, flow.Id, cancellation) is { } draft) sketch = FlowSketch.Of(FlowJson.Read(draft.Document.Span));
        }
        catch (FlowFormatException)
        {
            // The editor says what is wrong with it; the list shows the flow without a picture.
        }
        if (_sketches.Count >= MostSketches) _sketches.Clear();
        return _sketches[(flow.Id, flow.UpdatedAt)] = sketch;
    }

    private async Task<Dictionary<Guid, RunsToday>> TodayAsync(Guid workspaceId, CancellationToken cancellation)
    {
        if (_today.TryGetValue(workspaceId, out (long At, Dictionary<Guid, RunsToday> Runs) known) && time.GetElapsedTime(known.At) < s_fresh) return known.Runs;
        DateTimeOffset midnight = new(time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
        IReadOnlyList<RunRow> newest = await runs.ListAsync(new RunQuery(workspaceId) { Take = MostRunsCounted }, cancellation);
        Dictionary<Guid, RunsToday> counted = newest.Where(run => run.StartedAt >= midnight).GroupBy(run => run.FlowId).ToDictionary(flow => flow.Key, flow => RunsToday.Of(
            [.. flow.Select(run => (run.StartedAt.UtcDateTime.Hour, run.State == RunState.Failed, run.State == RunState.Waiting))], time.GetUtcNow().UtcDateTime.Hour));
        _today[workspaceId] = (time.GetTimestamp(), counted);
        return counted;
    }
}
