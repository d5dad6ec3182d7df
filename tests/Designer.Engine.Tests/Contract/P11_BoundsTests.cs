using Designer.Flows;

namespace Designer.Engine.Tests.Contract;

/// <summary>Bounded: admission in total and per workspace; secrets never reach the record.</summary>
public sealed class P11_BoundsTests
{
    private static readonly FlowVersion Holding = Flow.Of("""
        start start {"inputs":[{"name":"gate"}]}
        w work {"gate":"{{ start.gate }}"}
        end answer {"text":"done"}
        """, "start -> w -> end");

    [Fact]
    public async Task Over_the_ceiling_a_run_is_refused_or_waits_in_line_if_asked()
    {
        EngineHarness engine = new(new EngineOptions { MaxRuns = 1, PollInterval = TimeSpan.FromMilliseconds(5) });
        Guid first = await engine.StartAsync(Holding, new { gate = "first" });
        await engine.Stage.Reached("first");

        await Assert.ThrowsAsync<EngineBusyException>(() => engine.StartAsync(Holding, new { gate = "x" }));
        Task<Guid> queued = engine.StartAsync(Holding, new { gate = "second" }, new RunOptions { Queue = true });
        Assert.False(queued.IsCompleted);
        engine.Stage.Gate("first").SetResult();
        engine.Stage.Gate("second").SetResult();
        Assert.Equal("done", EngineHarness.Text(await engine.Engine.WaitAsync(await queued, TestContext.Current.CancellationToken)));
        Assert.Equal("done", EngineHarness.Text(await engine.Engine.WaitAsync(first, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task A_workspace_that_floods_leaves_room_for_the_others()
    {
        EngineHarness engine = new(new EngineOptions { MaxRuns = 10, MaxRunsPerWorkspace = 2, PollInterval = TimeSpan.FromMilliseconds(5) });
        await engine.StartAsync(Holding, new { gate = "a" });
        await engine.StartAsync(Holding, new { gate = "b" });
        await Assert.ThrowsAsync<EngineBusyException>(() => engine.StartAsync(Holding, new { gate = "c" }));

        FlowVersion other = Holding with { WorkspaceId = Guid.CreateVersion7() };
        Guid run = await engine.StartAsync(other, new { gate = "d" });
        engine.Stage.Gate("d").SetResult();
        Assert.Equal("done", EngineHarness.Text(await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task A_credential_that_a_step_puts_out_is_masked_before_the_commit_and_for_what_follows()
    {
        EngineHarness engine = new();
        engine.Credentials["crm"] = "s3cr3t-\"value\"";
        FlowVersion flow = Flow.Of("""
            start start
            leak work {"text":"token=","secret":"crm"}
            next text {"text":"{{ leak.text }}"}
            end answer {"text":"{{ next.text }}"}
            """, "start -> leak -> next -> end");
        Guid run = await engine.StartAsync(flow);
        RunRow row = await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken);

        Assert.Equal("token=[secret]", EngineHarness.Text(row));
        Assert.DoesNotContain("s3cr3t", string.Concat((await engine.EventsAsync(run)).Select(e => FlowValue.ToText(e.Data))), StringComparison.Ordinal);
    }
}

/// <summary>Measures the heap of the whole process, so nothing else may run beside it.</summary>
[Collection(nameof(P11_HeapTests))]
[CollectionDefinition(nameof(P11_HeapTests), DisableParallelization = true)]
public sealed class P11_HeapTests
{
    [Fact]
    public async Task Ten_thousand_runs_one_after_the_other_leave_nothing_behind()
    {
        EngineHarness engine = new();
        FlowVersion flow = Flow.Of("start start\nt text {\"text\":\"x\"}\nend answer {\"text\":\"{{ t.text }}\"}", "start -> t -> end");
        for (int i = 0; i < 100; i++) await engine.RunAsync(flow, options: new RunOptions { Record = RunRecord.Summary });
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < 10_000; i++) await engine.Engine.WaitAsync((await engine.Engine.StartAsync(flow, default, new RunOptions { Record = RunRecord.Summary })).Id);
        // The memory log keeps a row for each; nothing else may stay.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 10_000 * 1_500L);
    }
}
