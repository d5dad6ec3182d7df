using System.Text.Json;
using Designer.Engine;
using Designer.Flows;

namespace Designer.Web.Features.Api;

/// <summary>A run as the API gives it.</summary>
/// <param name="Waiting">The steps that wait for a person; null when none does.</param>
public sealed record RunAnswer(
    Guid RunId, string Status, JsonElement? Output, Usage Usage, RunError? Error = null, string? ConversationId = null, IReadOnlyList<WaitingStep>? Waiting = null)
{
    public static RunAnswer Of(RunRow row) => new(
        row.Id, JsonNamingPolicy.CamelCase.ConvertName(row.State.ToString()), row.Output, row.Usage, CallerView.Public(row.Error), row.ConversationId);

    /// <summary>With the steps that wait, which stand in the log.</summary>
    public static async ValueTask<RunAnswer> OfAsync(RunRow row, IRunLog log, CancellationToken cancellation) =>
        row.State == RunState.Waiting ? Of(row) with { Waiting = await WaitingAsync(row.Id, log, cancellation) } : Of(row);

    private static async ValueTask<IReadOnlyList<WaitingStep>> WaitingAsync(Guid runId, IRunLog log, CancellationToken cancellation)
    {
        OrderedDictionary<string, WaitingStep> waiting = [];
        await foreach (RunEvent e in log.ReadAsync(runId, 1, cancellation))
        {
            if (e is { Type: RunEventType.StepWaiting, Step: { } step, Data.Form: { } form })
                waiting[step] = new WaitingStep(step, form.Title, form.Text, form.Decisions, form.Deadline);
            else if (e is { Type: RunEventType.StepResumed or RunEventType.StepCancelled, Step: { } answered })
                waiting.Remove(answered);
        }
        return [.. waiting.Values];
    }
}

/// <summary>A step that waits for a person, with what is asked.</summary>
/// <param name="Step">What <c>resume</c> names.</param>
/// <param name="Decisions">One of them is the answer.</param>
/// <param name="Deadline">When the run goes on without an answer.</param>
public sealed record WaitingStep(string Step, string Title, string? Text, IReadOnlyList<string> Decisions, DateTimeOffset? Deadline);
