using Designer.Flows;

namespace Designer.Engine.Tests.Contract;

/// <summary>Edges, ports, joins and skips: joins never hang and never fire early.</summary>
public sealed class P00_GraphTests
{
    private readonly EngineHarness engine = new();

    [Fact]
    public async Task A_flow_runs_from_start_to_answer_and_its_events_are_numbered_without_gaps()
    {
        FlowVersion flow = Flow.Of("""
            start start {"inputs":[{"name":"who"}]}
            hello text {"text":"Hello {{ start.who }}"}
            end answer {"text":"{{ hello.text }}!"}
            """, "start -> hello -> end");

        Guid run = await engine.StartAsync(flow, new { who = "Ada" });
        RunRow row = await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken);

        Assert.Equal("Hello Ada!", EngineHarness.Text(row));
        List<RunEvent> events = await engine.EventsAsync(run);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(e => e.Seq));
        Assert.Equal(RunEventType.RunStarted, events[0].Type);
        Assert.Equal(RunEventType.RunCompleted, events[^1].Type);
    }

    [Theory]
    [InlineData("a", "A")]
    [InlineData("b", "B")]
    public async Task Only_the_taken_branch_runs_and_the_join_takes_what_there_is(string port, string expected)
    {
        FlowVersion flow = Flow.Of("""
            start start {"inputs":[{"name":"port"}]}
            route route {"port":"{{ start.port }}"}
            left text {"text":"A"}
            right text {"text":"B"}
            after text {"text":"{{ right.text }}"}
            end answer {"text":"{{ left.text }}{{ after.text }}"}
            """, "start -> route, route:a -> left -> end, route:b -> right -> after -> end");

        Guid run = await engine.StartAsync(flow, new { port });
        RunRow row = await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken);

        Assert.Equal(expected, EngineHarness.Text(row));
        string[] skipped = [.. (await engine.EventsAsync(run)).Where(e => e.Type == RunEventType.StepSkipped).Select(e => e.Step!)];
        Assert.Equal(port == "a" ? ["right", "after"] : ["left"], skipped);
    }

    [Fact]
    public async Task A_node_whose_branches_are_all_skipped_is_skipped_too_and_the_run_still_ends()
    {
        FlowVersion flow = Flow.Of("""
            start start
            route route {"port":"a"}
            x text {"text":"x"}
            y text {"text":"{{ x.text }}"}
            ok answer {"text":"ok"}
            """, "start -> route, route:b -> x -> y, route:a -> ok");

        Assert.Equal("ok", EngineHarness.Text(await engine.RunAsync(flow)));
        Assert.Empty(engine.Stage.Executions);
    }

    [Fact]
    public async Task A_join_of_kind_any_starts_once_at_the_first_edge_and_its_inputs_stay_as_they_were()
    {
        FlowVersion flow = Flow.Of("""
            start start
            fast work {"text":"F"}
            slow work {"text":"S","gate":"slow"}
            first text {"text":"{{ fast.text }}{{ slow.text }}"}
            hold work {"text":"{{ first.text }}","gate":"hold"}
            end answer {"text":"{{ hold.text }}"}
            """, "start -> fast -> first, start -> slow -> first, first -> hold -> end",
            n => n.With("first", x => x with { Join = "any" }));

        Guid run = await engine.StartAsync(flow);
        await engine.Stage.Reached("hold");
        engine.Stage.Gate("slow").SetResult();
        engine.Stage.Gate("hold").SetResult();
        RunRow row = await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken);

        Assert.Equal("F", EngineHarness.Text(row));
        Assert.Equal(1, engine.Stage.Executions["first"]);
    }

    [Fact]
    public async Task A_disabled_node_passes_through()
    {
        FlowVersion flow = Flow.Of("""
            start start
            off text {"text":"never"}
            end answer {"text":"[{{ off.text }}]"}
            """, "start -> off -> end", n => n.With("off", x => x with { Disabled = true }));

        Assert.Equal("[]", EngineHarness.Text(await engine.RunAsync(flow)));
        Assert.Empty(engine.Stage.Executions);
    }

    [Fact]
    public async Task Variables_are_set_by_the_node_that_sets_them_and_seen_by_what_follows()
    {
        FlowVersion flow = Flow.Of("""
            start start
            before text {"text":"{{ vars.tone }}"}
            set set {"name":"tone","value":"stern"}
            end answer {"text":"{{ before.text }} then {{ vars.tone }}"}
            """, "start -> before -> set -> end",
            variables: [new FlowVariable { Name = "tone", Default = System.Text.Json.JsonSerializer.SerializeToElement("friendly") }]);

        Assert.Equal("friendly then stern", EngineHarness.Text(await engine.RunAsync(flow)));
    }

    [Fact]
    public async Task A_loop_collects_in_item_order_though_its_items_finish_in_another()
    {
        FlowVersion flow = Flow.Of("""
            start start {"inputs":[{"name":"items"}]}
            loop loop {"items":"{{ start.items }}","collect":"{{ say.text }}","parallel":true}
            end answer {"value":"{{ loop.results }}"}
            """, "start -> loop -> end", n => n.With("loop", x => x with
        {
            Children = new ChildGraph
            {
                Nodes = Flow.Nodes("""
                        fetch work {"text":"{{ each.item }}","gate":"{{ each.item }}"}
                        say text {"text":"{{ each.index }}:{{ fetch.text }}"}
                        """),
                Edges = Flow.Edges("fetch -> say"),
            },
        }));

        Guid run = await engine.StartAsync(flow, new { items = new[] { "x", "y", "z" } });
        foreach (string item in new[] { "z", "y", "x" })
        {
            await engine.Stage.Reached(item);
            engine.Stage.Gate(item).SetResult();
        }
        RunRow row = await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken);

        Assert.Equal("""["0:x","1:y","2:z"]""", row.Output!.Value.GetProperty("value").GetRawText());
        Assert.Equal(["loop", "loop#0/fetch", "loop#0/say", "loop#1/fetch", "loop#1/say", "loop#2/fetch", "loop#2/say"], engine.Stage.Executions.Keys.Order());
    }

    [Fact]
    public async Task A_loop_over_nothing_gives_nothing()
    {
        FlowVersion flow = Flow.Of("""
            start start
            loop loop {"items":[],"collect":"{{ say.text }}"}
            end answer {"value":"{{ loop.results }}"}
            """, "start -> loop -> end", n => n.With("loop", x => x with { Children = new ChildGraph { Nodes = Flow.Nodes("say text {\"text\":\"x\"}") } }));

        Assert.Equal("[]", (await engine.RunAsync(flow)).Output!.Value.GetProperty("value").GetRawText());
    }

    [Fact]
    public async Task A_sub_flow_runs_inside_the_run_and_gives_its_answer()
    {
        engine.Published["inner"] = Flow.Of("""
            start start {"inputs":[{"name":"n"}]}
            end answer {"text":"inner {{ start.n }}"}
            """, "start -> end");
        FlowVersion flow = Flow.Of("""
            start start {"inputs":[{"name":"n"}]}
            sub subflow {"flow":"@slot:inner","input":{"n":"{{ start.n }}"}}
            end answer {"text":"outer({{ sub.output.text }})"}
            """, "start -> sub -> end", flowSlots: new() { ["inner"] = "inner" });

        Guid run = await engine.StartAsync(flow, new { n = 7 });
        Assert.Equal("outer(inner 7)", EngineHarness.Text(await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken)));
        Assert.Contains(await engine.EventsAsync(run), e => e.Step == "sub/end" && e.Type == RunEventType.StepCompleted);
    }

    [Fact]
    public async Task An_agent_shows_each_turn_and_each_call_as_a_step_of_its_own()
    {
        Guid run = await engine.StartAsync(Agent());
        Assert.Equal("got t1 got t2", EngineHarness.Text(await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken)));
        string[] steps = [.. (await engine.EventsAsync(run)).Where(e => e.Type == RunEventType.StepCompleted).Select(e => e.Step!)];
        Assert.Equal(["start", "agent/turn#1", "agent/turn#1/call#1", "agent/turn#2", "agent/turn#2/call#1", "agent", "end"], steps);
    }

    internal static FlowVersion Agent(string toolSettings = "\"text\":\"got {{ args.word }}\"") => Flow.Of($$$"""
        start start
        agent agent {"turns":2}
        tool work { {{{toolSettings}}} }
        end answer {"text":"{{ agent.text }}"}
        """, "start -> agent -> end, agent:tools -> tool:tool");
}
