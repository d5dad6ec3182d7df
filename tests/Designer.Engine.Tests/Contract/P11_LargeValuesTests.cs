using System.Text.Json;
using Designer.Flows;

namespace Designer.Engine.Tests.Contract;

/// <summary>Bounded: values over 256 KiB stand in the blob store and travel by reference in the log; whoever reads gets them whole or as previews.</summary>
public sealed class P11_LargeValuesTests
{
    private const int Large = 300 * 1024;
    private readonly EngineHarness engine = new();

    private static readonly FlowVersion Repeating = Flow.Of($$$"""
        start start {"inputs":[{"name":"q"}]}
        big big {"text":"{{ start.q }}","times":{{{Large}}}}
        hurt work {"text":"{{ big.text | size }}","gate":"hurt"}
        end answer {"text":"{{ hurt.text }} {{ big.text | slice: 0, 3 }}"}
        """, "start -> big -> hurt -> end");

    [Fact]
    public async Task After_a_crash_a_finished_step_with_a_large_output_is_not_executed_again_and_its_value_is_the_same()
    {
        Guid run = await engine.StartAsync(Repeating, new { q = "é" });
        await engine.Stage.Reached("hurt");
        Assert.Equal(1, await engine.Restart());
        engine.Stage.Gate("hurt").SetResult();

        Assert.Equal($"{Large} ééé", EngineHarness.Text(await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken)));
        Assert.Equal(1, engine.Stage.Executions["big"]);
        Assert.Equal(2, engine.Stage.Executions["hurt"]);
        Assert.Equal(new string('é', Large), Outputs(await engine.EventsAsync(run), "big").GetProperty("text").GetString());
    }

    [Fact]
    public async Task The_log_holds_a_reference_and_a_preview_and_no_large_line()
    {
        engine.Stage.Gate("hurt").SetResult();
        Guid run = await engine.StartAsync(Repeating, new { q = "x" });
        await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken);

        List<RunEvent> log = await engine.Log.ReadAsync(run, 1, TestContext.Current.CancellationToken).ToListAsync();
        Assert.Equal(Enumerable.Range(1, log.Count).Select(i => (long)i), log.Select(e => e.Seq));
        Assert.All(log, e => Assert.InRange(FlowValue.ToText(e.Data).Length, 0, 8_000));
        LargeValue value = log.Single(e => e is { Type: RunEventType.StepCompleted, Step: "big" }).Data!.Large!.Outputs!;
        Assert.StartsWith("{\"text\":\"xxx", value.Preview, StringComparison.Ordinal);
        Assert.True(await engine.Blobs.IsKeptAsync(EngineHarness.Workspace, value.Id!, run, default));
        using StreamReader blob = new((await engine.Blobs.OpenAsync(EngineHarness.Workspace, value.Id!, default))!);
        Assert.Equal(value.Size, (await blob.ReadToEndAsync(TestContext.Current.CancellationToken)).Length);
    }

    [Fact]
    public async Task Readers_get_values_whole_or_as_previews_also_from_another_process()
    {
        engine.Stage.Gate("hurt").SetResult();
        Guid run = await engine.StartAsync(Repeating, new { q = "x" });
        await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken);
        IFlowEngine other = engine.SecondProcess();

        List<RunEvent> whole = await other.WatchAsync(run, 1, TestContext.Current.CancellationToken).ToListAsync();
        Assert.Equal(Large, Outputs(whole, "big").GetProperty("text").GetString()!.Length);
        Assert.DoesNotContain(whole, e => e.Data?.Large is not null);
        List<RunEvent> previews = await other.WatchPreviewsAsync(run, 1, TestContext.Current.CancellationToken).ToListAsync();
        RunEvent big = previews.Single(e => e is { Type: RunEventType.StepCompleted, Step: "big" });
        Assert.Null(big.Data!.Outputs);
        Assert.InRange(big.Data.Large!.Outputs!.Size, Large, Large + 100);
        // What a reader gets of a value at hand is the same as of one from the log, but for the id.
        Assert.Equal(big.Data.Large.Outputs with { Id = null }, LargeEvents.Preview(whole.Single(e => e.Seq == big.Seq)).Data!.Large!.Outputs);
    }

    [Fact]
    public async Task A_large_input_is_kept_once_by_reference_and_nothing_a_caller_sends_passes_for_a_reference()
    {
        FlowVersion echo = Flow.Of("start start {\"inputs\":[{\"name\":\"q\"},{\"name\":\"large\"}]}\nt work {\"text\":\"{{ start.q }}\"}\nend answer {\"text\":\"{{ start.large.outputs.id }}\"}", "start -> t -> end");
        string q = new('q', Large);
        Guid run = await engine.StartAsync(echo, new { q, large = new { outputs = new { id = "mine", size = 1, preview = "" } } });
        Assert.Equal("mine", EngineHarness.Text(await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken)));

        List<RunEvent> log = await engine.Log.ReadAsync(run, 1, TestContext.Current.CancellationToken).ToListAsync();
        Assert.NotNull(log[0].Data!.Large!.Input);
        Assert.NotNull(log[0].Data!.Start);
        Assert.NotNull(log.Single(e => e is { Type: RunEventType.StepStarted, Step: "t" }).Data!.Large!.Inputs);
        List<RunEvent> whole = await engine.EventsAsync(run);
        Assert.Equal(q, FlowValue.ToJson(whole[0].Data!.Input).GetProperty("q").GetString());
    }

    [Fact]
    public async Task A_runs_row_holds_references_and_whoever_finds_the_run_gets_it_whole_or_as_a_preview()
    {
        foreach (RunRecord record in (RunRecord[])[RunRecord.Full, RunRecord.Summary])
        {
            FlowVersion echo = Flow.Of("start start {\"inputs\":[{\"name\":\"q\"}]}\nend answer {\"text\":\"{{ start.q }}\"}", "start -> end");
            string q = new('é', Large);
            RunRow ended = await engine.RunAsync(echo, new { q }, new RunOptions { Record = record });
            Assert.Equal(q, EngineHarness.Text(ended));

            RunRow row = (await engine.Log.FindAsync(ended.Id, default))!;
            Assert.Equal((JsonValueKind.Undefined, null), (row.Input.ValueKind, row.Output));
            Assert.True(await engine.Blobs.IsKeptAsync(EngineHarness.Workspace, row.Large!.Input!.Id!, ended.Id, default));
            Assert.True(await engine.Blobs.IsKeptAsync(EngineHarness.Workspace, row.Large.Output!.Id!, ended.Id, default));
            // The first event has the same value, which is kept once.
            List<RunEvent> log = await engine.Log.ReadAsync(ended.Id, 1, TestContext.Current.CancellationToken).ToListAsync();
            Assert.All(log.Where(e => e.Type == RunEventType.RunStarted), e => Assert.Equal(row.Large.Input, e.Data!.Large!.Input));

            IFlowEngine other = engine.SecondProcess();
            RunRow whole = (await other.FindAsync(ended.Id))!;
            Assert.Equal((q, q, null), (whole.Input.GetProperty("q").GetString(), EngineHarness.Text(whole), whole.Large));
            Assert.Equal(q, EngineHarness.Text(await other.WaitAsync(ended.Id, TestContext.Current.CancellationToken)));
            RunRow preview = (await other.FindPreviewAsync(ended.Id))!;
            Assert.Null(preview.Output);
            Assert.StartsWith("{\"text\":\"éé", preview.Large!.Output!.Preview, StringComparison.Ordinal);

            Assert.Equal(1, await engine.Log.PruneAsync(DateTimeOffset.MaxValue, default));
            await engine.Blobs.SweepAsync(DateTimeOffset.MaxValue, async (run, cancel) => await engine.Log.FindAsync(run, cancel) is not null, default);
            Assert.Null(await engine.Blobs.OpenAsync(EngineHarness.Workspace, row.Large.Output.Id!, default));
        }
    }

    [Fact]
    public async Task A_run_that_is_taken_up_has_its_large_input_and_one_whose_file_is_gone_ends_and_says_so()
    {
        FlowVersion waits = Flow.Of("start start {\"inputs\":[{\"name\":\"q\"}]}\nhurt work {\"text\":\"x\",\"gate\":\"hurt\"}\nend answer {\"text\":\"{{ start.q | size }}\"}", "start -> hurt -> end");
        Guid run = await engine.StartAsync(waits, new { q = new string('q', Large) });
        await engine.Stage.Reached("hurt");
        Assert.Equal(1, await engine.Restart());
        engine.Stage.Gate("hurt").SetResult();
        RunRow ended = await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken);
        Assert.Equal($"{Large}", EngineHarness.Text(ended));
        Assert.NotNull((await engine.Log.FindAsync(run, default))!.Large!.Input);

        EngineHarness lost = new();
        Guid gone = await lost.StartAsync(waits, new { q = new string('q', Large) });
        await lost.Stage.Reached("hurt");
        await lost.Blobs.SweepAsync(DateTimeOffset.MaxValue, (_, _) => new(false), default);
        await lost.Restart();
        RunRow row = await lost.Engine.WaitAsync(gone, TestContext.Current.CancellationToken);
        Assert.Equal("run.cannotResume", row.Error!.Code);
    }

    [Fact]
    public async Task An_input_that_is_long_for_its_white_space_only_is_kept_without()
    {
        FlowVersion echo = Flow.Of("start start {\"inputs\":[{\"name\":\"q\"}]}\nend answer {\"text\":\"{{ start.q }}\"}", "start -> end");
        JsonElement input = JsonElement.Parse("{\"q\":" + new string(' ', Large) + "\"x\"}");
        Guid run = (await engine.Engine.StartAsync(echo, input, RunOptions.Default, default)).Id;
        await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken);
        Assert.Equal("{\"q\":\"x\"}", (await engine.Log.FindAsync(run, default))!.Input.GetRawText());
    }

    [Fact]
    public async Task A_replay_takes_large_outputs_from_the_record()
    {
        engine.Stage.Gate("hurt").SetResult();
        FlowVersion flow = Flow.Of($$$"""
            start start
            big work {"text":"{{{new string('w', Large)}}}"}
            end answer {"text":"{{ big.text | size }}"}
            """, "start -> big -> end");
        Guid first = await engine.StartAsync(flow);
        await engine.Engine.WaitAsync(first, TestContext.Current.CancellationToken);
        await engine.Restart();

        RunRow again = await engine.RunAsync(flow, options: new RunOptions { ReplayOf = first });
        Assert.Equal($"{Large}", EngineHarness.Text(again));
        Assert.Equal(1, engine.Stage.Executions["big"]);
    }

    [Fact]
    public async Task A_credential_in_a_large_output_is_masked_in_the_blob_too()
    {
        engine.Credentials["crm"] = "s3cr3t-\"value\"";
        FlowVersion flow = Flow.Of($$$"""
            start start
            leak work {"text":"{{{new string('w', Large)}}}","secret":"crm"}
            next work {"text":"{{ leak.text }}"}
            """, "start -> leak -> next");
        Guid run = await engine.StartAsync(flow);
        await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken);

        await engine.Restart();
        List<RunEvent> events = await engine.EventsAsync(run);
        Assert.EndsWith("w[secret]", Outputs(events, "leak").GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", string.Concat(events.Select(e => FlowValue.ToText(e.Data))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_whose_large_output_is_gone_ends_and_says_so()
    {
        Guid run = await engine.StartAsync(Repeating, new { q = "x" });
        await engine.Stage.Reached("hurt");
        Assert.Equal(1, await engine.Blobs.SweepAsync(DateTimeOffset.MaxValue, (_, _) => new(false), default));
        await engine.Restart();

        RunRow row = await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken);
        Assert.Equal("run.cannotResume", row.Error!.Code);
        Assert.Contains("big", row.Error.Message, StringComparison.Ordinal);
        Assert.Equal(1, engine.Stage.Executions["big"]);
    }

    [Fact]
    public async Task Killed_anywhere_no_finished_step_runs_again_and_all_values_are_equal()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            EngineHarness random = new();
            Random dice = new(seed);
            int[] sizes = [.. Enumerable.Range(0, 6).Select(_ => dice.Next(2) == 0 ? dice.Next(1, 100) : dice.Next(LargeValue.Limit - 200, LargeValue.Limit + 200_000))];
            string nodes = "start start\n" + string.Concat(sizes.Select((size, i) => $"n{i} big {{\"text\":\"{(char)('a' + i)}\",\"times\":{size}}}\ng{i} work {{\"text\":\"{{{{ n{i}.text | size }}}}\",\"gate\":\"g{i}\"}}\n"))
                + "end answer {\"text\":\"" + string.Join(' ', sizes.Select((_, i) => $"{{{{ g{i}.text }}}}")) + "\"}";
            string edges = "start -> " + string.Join(" -> ", sizes.Select((_, i) => $"n{i} -> g{i}")) + " -> end";
            int killed = dice.Next(sizes.Length);
            for (int i = 0; i < sizes.Length; i++)
                if (i != killed) random.Stage.Gate($"g{i}").SetResult();

            Guid run = await random.StartAsync(Flow.Of(nodes, edges));
            await random.Stage.Reached($"g{killed}");
            await random.Restart();
            random.Stage.Gate($"g{killed}").SetResult();

            Assert.Equal(string.Join(' ', sizes), EngineHarness.Text(await random.Engine.WaitAsync(run, TestContext.Current.CancellationToken)));
            Assert.All(Enumerable.Range(0, sizes.Length), i => Assert.Equal(1, random.Stage.Executions[$"n{i}"]));
            List<RunEvent> events = await random.EventsAsync(run);
            for (int i = 0; i < sizes.Length; i++) Assert.Equal(new string((char)('a' + i), sizes[i]), Outputs(events, $"n{i}").GetProperty("text").GetString());
        }
    }

    private static JsonElement Outputs(List<RunEvent> events, string step) =>
        FlowValue.ToJson(events.Single(e => e.Type == RunEventType.StepCompleted && e.Step == step).Data!.Outputs);
}
