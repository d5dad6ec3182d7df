using Designer.Engine;
using Xunit;

namespace Designer.Nodes.Tests.Human;

public class ApprovalNodeTests
{
    [Fact]
    public async Task A_person_decides_and_the_way_follows()
    {
        using TestFlow flow = new();
        TestRun waiting = await flow.RunNodeAsync("human.approval", new { title = "Ok, {{ start.who }}?", text = "Text for {{ start.who }}", deadline = "2h" }, new { who = "Ada" }, "who");
        Assert.Equal(RunState.Waiting, waiting.Row.State);
        HumanForm form = waiting.Events.Single(e => e.Type == RunEventType.StepWaiting).Data!.Form!;
        Assert.Equal(("Ok, Ada?", "Text for Ada"), (form.Title, form.Text));
        // Without a list of its own it offers the usual two.
        Assert.Equal(["approve", "reject"], form.Decisions);
        Assert.InRange(form.Deadline!.Value - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(118), TimeSpan.FromMinutes(120));

        TestRun run = await flow.AnswerAsync(waiting, "node", "reject", "too long");
        Assert.Equal("reject", run.Port());
        Assert.Equal("""{"decision":"reject","comment":"too long","by":"tester@example.org","text":"Text for Ada"}""", run.Outputs().GetRawText());
    }

    [Fact]
    public async Task An_expired_form_takes_its_own_way()
    {
        FakeStep step = new() { Answer = HumanAnswer.Timeout };
        var result = await new Nodes.Human.ApprovalNode().RunAsync(new("T", ["yes"]), step);
        Assert.Equal(("timeout", "timeout"), (result.Port, result.Outputs.Decision));
        Assert.Null(step.Asked[0].Deadline);
    }

    [Fact]
    public async Task What_is_no_decision_is_refused()
    {
        FakeStep step = new() { Answer = new HumanAnswer("maybe") };
        Assert.Equal("approval.decision", (await Assert.ThrowsAsync<StepException>(async () => await new Nodes.Human.ApprovalNode().RunAsync(new("T", ["yes"]), step))).Code);
        Assert.Equal("approval.decisions", (await Assert.ThrowsAsync<StepException>(async () => await new Nodes.Human.ApprovalNode().RunAsync(new("T", [" "]), step))).Code);
    }
}
