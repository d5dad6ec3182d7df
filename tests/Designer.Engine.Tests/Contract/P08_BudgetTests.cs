using Designer.Flows;
using Microsoft.Extensions.Time.Testing;

namespace Designer.Engine.Tests.Contract;

/// <summary>Budgets: ceilings per run, reserved before, settled after, inherited by bodies, agents and sub-flows.</summary>
public sealed class P08_BudgetTests
{
    private readonly EngineHarness engine = new();

    private static FlowVersion Spending() => Flow.Of("""
        start start
        a work {"cost":60}
        b work {"cost":60}
        end answer {"text":"{{ b.text }}ok"}
        """, "start -> a -> b -> end");

    [Theory]
    [InlineData(120, RunState.Completed)]
    [InlineData(119, RunState.Failed)]
    public async Task Tokens_have_a_ceiling(long ceiling, RunState expected)
    {
        RunRow row = await engine.RunAsync(Spending(), options: new RunOptions { Budget = new Budget(Tokens: ceiling) });
        Assert.Equal(expected, row.State);
        if (expected == RunState.Failed) Assert.Equal("budget.exceeded", row.Error!.Code);
        Assert.Equal(expected == RunState.Completed ? 120 : 60, row.Usage.InputTokens);
    }

    [Fact]
    public async Task Steps_have_a_ceiling_that_a_loop_cannot_pass()
    {
        FlowVersion flow = Flow.Of("""
            start start
            loop loop {"items":[1,2,3,4,5,6,7,8,9,10],"collect":"{{ t.text }}"}
            end answer {"value":"{{ loop.results }}"}
            """, "start -> loop -> end", n => n.With("loop", x => x with { Children = new ChildGraph { Nodes = Flow.Nodes("""t text {"text":"x"}""") } }));
        RunRow row = await engine.RunAsync(flow, options: new RunOptions { Budget = new Budget(Steps: 6) });
        Assert.Equal((RunState.Failed, "budget.exceeded"), (row.State, row.Error!.Code));
    }

    [Fact]
    public async Task Wall_time_has_a_ceiling()
    {
        FakeTimeProvider clock = new();
        EngineHarness timed = new(clock: clock);
        Guid run = await timed.StartAsync(Flow.Of("""
            start start
            w work {"gate":"never"}
            end answer {"text":"{{ w.text }}"}
            """, "start -> w -> end"), options: new RunOptions { Budget = new Budget(WallTime: TimeSpan.FromMinutes(1)) });
        await timed.Stage.Reached("never");
        clock.Advance(TimeSpan.FromMinutes(2));
        await timed.Engine.ResumeAsync(TestContext.Current.CancellationToken);
        Assert.Equal("budget.exceeded", (await timed.Engine.WaitAsync(run, TestContext.Current.CancellationToken)).Error!.Code);
    }

    [Fact]
    public async Task Wall_time_goes_on_counting_after_a_crash_but_not_while_people_think()
    {
        FakeTimeProvider clock = new();
        EngineHarness timed = new(clock: clock);
        Guid run = await timed.StartAsync(Flow.Of("""
            start start
            a work {"gate":"a"}
            ask ask {}
            b work {"gate":"b"}
            """, "start -> a -> ask, ask:yes -> b"), options: new RunOptions { Budget = new Budget(WallTime: TimeSpan.FromMinutes(1)) });
        await timed.Stage.Reached("a");
        clock.Advance(TimeSpan.FromSeconds(40));
        timed.Stage.Gate("a").SetResult();
        await timed.Engine.WaitAsync(run, TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromDays(1));
        await timed.Engine.AnswerAsync(run, "ask", new HumanAnswer("yes"), TestContext.Current.CancellationToken);
        await timed.Stage.Reached("b");
        clock.Advance(TimeSpan.FromSeconds(15));
        await timed.Restart();
        Assert.Equal(RunState.Running, (await timed.Engine.FindAsync(run))!.State);

        clock.Advance(TimeSpan.FromSeconds(25));
        await timed.Engine.ResumeAsync(TestContext.Current.CancellationToken);
        Assert.Equal("budget.exceeded", (await timed.Engine.WaitAsync(run, TestContext.Current.CancellationToken)).Error!.Code);
    }

    [Fact]
    public async Task What_was_consumed_before_a_crash_still_counts()
    {
        FlowVersion flow = Flow.Of("""
            start start
            a work {"cost":60}
            b work {"cost":60,"gate":"b"}
            end answer {"text":"ok"}
            """, "start -> a -> b -> end");
        Guid run = await engine.StartAsync(flow, options: new RunOptions { Budget = new Budget(Tokens: 100) });
        await engine.Stage.Reached("b");
        await engine.Restart();
        engine.Stage.Gate("b").SetResult();
        Assert.Equal("budget.exceeded", (await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken)).Error!.Code);
    }
}
