using System.Text.Json;
using Designer.Flows;

namespace Designer.Engine.Tests.Contract;

/// <summary>Replay: unchanged effects take their recorded outputs; run one node, run to here and rerun from the failed step are the same mechanism.</summary>
public sealed class P10_ReplayTests
{
    private readonly EngineHarness engine = new();

    private static FlowVersion Two(string second = "{{ a.text }}B", int fail = 0) => Flow.Of($$$"""
        start start {"inputs":[{"name":"q"}]}
        a work {"text":"{{ start.q }}A"}
        b work {"text":"{{{second}}}","fail":{{{fail}}},"transient":false}
        c work {"text":"{{ b.text }}C"}
        end answer {"text":"{{ c.text }}"}
        """, "start -> a -> b -> c -> end");

    [Fact]
    public async Task Unchanged_effects_are_not_executed_again()
    {
        Guid first = await engine.StartAsync(Two(), new { q = "q" });
        await engine.Engine.WaitAsync(first, TestContext.Current.CancellationToken);

        Guid again = await engine.StartAsync(Two(), new { q = "q" }, new RunOptions { ReplayOf = first });
        Assert.Equal("qABC", EngineHarness.Text(await engine.Engine.WaitAsync(again, TestContext.Current.CancellationToken)));
        Assert.Equal(1, engine.Stage.Executions["a"]);
        Assert.Equal(3, (await engine.EventsAsync(again)).Count(e => e.Data?.Cached == true));
    }

    [Fact]
    public async Task A_changed_effect_needs_to_be_allowed_and_then_what_follows_runs_too()
    {
        Guid first = await engine.StartAsync(Two(), new { q = "q" });
        await engine.Engine.WaitAsync(first, TestContext.Current.CancellationToken);

        RunRow refused = await engine.RunAsync(Two("{{ a.text }}X"), new { q = "q" }, new RunOptions { ReplayOf = first });
        Assert.Equal("replay.effectChanged", refused.Error!.Code);
        RunRow allowed = await engine.RunAsync(Two("{{ a.text }}X"), new { q = "q" }, new RunOptions { ReplayOf = first, AllowEffects = true });
        Assert.Equal("qAXC", EngineHarness.Text(allowed));
        Assert.Equal((1, 2, 2), (engine.Stage.Executions["a"], engine.Stage.Executions["b"], engine.Stage.Executions["c"]));
    }

    [Fact]
    public async Task A_run_goes_on_from_its_failed_step()
    {
        FlowVersion flow = Two(fail: 1);
        Guid failed = await engine.StartAsync(flow, new { q = "q" });
        Assert.Equal(RunState.Failed, (await engine.Engine.WaitAsync(failed, TestContext.Current.CancellationToken)).State);

        RunRow again = await engine.RunAsync(flow, new { q = "q" }, new RunOptions { ReplayOf = failed, AllowEffects = true });
        Assert.Equal("qABC", EngineHarness.Text(again));
        Assert.Equal((1, 2), (engine.Stage.Executions["a"], engine.Stage.Executions["b"]));
    }

    [Fact]
    public async Task One_node_runs_alone_with_the_values_of_an_earlier_run()
    {
        Guid first = await engine.StartAsync(Two(), new { q = "q" });
        await engine.Engine.WaitAsync(first, TestContext.Current.CancellationToken);

        RunRow one = await engine.RunAsync(Two("{{ a.text }}!"), new { q = "other" }, new RunOptions { ReplayOf = first, Target = new RunTarget("b", Only: true) });
        Assert.Equal("qA!", one.Output!.Value.GetProperty("text").GetString());
        Assert.Equal((1, 2, 1), (engine.Stage.Executions["a"], engine.Stage.Executions["b"], engine.Stage.Executions["c"]));
    }

    [Fact]
    public async Task Pins_stand_in_for_nodes_that_never_ran()
    {
        RunRow one = await engine.RunAsync(Draft(Two()), null, new RunOptions { Target = new RunTarget("b", Only: true), Pins = Pinned("a", new { text = "pinned" }) });
        Assert.Equal("pinnedB", one.Output!.Value.GetProperty("text").GetString());
    }

    private static FlowVersion Draft(FlowVersion flow) => flow with { Version = "draft@1" };

    private static Dictionary<string, Pin> Pinned(string node, object outputs, string port = "out") => new() { [node] = new Pin(JsonSerializer.SerializeToElement(outputs), port) };

    [Fact]
    public async Task In_a_whole_run_pinned_nodes_are_not_executed_and_leave_by_their_port()
    {
        RunRow row = await engine.RunAsync(Draft(Two()), new { q = "q" }, new RunOptions { Pins = Pinned("b", new { text = "P" }) });
        Assert.Equal("PC", EngineHarness.Text(row));
        Assert.Equal((1, false, 1), (engine.Stage.Executions["a"], engine.Stage.Executions.ContainsKey("b"), engine.Stage.Executions["c"]));
        Assert.True((await engine.EventsAsync(row.Id)).Single(e => e.Step == "b" && e.Type == RunEventType.StepCompleted).Data!.Cached);

        FlowVersion routed = Draft(Flow.Of("""
            start start
            way route {"port":"a"}
            left answer {"text":"left"}
            right answer {"text":"right"}
            """, "start -> way, way:a -> left, way:b -> right"));
        Assert.Equal("right", EngineHarness.Text(await engine.RunAsync(routed, null, new RunOptions { Pins = Pinned("way", new { port = "b" }, "b") })));
    }

    [Fact]
    public async Task A_pinned_container_does_not_enter_its_body_and_a_pinned_body_node_stands_in_every_round()
    {
        FlowVersion flow = Draft(Flow.Of("""
            start start
            loop loop {"items":[1,2],"collect":"{{ w.text }}"}
            end answer {"value":"{{ loop.results }}"}
            """, "start -> loop -> end", n => n.With("loop", x => x with { Children = new ChildGraph { Nodes = Flow.Nodes("w work {\"text\":\"w\"}") } })));
        RunRow whole = await engine.RunAsync(flow, null, new RunOptions { Pins = Pinned("loop", new { results = new[] { "p" } }) });
        Assert.Equal("""["p"]""", whole.Output!.Value.GetProperty("value").GetRawText());
        Assert.Empty(engine.Stage.Executions);

        RunRow body = await engine.RunAsync(flow, null, new RunOptions { Pins = Pinned("w", new { text = "x" }) });
        Assert.Equal("""["x","x"]""", body.Output!.Value.GetProperty("value").GetRawText());
        Assert.Equal(["loop"], engine.Stage.Executions.Keys);
    }

    [Fact]
    public async Task What_does_not_fit_the_node_fails_its_step_and_the_target_itself_always_runs()
    {
        RunRow unfit = await engine.RunAsync(Draft(Two()), new { q = "q" }, new RunOptions { Pins = Pinned("b", new { text = new[] { 1 } }) });
        Assert.Equal(("pin.type", "b"), (unfit.Error!.Code, unfit.Error.Step));

        RunRow upTo = await engine.RunAsync(Draft(Two()), new { q = "q" }, new RunOptions { Target = new RunTarget("b", Only: false), Pins = Pinned("b", new { text = "P" }) });
        Assert.Equal("qAB", upTo.Output!.Value.GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_published_version_takes_neither_pins_nor_breakpoints()
    {
        FlowProblemsException pins = await Assert.ThrowsAsync<FlowProblemsException>(() => engine.StartAsync(Two(), options: new RunOptions { Pins = Pinned("a", new { text = "x" }) }));
        FlowProblemsException stops = await Assert.ThrowsAsync<FlowProblemsException>(() => engine.StartAsync(Two(), options: new RunOptions { Breakpoints = ["a"] }));
        Assert.Equal(["debug.published", "debug.published"], [pins.Problems[0].Code, stops.Problems[0].Code]);
    }

    [Fact]
    public async Task What_a_run_executed_can_be_had_again()
    {
        FlowVersion flow = Two();
        RunRow row = await engine.RunAsync(flow, new { q = "q" });
        FlowVersion? again = await engine.Engine.VersionOfAsync(row.Id, TestContext.Current.CancellationToken);
        Assert.Equal((flow.Version, 5), (again!.Version, again.Document.Nodes.Count));
        Assert.Null(await engine.Engine.VersionOfAsync(Guid.NewGuid(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Run_to_here_stops_there()
    {
        RunRow upTo = await engine.RunAsync(Two(), new { q = "q" }, new RunOptions { Target = new RunTarget("b", Only: false) });
        Assert.Equal("qAB", upTo.Output!.Value.GetProperty("text").GetString());
        Assert.False(engine.Stage.Executions.ContainsKey("c"));
    }
}
