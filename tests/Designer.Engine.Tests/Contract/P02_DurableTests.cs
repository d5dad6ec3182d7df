using Designer.Flows;

namespace Designer.Engine.Tests.Contract;

/// <summary>Durable: after a crash every unfinished run goes on; finished steps are never executed again.</summary>
public sealed class P02_DurableTests
{
    private readonly EngineHarness engine = new();

    [Fact]
    public async Task After_a_crash_the_interrupted_effect_runs_again_with_the_same_key_and_finished_steps_do_not()
    {
        FlowVersion flow = Flow.Of("""
            start start
            done work {"text":"D"}
            hurt work {"text":"{{ done.text }}H","gate":"hurt"}
            end answer {"text":"{{ hurt.text }}"}
            """, "start -> done -> hurt -> end");
        Guid run = await engine.StartAsync(flow);
        await engine.Stage.Reached("hurt");

        Assert.Equal(1, await engine.Restart());
        engine.Stage.Gate("hurt").SetResult();
        RunRow row = await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken);

        Assert.Equal("DH", EngineHarness.Text(row));
        Assert.Equal(1, engine.Stage.Executions["done"]);
        Assert.Equal(2, engine.Stage.Executions["hurt"]);
        Assert.Equal([$"{run:N}/hurt"], engine.Stage.IdempotencyKeys.Where(k => k.EndsWith("hurt", StringComparison.Ordinal)).Distinct());
        List<RunEvent> events = await engine.EventsAsync(run);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(e => e.Seq));
    }

    [Fact]
    public async Task A_step_that_must_not_be_repeated_asks_a_person_first()
    {
        FlowVersion flow = Flow.Of("""
            start start
            once once {"gate":"once"}
            end answer {"text":"{{ once.done }}"}
            """, "start -> once -> end");
        Guid run = await engine.StartAsync(flow);
        await engine.Stage.Reached("once");
        await engine.Restart();

        Assert.Equal(RunState.Waiting, (await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken)).State);
        Assert.Equal(1, engine.Stage.Executions["once"]);
        engine.Stage.Gate("once").SetResult();
        await engine.Engine.AnswerAsync(run, "once", new HumanAnswer("repeat"), TestContext.Current.CancellationToken);
        Assert.Equal("true", EngineHarness.Text(await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken)));
        Assert.Equal(2, engine.Stage.Executions["once"]);
    }

    [Fact]
    public async Task It_asks_too_when_the_process_died_before_the_start_was_in_the_log()
    {
        engine.Stage.Arriving = engine.Log.Crash;
        Guid run = await engine.StartAsync(Flow.Of("start start\nonce once {\"gate\":\"once\"}", "start -> once"));
        await engine.Stage.Reached("once");
        engine.Stage.Arriving = null;
        await engine.Restart();

        Assert.Equal(RunState.Waiting, (await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken)).State);
        Assert.Equal(1, engine.Stage.Executions["once"]);
        Assert.Single(await engine.Log.ReadAsync(run, 1, TestContext.Current.CancellationToken).Where(e => e is { Step: "once", Type: RunEventType.StepStarted }).ToListAsync());
    }

    [Fact]
    public async Task A_process_that_lost_its_run_can_no_longer_write_to_it()
    {
        FlowVersion flow = Flow.Of("""
            start start
            w work {"text":"W","gate":"w"}
            end answer {"text":"{{ w.text }}"}
            """, "start -> w -> end");
        Guid run = await engine.StartAsync(flow);
        await engine.Stage.Reached("w");
        // The old process is still there (frozen), but its log no longer takes its epoch.
        await engine.Restart();
        engine.Stage.Gate("w").SetResult();

        RunRow row = await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken);
        Assert.Equal("W", EngineHarness.Text(row));
        Assert.Single(await engine.EventsAsync(run), e => e.Type == RunEventType.RunCompleted);
    }

    [Fact]
    public async Task Join_of_kind_any_sees_after_a_crash_what_it_saw_before()
    {
        FlowVersion flow = Flow.Of("""
            start start
            fast work {"text":"F"}
            slow work {"text":"S","gate":"slow"}
            first work {"text":"{{ fast.text }}{{ slow.text }}","gate":"first"}
            end answer {"text":"{{ first.text }}"}
            """, "start -> fast -> first, start -> slow -> first, first -> end", n => n.With("first", x => x with { Join = "any" }));
        Guid run = await engine.StartAsync(flow);
        await engine.Stage.Reached("first");
        engine.Stage.Gate("slow").SetResult();
        await foreach (RunEvent e in engine.Engine.WatchAsync(run, 1, TestContext.Current.CancellationToken))
            if (e is { Step: "slow", Type: RunEventType.StepCompleted }) break;

        await engine.Restart();
        engine.Stage.Gate("first").SetResult();
        Assert.Equal("F", EngineHarness.Text(await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task Two_processes_on_one_log_do_not_take_each_others_living_runs()
    {
        Guid run = await engine.StartAsync(Flow.Of("""
            start start
            w work {"text":"W","gate":"w"}
            end answer {"text":"{{ w.text }}"}
            """, "start -> w -> end"));
        await engine.Stage.Reached("w");
        IFlowEngine other = engine.SecondProcess();

        Assert.Equal(0, await other.ResumeAsync(TestContext.Current.CancellationToken));
        engine.Stage.Gate("w").SetResult();
        // A reader in the other process still sees the whole run.
        Assert.Equal("W", EngineHarness.Text(await other.WaitAsync(run, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task What_a_person_does_not_want_repeated_is_not_repeated_after_another_crash()
    {
        Guid run = await engine.StartAsync(Flow.Of("""
            start start
            once once {"gate":"once"}
            end answer {"text":"{{ once.done }}"}
            """, "start -> once -> end"));
        await engine.Stage.Reached("once");
        await engine.Restart();
        await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken);
        await engine.Restart();
        await engine.Engine.AnswerAsync(run, "once", new HumanAnswer("fail"), TestContext.Current.CancellationToken);

        RunRow row = await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken);
        Assert.Equal((RunState.Failed, "step.interrupted"), (row.State, row.Error?.Code));
        Assert.Equal(1, engine.Stage.Executions["once"]);
    }

    [Fact]
    public async Task Many_rounds_at_once_take_a_run_up_once()
    {
        Guid run = await engine.StartAsync(Flow.Of("""
            start start
            w work {"text":"W","gate":"w"}
            end answer {"text":"{{ w.text }}"}
            """, "start -> w -> end"));
        await engine.Stage.Reached("w");
        Task<int> restart = engine.Restart();
        int[] taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => engine.Engine.ResumeAsync().AsTask())));
        Assert.Equal(1, taken.Sum() + await restart);

        engine.Stage.Gate("w").SetResult();
        Assert.Equal("W", EngineHarness.Text(await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task Attempts_and_usage_go_on_counting_after_a_crash()
    {
        FlowVersion flow = Flow.Of("""
            start start
            w work {"fail":1,"cost":10,"gate":"w"}
            again work {"gate":"again"}
            end answer {"text":"{{ w.attempt }}"}
            """, "start -> w -> again -> end", n => n.With("w", x => x with { Retry = new RetryPolicy(2, "none", "1ms") }));
        Guid run = await engine.StartAsync(flow);
        engine.Stage.Gate("w").SetResult();
        await engine.Stage.Reached("again");
        await engine.Restart();
        engine.Stage.Gate("again").SetResult();

        RunRow row = await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken);
        Assert.Equal("2", EngineHarness.Text(row));
        // The failed attempt consumed something as well.
        Assert.Equal((20, 2), (row.Usage.InputTokens + row.Usage.OutputTokens, row.Usage.ModelCalls));
    }

    [Fact]
    public async Task A_disabled_node_lets_a_resumed_run_through()
    {
        FlowVersion flow = Flow.Of("""
            start start
            off text {"text":"off"}
            done work {"text":"D"}
            hurt work {"text":"H","gate":"hurt"}
            end answer {"text":"{{ done.text }}{{ hurt.text }}"}
            """, "start -> off -> done -> hurt -> end", n => n.With("off", x => x with { Disabled = true }));
        Guid run = await engine.StartAsync(flow);
        await engine.Stage.Reached("hurt");
        await engine.Restart();
        engine.Stage.Gate("hurt").SetResult();

        Assert.Equal("DH", EngineHarness.Text(await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken)));
        Assert.Single(await engine.EventsAsync(run), e => e is { Step: "off", Type: RunEventType.StepSkipped });
    }
}
