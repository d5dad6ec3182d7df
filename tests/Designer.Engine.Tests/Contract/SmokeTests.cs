using Designer.Flows;

namespace Designer.Engine.Tests.Contract;

public sealed class SmokeTests
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
}
