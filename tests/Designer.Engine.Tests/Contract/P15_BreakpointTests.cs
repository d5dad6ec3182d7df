using Designer.Flows;

namespace Designer.Engine.Tests.Contract;

/// <summary>Breakpoints: a draft's run stops before a step, durably, holding nothing, and goes on as it is told.</summary>
public sealed class P15_BreakpointTests
{
    private readonly EngineHarness engine = new();

    private static FlowVersion Line() => Draft(Flow.Of("""
        start start
        a work {"text":"A"}
        b work {"text":"{{ a.text }}B"}
        c text {"text":"{{ b.text }}C"}
        end answer {"text":"{{ c.text }}"}
        """, "start -> a -> b -> c -> end"));

    private static FlowVersion Draft(FlowVersion flow) => flow with { Version = "draft@1" };

    private async Task<Guid> StartAsync(FlowVersion flow, params string[] breakpoints)
    {
        Guid run = await engine.StartAsync(flow, null, new RunOptions { Breakpoints = breakpoints });
        await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken);
        return run;
    }

    private async Task<RunRow> SayAsync(Guid run, string step, string decision)
    {
        await engine.Engine.AnswerAsync(run, Breakpoint.Before(step), new HumanAnswer(decision), TestContext.Current.CancellationToken);
        return await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken);
    }

    /// <summary>The steps before which the run has stopped and was not told to go on.</summary>
    private async Task<List<string>> StopsAsync(Guid run)
    {
        List<string> stops = [];
        await foreach (RunEvent e in engine.Log.ReadAsync(run, 1, TestContext.Current.CancellationToken))
        {
            if (e.Type == RunEventType.StepWaiting && Breakpoint.IsOne(e.Step!)) stops.Add(Breakpoint.StepOf(e.Step!));
            if (e.Type == RunEventType.StepResumed) stops.Remove(Breakpoint.StepOf(e.Step!));
        }
        return stops;
    }

    [Fact]
    public async Task The_run_stops_before_the_step_shows_what_it_gets_and_goes_on_after_a_restart()
    {
        Guid run = await StartAsync(Line(), "b");
        Assert.Equal(["b"], await StopsAsync(run));
        Assert.False(engine.Stage.Executions.ContainsKey("b"));
        RunEvent stop = default!;
        await foreach (RunEvent e in engine.Log.ReadAsync(run, 1, TestContext.Current.CancellationToken))
            if (e.Type == RunEventType.StepWaiting) stop = e;
        Assert.Equal("AB", FlowValue.ToJson(stop.Data!.Inputs).GetProperty("text").GetString());

        await engine.Restart();
        Assert.Equal("ABC", EngineHarness.Text(await SayAsync(run, "b", Breakpoint.Continue)));
        Assert.Equal((1, 1), (engine.Stage.Executions["a"], engine.Stage.Executions["b"]));
    }

    [Fact]
    public async Task Stepping_over_stops_before_the_next_step_again_and_again_until_continue()
    {
        Guid run = await StartAsync(Line(), "a");
        Assert.Equal(RunState.Waiting, (await SayAsync(run, "a", Breakpoint.StepOver)).State);
        Assert.Equal(["b"], await StopsAsync(run));
        await engine.Restart();
        Assert.Equal(RunState.Waiting, (await SayAsync(run, "b", Breakpoint.StepOver)).State);
        Assert.Equal(["c"], await StopsAsync(run));
        Assert.Equal("ABC", EngineHarness.Text(await SayAsync(run, "c", Breakpoint.Continue)));
        Assert.Equal((1, 1, 1), (engine.Stage.Executions["a"], engine.Stage.Executions["b"], engine.Stage.Executions["c"]));
    }

    [Fact]
    public async Task Stop_ends_the_run_before_the_step()
    {
        Guid run = await StartAsync(Line(), "b");
        Assert.Equal(RunState.Cancelled, (await SayAsync(run, "b", Breakpoint.Stop)).State);
        Assert.False(engine.Stage.Executions.ContainsKey("b"));
    }

    [Fact]
    public async Task A_step_that_asks_a_person_is_stopped_before_and_then_asks()
    {
        FlowVersion flow = Draft(Flow.Of("""
            start start
            ask ask
            yes answer {"text":"by {{ ask.by }}"}
            """, "start -> ask, ask:yes -> yes"));
        Guid run = await StartAsync(flow, "ask");
        Assert.Equal(RunState.Waiting, (await SayAsync(run, "ask", Breakpoint.Continue)).State);
        await engine.Restart();
        await engine.Engine.AnswerAsync(run, "ask", new HumanAnswer("yes", By: "ada"), TestContext.Current.CancellationToken);
        Assert.Equal("by ada", EngineHarness.Text(await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task In_a_loop_it_stops_in_every_round_and_stepping_over_the_loop_stops_behind_it()
    {
        FlowVersion flow = Draft(Flow.Of("""
            start start
            loop loop {"items":[1,2],"collect":"{{ w.text }}"}
            end answer {"value":"{{ loop.results }}"}
            """, "start -> loop -> end", n => n.With("loop", x => x with { Children = new ChildGraph { Nodes = Flow.Nodes("w work {\"text\":\"w\"}") } })));
        Guid rounds = await StartAsync(flow, "w");
        Assert.Equal(["loop#0/w"], await StopsAsync(rounds));
        await SayAsync(rounds, "loop#0/w", Breakpoint.Continue);
        await engine.Restart();
        Assert.Equal(["loop#1/w"], await StopsAsync(rounds));
        Assert.Equal(RunState.Completed, (await SayAsync(rounds, "loop#1/w", Breakpoint.Continue)).State);

        Guid over = await StartAsync(flow, "loop");
        await SayAsync(over, "loop", Breakpoint.StepOver);
        Assert.Equal(["end"], await StopsAsync(over));
    }

    [Fact]
    public async Task Another_branch_goes_on_meanwhile_and_what_has_begun_is_not_stopped()
    {
        FlowVersion flow = Draft(Flow.Of("""
            start start
            a work {"text":"A"}
            busy work {"gate":"busy","text":"B"}
            end answer {"text":"{{ a.text }}{{ busy.text }}"}
            """, "start -> a -> end, start -> busy -> end"));
        Guid run = await engine.StartAsync(flow, null, new RunOptions { Breakpoints = ["a"] });
        await engine.Stage.Reached("busy");
        await foreach (RunEvent e in engine.Engine.WatchAsync(run, 1, TestContext.Current.CancellationToken))
            if (e.Type == RunEventType.StepWaiting) break;
        await engine.Engine.AnswerAsync(run, Breakpoint.Before("a"), new HumanAnswer(Breakpoint.StepOver), TestContext.Current.CancellationToken);
        await foreach (RunEvent e in engine.Engine.WatchAsync(run, 1, TestContext.Current.CancellationToken))
            if (e is { Type: RunEventType.StepCompleted, Step: "a" }) break;
        engine.Stage.Gate("busy").SetResult();
        Assert.Equal(RunState.Waiting, (await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken)).State);
        Assert.Equal(["end"], await StopsAsync(run));
        Assert.Equal("AB", EngineHarness.Text(await SayAsync(run, "end", Breakpoint.Continue)));
    }

    [Fact]
    public async Task A_waiting_run_can_be_cancelled_and_of_two_answers_one_counts()
    {
        Guid run = await StartAsync(Line(), "b", "c");
        await SayAsync(run, "b", Breakpoint.Continue);
        RunConflictException again = await Assert.ThrowsAsync<RunConflictException>(() => SayAsync(run, "b", Breakpoint.Continue));
        Assert.Equal("step.answered", again.Code);
        Assert.True(await engine.Engine.CancelAsync(run, TestContext.Current.CancellationToken));
        Assert.Equal(RunState.Cancelled, (await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken)).State);
    }
}
