using System.Text.Json;
using CsCheck;
using Designer.Engine.Tests.RandomGraphs;
using Designer.Flows;

namespace Designer.Engine.Tests;

/// <summary>
/// Random flows (branches, joins of both kinds, loops, sub-flows, failures with every error mode, retries, people) against a naive interpreter:
/// straight, with crashes at random events, and with effects that end in random order.
/// </summary>
public sealed class RandomGraphTests
{
    private static readonly Gen<(int Size, int Seed)> Graphs = Gen.Select(Gen.Int[1, 10], Gen.Int[0, 10_000_000]);

    [Fact]
    public Task Agrees_with_a_naive_interpreter() =>
        Graphs.SampleAsync(g => CheckAsync(g.Size, g.Seed, shuffled: false, crashes: []), iter: 400, threads: 2);

    [Fact]
    public Task Agrees_when_effects_end_in_random_order() =>
        Graphs.SampleAsync(g => CheckAsync(g.Size, g.Seed, shuffled: true, crashes: []), iter: 400, threads: 2);

    [Fact]
    public Task Agrees_after_crashes_at_random_events() =>
        Gen.Select(Graphs, Gen.Int[1, 60].Array[1, 4]).SampleAsync(
            (g, crashes) => CheckAsync(g.Size, g.Seed, shuffled: g.Seed % 2 == 0, [.. crashes.Order()]), iter: 600, threads: 2);

    private static async Task CheckAsync(int size, int seed, bool shuffled, int[] crashes)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        IReadOnlyList<NodeSpec> graph = GraphSpec.Draw(size, seed);
        NaiveInterpreter expected = new();
        bool succeeds = expected.Run(graph);

        EngineHarness engine = new();
        engine.Stage.Log = engine.Log;
        if (shuffled) engine.Stage.Chaos = Chaos.Start(seed, limit.Token);
        FlowVersion flow = GraphSpec.Write(graph, engine.Published);
        Guid run = Guid.Empty;
        RunRow row;
        try
        {
            run = await engine.StartAsync(flow);
            row = await DriveAsync(engine, run, Decisions(graph), new Random(seed), new Queue<int>(crashes), limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            List<RunEvent> stuck = [];
            await foreach (RunEvent e in engine.Log.ReadAsync(run, 1, default)) stuck.Add(e);
            throw new InvalidOperationException($"The run hangs ({(await engine.Log.FindAsync(run, default))?.State}).\n{Flows.FlowJson.WriteText(flow.Document)}\n{Trace(stuck)}");
        }
        await limit.CancelAsync();

        List<RunEvent> events = await engine.EventsAsync(run);
        try
        {
            CheckEvents(events, crashes.Length);
            Assert.Empty(engine.Stage.Violations);
            CheckOutcome(expected, succeeds, row, events);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{e.Message}\n{FlowJson.WriteText(flow.Document)}\n{Trace(events)}\nrow: {row.State} {row.Error} {row.Output}", e);
        }
    }

    private static string Trace(List<RunEvent> events) => string.Join('\n', events.Select(e => $"{e.Seq} {e.Type} {e.Step} {e.Attempt} {e.Data?.Port} {e.Data?.Error?.Code} {(e.Data?.Outputs is { } o ? FlowValue.ToText(o) : "")}"));

    private static Dictionary<string, string> Decisions(IReadOnlyList<NodeSpec> level)
    {
        Dictionary<string, string> decisions = [];
        foreach (NodeSpec node in level)
        {
            if (node.Kind == Kind.Ask) decisions[node.Id] = node.Port;
            foreach ((string id, string decision) in Decisions(node.Body)) decisions[id] = decision;
        }
        return decisions;
    }

    /// <summary>Answers what people are asked, kills and restarts at the given events, until the run has ended.</summary>
    private static async Task<RunRow> DriveAsync(EngineHarness engine, Guid run, Dictionary<string, string> decisions, Random random, Queue<int> crashes, CancellationToken cancellation)
    {
        while (true)
        {
            using CancellationTokenSource life = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            Task<RunRow> settled = engine.Engine.WaitAsync(run, life.Token).AsTask();
            Task crash = crashes.Count == 0 ? Task.Delay(Timeout.Infinite, life.Token) : ReachedAsync(engine.Engine, run, crashes.Peek(), life.Token);
            Task first = await Task.WhenAny(settled, crash);
            if (first == crash)
            {
                cancellation.ThrowIfCancellationRequested();
                await life.CancelAsync();
                crashes.Dequeue();
                await engine.Restart();
                continue;
            }
            RunRow row = await settled;
            await life.CancelAsync();
            if (row.IsEnded) return row;
            await AnswerAsync(engine, run, decisions, random, cancellation);
        }
    }

    private static async Task ReachedAsync(IFlowEngine engine, Guid run, int seq, CancellationToken cancellation)
    {
        await foreach (RunEvent e in engine.WatchAsync(run, seq, cancellation))
            if (e.Seq >= seq) return;
        await Task.Delay(Timeout.Infinite, cancellation);
    }

    private static async Task AnswerAsync(EngineHarness engine, Guid run, Dictionary<string, string> decisions, Random random, CancellationToken cancellation)
    {
        Dictionary<string, HumanForm> open = [];
        await foreach (RunEvent e in engine.Log.ReadAsync(run, 1, cancellation))
        {
            if (e.Type == RunEventType.StepWaiting) open[e.Step!] = e.Data!.Form!;
            if (e.Type is RunEventType.StepResumed or RunEventType.StepCancelled) open.Remove(e.Step!);
        }
        Assert.NotEmpty(open);
        string[] steps = [.. open.Keys];
        string step = steps[random.Next(steps.Length)];
        await engine.Engine.AnswerAsync(run, step, new HumanAnswer(decisions[step[(step.LastIndexOf('/') + 1)..]], By: "h"), cancellation);
    }

    private static void CheckEvents(List<RunEvent> events, int crashes)
    {
        Assert.Equal(Enumerable.Range(1, events.Count).Select(i => (long)i), events.Select(e => e.Seq));
        Assert.Equal(RunEventType.RunStarted, events[0].Type);
        Assert.True(events[^1].Type is RunEventType.RunCompleted or RunEventType.RunFailed);
        HashSet<(string, int)> started = [], ended = [], retried = [];
        HashSet<string> completed = [];
        foreach (RunEvent e in events.Where(e => e.Step is not null))
        {
            (string, int) attempt = (e.Step!, e.Attempt);
            switch (e.Type)
            {
                case RunEventType.StepStarted:
                    Assert.True(started.Add(attempt), $"{attempt} started twice");
                    break;
                case RunEventType.StepRetrying:
                    Assert.True(started.Contains(attempt) && retried.Add(attempt) && !ended.Contains(attempt), $"{attempt} is tried again although it did not run");
                    break;
                case RunEventType.StepCompleted or RunEventType.StepFailed or RunEventType.StepCancelled:
                    // A step that waits for its next attempt may be cancelled.
                    Assert.True(e.Type == RunEventType.StepCancelled || !retried.Contains(attempt), $"{attempt} ended after it failed");
                    Assert.True(started.Contains(attempt), $"{attempt} ended before it started");
                    Assert.True(ended.Add(attempt), $"{attempt} ended twice");
                    if (e.Type == RunEventType.StepCompleted) Assert.True(completed.Add(e.Step!), $"{e.Step} completed twice");
                    break;
                case RunEventType.StepWaiting or RunEventType.StepResumed:
                    Assert.True(started.Contains(attempt) && !ended.Contains(attempt), $"{attempt} waits but does not run");
                    break;
            }
        }
        foreach (RunEvent waiting in events.Where(e => e.Type == RunEventType.RunWaiting))
        {
            // "Waiting" only when nothing else runs: whoever is open then has asked, or has a child that did.
            HashSet<string> open = Open(events.TakeWhile(e => e.Seq < waiting.Seq));
            HashSet<string> asking = Asking(events.TakeWhile(e => e.Seq < waiting.Seq));
            if (crashes == 0) Assert.All(open, step => Assert.True(asking.Any(a => a == step || a.StartsWith(step + "#", StringComparison.Ordinal) || a.StartsWith(step + "/", StringComparison.Ordinal)), $"{step} runs while the run waits"));
        }
    }

    private static HashSet<string> Open(IEnumerable<RunEvent> events)
    {
        HashSet<string> open = [];
        foreach (RunEvent e in events)
        {
            if (e.Type == RunEventType.StepStarted) open.Add(e.Step!);
            if (e.Type is RunEventType.StepCompleted or RunEventType.StepFailed or RunEventType.StepRetrying or RunEventType.StepCancelled) open.Remove(e.Step!);
        }
        return open;
    }

    private static HashSet<string> Asking(IEnumerable<RunEvent> events)
    {
        HashSet<string> asking = [];
        foreach (RunEvent e in events)
        {
            if (e.Type == RunEventType.StepWaiting) asking.Add(e.Step!);
            if (e.Type is RunEventType.StepResumed or RunEventType.StepCancelled) asking.Remove(e.Step!);
        }
        return asking;
    }

    private static void CheckOutcome(NaiveInterpreter expected, bool succeeds, RunRow row, List<RunEvent> events)
    {
        Assert.Equal(succeeds ? RunState.Completed : RunState.Failed, row.State);
        if (!succeeds)
        {
            Assert.Equal("test.failed", row.Error!.Code);
            return;
        }
        HashSet<string> ran = [.. events.Where(e => e.Type is RunEventType.StepCompleted or RunEventType.StepFailed).Select(e => e.Step!).Where(p => !expected.IsUnsure(p))];
        HashSet<string> skipped = [.. events.Where(e => e.Type == RunEventType.StepSkipped).Select(e => e.Step!).Where(p => !expected.IsUnsure(p))];
        Assert.Equal(expected.Executed.Keys.Where(p => !expected.IsUnsure(p)).Order(), ran.Order());
        Assert.Equal(expected.Skipped.Where(p => !expected.IsUnsure(p)).Order(), skipped.Order());

        foreach (RunEvent e in events.Where(e => e.Type == RunEventType.StepCompleted && !expected.IsUnsure(e.Step!)))
        {
            JsonElement outputs = FlowValue.ToJson(e.Data!.Outputs);
            if (expected.Executed[e.Step!] is { } texts) Assert.Contains(outputs.GetProperty("text").GetString()!, texts);
            if (expected.Loops.TryGetValue(e.Step!, out List<HashSet<string>?>? results))
            {
                string[] got = [.. outputs.GetProperty("results").EnumerateArray().Select(r => r.ValueKind == JsonValueKind.Null ? "" : r.GetString()!)];
                Assert.Equal(results.Count, got.Length);
                for (int i = 0; i < got.Length; i++)
                    if (results[i] is { } possible) Assert.Contains(got[i], possible);
            }
        }
        if (expected.Answers.TrueForAll(a => a is { Count: 1 }))
        {
            string[] said = row.Output is { ValueKind: JsonValueKind.Object } output && output.TryGetProperty("text", out JsonElement text) ? text.GetString()!.Split("\n\n") : [];
            Assert.Equal(expected.Answers.Select(a => a!.Single()).Order(StringComparer.Ordinal), said.Order(StringComparer.Ordinal));
        }
    }
}
