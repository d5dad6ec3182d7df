using Designer.Flows;

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
}
