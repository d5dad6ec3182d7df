using Designer.Flows;

namespace Designer.Engine.Tests.Contract;

/// <summary>True parallelism: a slow branch never holds back a quick one; only a join waits.</summary>
public sealed class P01_ParallelismTests
{
    private readonly EngineHarness engine = new();

    [Fact]
    public async Task A_quick_branch_of_three_steps_finishes_while_the_slow_one_still_works()
    {
        FlowVersion flow = Flow.Of("""
            start start
            slow work {"gate":"slow","text":"S"}
            q1 work {"text":"1"}
            q2 work {"text":"{{ q1.text }}2"}
            q3 work {"text":"{{ q2.text }}3","gate":"quick"}
            end answer {"text":"{{ slow.text }}{{ q3.text }}"}
            """, "start -> slow -> end, start -> q1 -> q2 -> q3 -> end");

        Guid run = await engine.StartAsync(flow);
        await engine.Stage.Reached("slow");
        await engine.Stage.Reached("quick");
        engine.Stage.Gate("quick").SetResult();
        Assert.Equal(RunState.Running, (await engine.Engine.FindAsync(run))!.State);
        engine.Stage.Gate("slow").SetResult();

        Assert.Equal("S123", EngineHarness.Text(await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task All_effects_of_a_fan_out_run_at_the_same_time()
    {
        string names = string.Join('\n', Enumerable.Range(0, 20).Select(i => $$"""w{{i}} work {"gate":"g{{i}}","text":"{{i}}"}"""));
        string edges = string.Join(", ", Enumerable.Range(0, 20).Select(i => $"start -> w{i} -> end"));
        Guid run = await engine.StartAsync(Flow.Of($"start start\n{names}\nend answer {{\"text\":\"done\"}}", edges));

        // Each waits at its own gate; that all arrive proves that none waits for another.
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => engine.Stage.Reached($"g{i}")));
        for (int i = 0; i < 20; i++) engine.Stage.Gate($"g{i}").SetResult();
        Assert.Equal("done", EngineHarness.Text(await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken)));
    }
}
