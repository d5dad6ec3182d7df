using Designer.Engine;
using Designer.Flows;

namespace Designer.Nodes.Human;

[Node("human.approval", NodeGroup.Human, Name = "Approval", Icon = "user-check", Summary = "{title}", Effect = true,
    Example = "Let a manager approve a refund before it is paid.",
    Description = "Waits until a person decides. Each decision is a way out; a deadline takes the way “timeout”. The run holds nothing meanwhile and survives restarts.")]
[PortsFrom("decisions", "")]
[OutputPort("timeout", Label = "Timeout")]
public sealed class ApprovalNode : Node<ApprovalNode.Settings, ApprovalNode.Outputs>
{
    public sealed record Settings(
        [property: Setting("Title", Template = true, Required = true)] string Title,
        [property: Setting("Decisions", DefaultJson = """["approve","reject"]""", Help = "What the person can choose, e.g. approve and reject.")] IReadOnlyList<string> Decisions,
        [property: Setting("Text", Template = true, Widget = Widget.TextArea, Help = "What is to be decided on.")] string? Text = null,
        [property: Setting("Deadline", Help = "How long to wait, e.g. 30m or 48h. Empty: for ever.")] TimeSpan? Deadline = null);

    /// <param name="By">Who decided; null after a timeout.</param>
    public sealed record Outputs(
        [property: Output("Decision")] string Decision,
        [property: Output("Comment")] string? Comment,
        [property: Output("By")] string? By,
        [property: Output("Text")] string? Text);

    public override async ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step)
    {
        string[] decisions = [.. settings.Decisions.Select(d => d.Trim()).Where(d => d.Length > 0).Distinct()];
        if (decisions.Length == 0) throw new StepException("approval.decisions", $"The approval offers no decision.");
        DateTimeOffset? deadline = settings.Deadline is { } wait ? step.Clock.GetUtcNow() + wait : null;
        HumanAnswer answer = await step.AskAsync(new HumanForm(settings.Title, settings.Text, decisions, deadline)).ConfigureAwait(false);
        if (answer != HumanAnswer.Timeout && !decisions.Contains(answer.Decision))
            throw new StepException("approval.decision", $"“{answer.Decision}” is none of the decisions {string.Join(", ", decisions)}.");
        return StepResult.Take(answer.Decision, new Outputs(answer.Decision, answer.Comment, answer.By, settings.Text));
    }
}
