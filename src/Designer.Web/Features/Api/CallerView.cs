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

    public RunEvent? Show(RunEvent e) => e.Type switch
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
