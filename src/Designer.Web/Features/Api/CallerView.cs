using System.Runtime.CompilerServices;
using System.Text.Json;
using Designer.Engine;
using Designer.Flows;

namespace Designer.Web.Features.Api;

/// <summary>
/// What a caller sees of a run: answers, citations, usage and steps that wait for a person; never prompts, traces or values in between.
/// </summary>
public sealed class CallerView
{
    private readonly HashSet<string> answers;

    public CallerView(FlowDocument document, INodeTypes types) =>
        answers = [.. document.Nodes.Where(n => types.Find(n.Type)?.Group == NodeGroup.Output).Select(n => n.Id)];

    /// <summary>The events as the caller sees them.</summary>
    /// <param name="everyText">
    /// For the caller who started the run with this stream: every answer's text comes as <c>step.token</c>, in pieces while it is written, or at
    /// once before its step's end, where it had to be whole first or the run was over before the stream was open and is told from the log.
    /// </param>
    public async IAsyncEnumerable<RunEvent> ShowAsync(IAsyncEnumerable<RunEvent> events, bool everyText, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        HashSet<string> told = [];
        await foreach (RunEvent e in events.WithCancellation(cancellation))
        {
            if (Show(e) is not { } shown) continue;
            if (shown.Type == RunEventType.StepToken) told.Add(shown.Step!);
            else if (everyText && shown is { Type: RunEventType.StepCompleted, Step: { } step } && !told.Contains(step) && TextOf(shown.Data?.Outputs) is { Length: > 0 } text)
                yield return new RunEvent(0, RunEventType.StepToken, shown.Time, step, shown.Attempt, new EventData { Offset = 0, Text = text });
            yield return shown;
        }
    }

    // As this process saw it, or as the log has it.
    private static string? TextOf(object? outputs) => outputs switch
    {
        IAnswerOutputs answer => answer.Text,
        JsonElement { ValueKind: JsonValueKind.Object } json when json.TryGetProperty("text", out JsonElement text) && text.ValueKind == JsonValueKind.String => text.GetString(),
        _ => null,
    };

    private RunEvent? Show(RunEvent e) => e.Type switch
    {
        RunEventType.RunStarted or RunEventType.RunWaiting or RunEventType.RunCancelled => e with { Data = null },
        RunEventType.RunCompleted => e with { Data = new EventData { Output = e.Data?.Output, Usage = e.Data?.Usage } },
        RunEventType.RunFailed => e with { Data = new EventData { Error = Public(e.Data?.Error), Usage = e.Data?.Usage } },
        RunEventType.StepWaiting => e with { Data = new EventData { Form = e.Data?.Form } },
        RunEventType.StepResumed => e with { Data = new EventData { Answer = e.Data?.Answer is { } a ? new HumanAnswer(a.Decision) : null } },
        RunEventType.StepToken when e.Data?.AnswerNode is { } answer => e with { Step = answer, Data = new EventData { Offset = e.Data.Offset, Text = e.Data.Text } },
        RunEventType.StepCompleted when e.Step is not null && answers.Contains(e.Step) => e with { Data = new EventData { Outputs = e.Data?.Outputs } },
        _ => null,
    };

    /// <summary>An error as callers read it: what they can mend in full, else its code. What a server, a tool or a script said may hold values from inside; the trace shows it to the flow's owner.</summary>
    public static RunError? Public(RunError? error) => error is null ? null : new RunError(error.Code, error.Code.Split('.')[0] switch
    {
        "input" or "budget" => error.Message,
        "model" => "The model did not answer. The run's trace says why.",
        _ => "A step of the flow failed. The run's trace says why.",
    });
}
