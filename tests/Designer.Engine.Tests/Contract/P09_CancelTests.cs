using Designer.Flows;

namespace Designer.Engine.Tests.Contract;

/// <summary>Cancel reaches running steps, and the run ends as cancelled with its trace.</summary>
public sealed class P09_CancelTests
{
    private readonly EngineHarness engine = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_running_step_is_cancelled_whether_it_listens_or_not(bool deaf)
    {
        Guid run = await engine.StartAsync(Flow.Of($$$"""
            start start
            w work {"gate":"never","deaf":{{{(deaf ? "true" : "false")}}}}
            end answer {"text":"{{ w.text }}"}
            """, "start -> w -> end"));
        await engine.Stage.Reached("never");

        Assert.True(await engine.Engine.CancelAsync(run, TestContext.Current.CancellationToken));
        RunRow row = await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken);
        Assert.Equal(RunState.Cancelled, row.State);
        List<RunEvent> events = await engine.EventsAsync(run);
        Assert.Contains(events, e => e is { Step: "w", Type: RunEventType.StepCancelled });
        Assert.Equal(RunEventType.RunCancelled, events[^1].Type);
        Assert.False(await engine.Engine.CancelAsync(run, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_waiting_run_is_cancelled_too()
    {
        Guid run = await engine.StartAsync(Flow.Of("start start\nask ask {}\nend answer {\"text\":\"x\"}", "start -> ask, ask:yes -> end"));
        await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken);
        Assert.True(await engine.Engine.CancelAsync(run, TestContext.Current.CancellationToken));
        await foreach (RunEvent e in engine.Engine.WatchAsync(run, 1, TestContext.Current.CancellationToken)) { }
        Assert.Equal(RunState.Cancelled, (await engine.Engine.FindAsync(run, TestContext.Current.CancellationToken))!.State);
    }

    [Fact]
    public async Task Another_process_can_cancel()
    {
        Guid run = await engine.StartAsync(Flow.Of("start start\nw work {\"gate\":\"never\"}\nend answer {\"text\":\"x\"}", "start -> w -> end"));
        await engine.Stage.Reached("never");
        Assert.True(await engine.SecondProcess().CancelAsync(run, TestContext.Current.CancellationToken));
        await engine.Engine.ResumeAsync(TestContext.Current.CancellationToken);
        Assert.Equal(RunState.Cancelled, (await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken)).State);
    }
}
