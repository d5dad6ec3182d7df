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
        RunRow one = await engine.RunAsync(Two(), null, new RunOptions
        {
            Target = new RunTarget("b", Only: true),
            Pins = new Dictionary<string, JsonElement> { ["a"] = JsonSerializer.SerializeToElement(new { text = "pinned" }) },
        });
        Assert.Equal("pinnedB", one.Output!.Value.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Run_to_here_stops_there()
    {
        RunRow upTo = await engine.RunAsync(Two(), new { q = "q" }, new RunOptions { Target = new RunTarget("b", Only: false) });
        Assert.Equal("qAB", upTo.Output!.Value.GetProperty("text").GetString());
        Assert.False(engine.Stage.Executions.ContainsKey("c"));
    }
}
