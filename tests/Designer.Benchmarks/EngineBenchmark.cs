using System.Diagnostics;
using System.Text.Json;
using Designer.Engine;
using Designer.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Designer.Benchmarks;

/// <summary>What one step costs: flows of 1 to 1,000 transforms, by 1, 2 and (durable only) 64 callers, over a memory log and over SQLite.</summary>
internal static class EngineBenchmark
{
    private const int Rounds = 5;
    private static readonly TimeSpan RoundLength = TimeSpan.FromMilliseconds(200);
    private static readonly JsonElement Input = JsonElement.Parse("""{"text":"hello"}""");

    public static async Task<int> RunAsync()
    {
        Console.WriteLine($"{Environment.ProcessorCount} cores, .NET {Environment.Version}, medians of {Rounds} rounds of {RoundLength.TotalMilliseconds} ms. A step: one transform.");
        (double floor, double floorBytes) = Floor();
        Console.WriteLine($"floor: the same transform in an empty loop: {floor:0} ns, {floorBytes:0} B");
        Console.WriteLine();
        Console.WriteLine("| log | record | nodes | callers | ns/step | B/step | µs/run | B/run |");
        Console.WriteLine("|---|---|--:|--:|--:|--:|--:|--:|");
        foreach (RunRecord record in (RunRecord[])[RunRecord.Summary, RunRecord.Full])
            foreach (int nodes in (int[])[1, 10, 100, 1_000])
                foreach (int callers in (int[])[1, 2])
                    await MeasureAsync("memory", record, nodes, callers);
        foreach (int nodes in (int[])[1, 10, 100, 1_000])
            foreach (int callers in (int[])[1, 2, 64])
                await MeasureAsync("SQLite", RunRecord.Full, nodes, callers);
        return 0;
    }

    private static (double Ns, double Bytes) Floor()
    {
        const int Steps = 5_000_000;
        string text = "hello!!!";
        string? last = null;
        for (int warm = 0; warm < 2; warm++)
            for (int i = 0; i < Steps; i++) last = Transform(text);
        long bytes = GC.GetAllocatedBytesForCurrentThread(), from = Stopwatch.GetTimestamp();
        for (int i = 0; i < Steps; i++) last = Transform(text);
        TimeSpan took = Stopwatch.GetElapsedTime(from);
        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        GC.KeepAlive(last);
        return (took.TotalNanoseconds / Steps, (double)bytes / Steps);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static string Transform(string text) => string.Concat(text.AsSpan(0, text.Length - 1), "!");
    }

    private static async Task MeasureAsync(string kind, RunRecord record, int nodes, int callers)
    {
        string folder = Directory.CreateTempSubdirectory("designer-bench-").FullName;
        try
        {
            ServiceCollection services = new();
            services.AddLogging();
            services.AddSingleton(TimeProvider.System);
            services.AddDesignerStorage(new StorageOptions { DataFolder = folder });
            await using ServiceProvider provider = services.BuildServiceProvider();
            IRunLog log = kind == "memory" ? new MemoryRunLog() : provider.GetRequiredService<IRunLog>();
            NodeCatalog catalog = new([new Designer.Nodes.Start.StartNode(), new Designer.Nodes.Data.TemplateNode(), new Designer.Nodes.Output.AnswerNode()]);
            FlowEngine engine = new(log, catalog, NullLogger<FlowEngine>.Instance);
            FlowVersion flow = Flows.Version(nodes);
            RunOptions options = new() { Record = record, Budget = new Budget() };
            List<(double Ns, double Bytes, double Runs)> rounds = [];
            for (int round = 0; round < Rounds + 2; round++)
            {
                (double, double, double) measured = await RoundAsync(engine, flow, options, callers, log as MemoryRunLog);
                if (round >= 2) rounds.Add(measured);
            }
            double ns = Median(rounds.Select(r => r.Ns)), bytes = Median(rounds.Select(r => r.Bytes));
            Console.WriteLine($"| {kind} | {record.ToString().ToLowerInvariant()} | {nodes} | {callers} | {ns / nodes:0} | {bytes / nodes:0} | {ns / 1000:0.0} | {bytes:0} |");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Wall time and bytes by run; with two callers the time is what passes between two ends, not what one waits.</summary>
    private static async Task<(double Ns, double Bytes, double Runs)> RoundAsync(FlowEngine engine, FlowVersion flow, RunOptions options, int callers, MemoryRunLog? memory)
    {
        // What earlier rounds left in the memory log is not this one's cost.
        if (memory is not null) await memory.PruneAsync(DateTimeOffset.MaxValue, default);
        GC.Collect();
        long bytes = GC.GetTotalAllocatedBytes(precise: true), from = Stopwatch.GetTimestamp();
        int[] counts = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            int count = 0;
            while (Stopwatch.GetElapsedTime(from) < RoundLength)
            {
                StartedRun started = await engine.StartAsync(flow, Input, options);
                RunRow row = await engine.WaitAsync(started.Id);
                if (row.State != RunState.Completed) throw new InvalidOperationException($"{row.Error}");
                count++;
            }
            return count;
        })));
        TimeSpan took = Stopwatch.GetElapsedTime(from);
        bytes = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        return (took.TotalNanoseconds / counts.Sum(), (double)bytes / counts.Sum(), counts.Sum());
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
