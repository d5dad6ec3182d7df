using Designer.Flows;
using Microsoft.Extensions.Time.Testing;

namespace Designer.Engine.Tests.Contract;

/// <summary>Composite steps hold no state but the log: entered again, they find their finished children there.</summary>
public sealed class P03_CompositeTests
{
    private readonly EngineHarness engine = new();

    [Fact]
    public async Task After_a_crash_an_agent_goes_on_at_the_call_that_was_interrupted()
    {
        Guid run = await engine.StartAsync(P00_GraphTests.Agent("\"text\":\"got {{ args.word }}\",\"gate\":\"{{ args.word }}\""));
        await engine.Stage.Reached("t1");
        engine.Stage.Gate("t1").SetResult();
        await engine.Stage.Reached("t2");
        await engine.Restart();
        engine.Stage.Gate("t2").SetResult();

        Assert.Equal("got t1 got t2", EngineHarness.Text(await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken)));
        Assert.Equal(1, engine.Stage.Executions["agent/turn#1"]);
        Assert.Equal(1, engine.Stage.Executions["agent/turn#1/call#1"]);
        Assert.Equal(1, engine.Stage.Executions["agent/turn#2"]);
        Assert.Equal(2, engine.Stage.Executions["agent/turn#2/call#1"]);
    }

    [Fact]
    public async Task After_a_crash_a_loop_repeats_only_the_iteration_that_was_interrupted()
    {
        FlowVersion flow = Flow.Of("""
            start start
            loop loop {"items":["a","b","c"],"collect":"{{ w.text }}"}
            end answer {"value":"{{ loop.results }}"}
            """, "start -> loop -> end", n => n.With("loop", x => x with { Children = new ChildGraph { Nodes = Flow.Nodes("""w work {"text":"{{ each.item }}!","gate":"{{ each.item }}"}""") } }));
        Guid run = await engine.StartAsync(flow);
        await engine.Stage.Reached("a");
        engine.Stage.Gate("a").SetResult();
        await engine.Stage.Reached("b");
        await engine.Restart();
        engine.Stage.Gate("b").SetResult();
        engine.Stage.Gate("c").SetResult();

        RunRow row = await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken);
        Assert.Equal("""["a!","b!","c!"]""", row.Output!.Value.GetProperty("value").GetRawText());
        Assert.Equal((1, 2, 1), (engine.Stage.Executions["loop#0/w"], engine.Stage.Executions["loop#1/w"], engine.Stage.Executions["loop#2/w"]));
    }

    [Fact]
    public async Task A_composite_does_not_come_back_to_its_callers_thread()
    {
        // A caller that gives its thread one thing at a time (a circuit does): a loop that continued there would look idle meanwhile, and a
        // run that also waits for a person would be put aside too early.
        FlowVersion flow = Flow.Of("""
            start start
            loop loop {"items":["a","b"],"collect":"{{ w.text }}"}
            end answer {"value":"{{ loop.results }}"}
            """, "start -> loop -> end", n => n.With("loop", x => x with { Children = new ChildGraph { Nodes = Flow.Nodes("""w work {"text":"{{ each.item }}"}""") } }));
        CallersThread caller = new();
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(caller);
        ValueTask<StartedRun> starting;
        try
        {
            starting = engine.Engine.StartAsync(flow, default, RunOptions.Default);
            Assert.Same(caller, SynchronizationContext.Current);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
        RunRow row = await engine.Engine.WaitAsync((await starting).Id, TestContext.Current.CancellationToken);

        Assert.Equal(RunState.Completed, row.State);
        Assert.Equal(0, caller.Posts);
    }

    private sealed class CallersThread : SynchronizationContext
    {
        public int Posts;

        public override void Post(SendOrPostCallback d, object? state)
        {
            Interlocked.Increment(ref Posts);
            ThreadPool.QueueUserWorkItem(_ => d(state));
        }
    }

    [Fact]
    public async Task A_composite_that_is_tried_again_keeps_its_finished_children_and_repeats_the_failed_one()
    {
        FlowVersion flow = Flow.Of("""
            start start
            loop loop {"items":[0,1],"collect":"{{ w.text }}"}
            end answer {"value":"{{ loop.results }}"}
            """, "start -> loop -> end", n => n.With("loop", x => x with
        {
            Retry = new RetryPolicy(3, "none", "1ms"),
            Children = new ChildGraph { Nodes = Flow.Nodes("""w work {"text":"{{ each.item }}","fail":"{{ each.index }}"}""") },
        }));

        RunRow row = await engine.RunAsync(flow);
        Assert.Equal("""["0","1"]""", row.Output?.GetProperty("value").GetRawText());
        Assert.Equal((1, 2), (engine.Stage.Executions["loop#0/w"], engine.Stage.Executions["loop#1/w"]));
    }

    [Fact]
    public async Task An_item_that_fails_cancels_its_own_body_only_when_the_loop_skips_it()
    {
        FlowVersion flow = Flow.Of("""
            start start
            loop loop {"items":[0,99,0],"collect":"{{ w.text }}","skip":true,"parallel":true}
            end answer {"value":"{{ loop.results }}"}
            """, "start -> loop -> end", n => n.With("loop", x => x with { Children = new ChildGraph { Nodes = Flow.Nodes("""w work {"text":"ok","fail":"{{ each.item }}"}""") } }));

        Assert.Equal("""["ok","skipped","ok"]""", (await engine.RunAsync(flow)).Output!.Value.GetProperty("value").GetRawText());
    }

    [Fact]
    public async Task A_failure_that_was_handled_stays_when_its_composite_is_tried_again()
    {
        FlowVersion flow = Flow.Of("""
            start start
            loop loop {"items":[0],"collect":"{{ after.text }}"}
            end answer {"value":"{{ loop.results }}"}
            """, "start -> loop -> end", n => n.With("loop", x => x with
        {
            Retry = new RetryPolicy(3, "none", "1ms"),
            Children = new ChildGraph
            {
                Nodes = [.. Flow.Nodes("""
                    bad work {"fail":99}
                    after work {"text":"A"}
                    later work {"fail":1}
                    """).Select(b => b.With("bad", y => y with { OnError = new ErrorPolicy("branch") }))],
                Edges = Flow.Edges("bad:error -> after -> later"),
            },
        }));

        RunRow row = await engine.RunAsync(flow);
        Assert.Equal("""["A"]""", row.Output?.GetProperty("value").GetRawText());
        Assert.Equal((1, 1, 2), (engine.Stage.Executions["loop#0/bad"], engine.Stage.Executions["loop#0/after"], engine.Stage.Executions["loop#0/later"]));
    }

    [Fact]
    public async Task What_runs_inside_a_composite_is_cancelled_when_that_runs_out_of_time()
    {
        FakeTimeProvider clock = new();
        EngineHarness timed = new(clock: clock);
        ChildGraph inner = new() { Nodes = Flow.Nodes("""w work {"gate":"never"}""") };
        ChildGraph outer = new() { Nodes = [.. Flow.Nodes("""inner loop {"items":[1],"collect":"x"}""").Select(n => n with { Children = inner })] };
        FlowVersion flow = Flow.Of("""
            start start
            loop loop {"items":[1],"collect":"x"}
            ask ask
            end answer {"text":"{{ loop.error.code }}"}
            """, "start -> loop, loop:error -> ask, ask:yes -> end", n => n.With("loop", x => x with { Timeout = "5s", OnError = new ErrorPolicy("branch"), Children = outer }));
        Guid run = await timed.StartAsync(flow);
        await timed.Stage.Reached("never");
        clock.Advance(TimeSpan.FromSeconds(5));

        // Nothing is left at work: the run comes to wait for the person.
        Assert.Equal(RunState.Waiting, (await timed.Engine.WaitAsync(run, TestContext.Current.CancellationToken)).State);
        await timed.Stage.Left("never").WaitAsync(TestContext.Current.CancellationToken);
        await timed.Engine.AnswerAsync(run, "ask", new HumanAnswer("yes"), TestContext.Current.CancellationToken);
        Assert.Equal("step.timeout", EngineHarness.Text(await timed.Engine.WaitAsync(run, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task A_thousand_composites_that_are_ready_at_once_do_not_pile_up_on_one_stack()
    {
        string nodes = string.Join('\n', Enumerable.Range(0, 1_500).Select(i => $$"""l{{i}} loop {"items":[1],"collect":"x"}"""));
        string edges = string.Join(',', Enumerable.Range(0, 1_500).Select(i => $"start -> l{i}"));
        FlowVersion flow = Flow.Of("start start\n" + nodes, edges, n => n.Type == "test.loop" ? n with { Children = new ChildGraph { Nodes = Flow.Nodes("b" + n.Id + " text {\"text\":\"t\"}") } } : n);
        Assert.Equal(RunState.Completed, (await engine.RunAsync(flow)).State);
    }
}
