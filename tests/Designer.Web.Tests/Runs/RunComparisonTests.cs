using Designer.Engine;
using Designer.Flows;
using Designer.Web.Features.Runs;

namespace Designer.Web.Tests.Runs;

public sealed class RunComparisonTests
{
    private static RunTrace Trace(params (string Path, object Outputs)[] steps)
    {
        RunTrace trace = new();
        long seq = 1;
        foreach ((string path, object outputs) in steps)
        {
            trace.Apply(new RunEvent(seq++, RunEventType.StepStarted, DateTimeOffset.UnixEpoch, path, 1, new EventData { Inputs = new { q = "?" } }));
            trace.Apply(new RunEvent(seq++, RunEventType.StepCompleted, DateTimeOffset.UnixEpoch, path, 1, new EventData { Outputs = outputs, DurationMs = 1 }));
        }
        return trace;
    }

    [Fact]
    public void Steps_stand_in_the_first_runs_order_and_new_ones_where_the_second_came_to_them()
    {
        IReadOnlyList<ComparedStep> steps = RunComparison.Steps(Trace(("start", "s"), ("old", "o"), ("answer", "a")), Trace(("start", "s"), ("added", "n"), ("answer", "b")));

        Assert.Equal(["start", "added", "old", "answer"], steps.Select(s => s.Path));
        Assert.Equal([true, false, false, false], steps.Select(s => s.IsSame));
        Assert.Null(steps[1].Left);
        Assert.Null(steps[2].Right);
    }

    [Fact]
    public void Words_that_changed_are_told()
    {
        IReadOnlyList<TextPart> parts = RunComparison.Diff("five days may be carried over", "six days may be carried over");
        Assert.Equal(("five ", "six "), (parts.Single(p => p.Change == TextChange.Removed).Text, parts.Single(p => p.Change == TextChange.Added).Text));
        Assert.All(RunComparison.Diff(new { a = 1 }, new { a = 1 }), p => Assert.Equal(TextChange.Same, p.Change));
        Assert.Equal("", RunComparison.Text(null));
    }

    [Fact]
    public void A_very_long_text_is_cut_before_it_is_compared() =>
        Assert.True(RunComparison.Diff(new string('a', 1_000_000), "b").Sum(p => p.Text.Length) < 100_000);

    [Fact]
    public void A_breakpoint_is_a_state_of_its_step_and_asks_no_person()
    {
        RunTrace trace = new();
        trace.Apply(new RunEvent(1, RunEventType.StepWaiting, DateTimeOffset.UnixEpoch, Breakpoint.Before("reply"), 0, new EventData { Form = new HumanForm("Reply", null, Breakpoint.Decisions) }));
        TraceStep stopped = trace.Steps.Single();
        Assert.Equal(("reply", "stopped", null), (stopped.Path, stopped.State, stopped.Form));
        trace.Apply(new RunEvent(2, RunEventType.StepResumed, DateTimeOffset.UnixEpoch, Breakpoint.Before("reply"), 0, new EventData { Answer = new HumanAnswer(Breakpoint.Continue) }));
        Assert.Equal(("ready", null), (trace.Steps.Single().State, trace.Steps.Single().Answer));
    }
}
