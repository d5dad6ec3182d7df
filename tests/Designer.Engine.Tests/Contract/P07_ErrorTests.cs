using Designer.Flows;
using Microsoft.Extensions.Time.Testing;

namespace Designer.Engine.Tests.Contract;

/// <summary>Errors are values: timeout per attempt, then retry, then the node's error mode.</summary>
public sealed class P07_ErrorTests
{
    private readonly EngineHarness engine = new();

    private static FlowVersion Failing(int failures, Func<FlowNode, FlowNode> change, string extra = "") => Flow.Of($$$"""
        start start
        w work {"text":"W","fail":{{{failures}}}{{{extra}}}}
        end answer {"text":"{{ w.text }}"}
        """, "start -> w -> end", n => n.With("w", change));

    private static FlowVersion Branching(Func<FlowNode, FlowNode> change, string extra = "") => Flow.Of($$$"""
        start start
        w work {"text":"W","fail":9{{{extra}}}}
        end answer {"text":"{{ w.text }}"}
        sorry answer {"text":"{{ w.error.code }}: {{ w.error.message }}"}
        """, "start -> w -> end, w:error -> sorry", n => n.With("w", x => change(x with { OnError = new ErrorPolicy("branch") })));

    [Fact]
    public async Task A_failing_step_is_tried_again_as_often_as_its_retry_says()
    {
        RunRow row = await engine.RunAsync(Failing(2, n => n with { Retry = new RetryPolicy(3, "none", "1ms") }));
        Assert.Equal("W", EngineHarness.Text(row));
        Assert.Equal(3, engine.Stage.Executions["w"]);
        Assert.Single(engine.Stage.IdempotencyKeys.Distinct());
    }

    [Fact]
    public async Task What_cannot_heal_is_not_tried_again()
    {
        RunRow row = await engine.RunAsync(Failing(1, n => n with { Retry = new RetryPolicy(5, "none", "1ms") }, ",\"transient\":false"));
        Assert.Equal((RunState.Failed, "test.failed", "w"), (row.State, row.Error!.Code, row.Error.Step));
        Assert.Equal(1, engine.Stage.Executions["w"]);
    }

    [Fact]
    public async Task Without_a_way_on_the_run_fails_and_running_siblings_are_cancelled()
    {
        FlowVersion flow = Flow.Of("""
            start start
            bad work {"fail":9,"gate":"bad"}
            other work {"gate":"never"}
            end answer {"text":"{{ bad.text }}{{ other.text }}"}
            """, "start -> bad -> end, start -> other -> end");
        Guid run = await engine.StartAsync(flow);
        await engine.Stage.Reached("never");
        engine.Stage.Gate("bad").SetResult();

        Assert.Equal(RunState.Failed, (await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken)).State);
        List<RunEvent> events = await engine.EventsAsync(run);
        Assert.Contains(events, e => e is { Step: "other", Type: RunEventType.StepCancelled });
        Assert.Equal(RunEventType.RunFailed, events[^1].Type);
    }

    [Fact]
    public async Task The_error_branch_sees_what_went_wrong()
    {
        RunRow row = await engine.RunAsync(Branching(n => n));
        Assert.Equal("test.failed: failure 1", EngineHarness.Text(row));
    }

    [Fact]
    public async Task A_default_stands_in_for_the_outputs()
    {
        RunRow row = await engine.RunAsync(Failing(9, n => n with { OnError = new ErrorPolicy("default", System.Text.Json.JsonSerializer.SerializeToElement(new { text = "instead" })) }));
        Assert.Equal("instead", EngineHarness.Text(row));
    }

    [Fact]
    public async Task A_timeout_ends_the_attempt_even_of_a_step_that_does_not_listen()
    {
        FakeTimeProvider clock = new();
        EngineHarness timed = new(clock: clock);
        FlowVersion flow = Branching(n => n with { Timeout = "5s" }, ",\"gate\":\"never\",\"deaf\":true");
        Guid run = await timed.StartAsync(flow);
        await timed.Stage.Reached("never");
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("step.timeout: The step took longer than 5s.", EngineHarness.Text(await timed.Engine.WaitAsync(run, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task A_retry_waits_as_long_as_the_other_side_asked()
    {
        FakeTimeProvider clock = new();
        EngineHarness timed = new(clock: clock);
        Guid run = await timed.StartAsync(Failing(1, n => n with { Retry = new RetryPolicy(2, "none", "10s") }));
        await foreach (RunEvent e in timed.Engine.WatchAsync(run, 1, TestContext.Current.CancellationToken))
        {
            if (e.Type != RunEventType.StepRetrying) continue;
            Assert.Equal(10_000, e.Data!.DelayMs);
            break;
        }
        Assert.Equal(1, timed.Stage.Executions["w"]);
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("W", EngineHarness.Text(await timed.Engine.WaitAsync(run, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task An_error_inside_a_template_is_the_steps_error()
    {
        FlowVersion flow = Flow.Of("""
            start start {"inputs":[{"name":"n"}]}
            w work {"fail":"{{ start.n }}"}
            sorry answer {"text":"{{ w.error.code }}"}
            """, "start -> w, w:error -> sorry", n => n.With("w", x => x with { OnError = new ErrorPolicy("branch") }));
        Assert.Equal("setting.type", EngineHarness.Text(await engine.RunAsync(flow, new { n = "not a number" })));
    }
}
