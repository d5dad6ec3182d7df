using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Designer.Engine;
using Designer.Storage;

namespace Designer.Benchmarks.Streams;

/// <summary>A scripted model, read directly, through a bare YARP proxy and through a published flow, each a process of its own on the same machine.</summary>
internal static class StreamBenchmark
{
    private const string Asks = """{"model":"m","stream":true,"messages":[{"role":"user","content":"hello"}]}""";
    private static readonly long s_epoch = Stopwatch.GetTimestamp();
    private const string Runs = """{"input":{"text":"hello"}}""";

    /// <summary>What the first token of a streamed chat call costs more than calling the model itself.</summary>
    public static async Task<int> FirstTokenAsync(int calls)
    {
        using Child model = await Child.StartAsync("serve-model", s_epoch.ToString(CultureInfo.InvariantCulture), "50", "10", "10");
        using Child yarp = await Child.StartAsync("serve-yarp", model.Said), designer = await Child.StartAsync("serve-designer", model.Said);
        Console.WriteLine($"{Environment.ProcessorCount} cores for model, proxy and driver, .NET {Environment.Version}. The model takes 50 ms to its first token and 10 ms to each of 9 more; {calls} calls of each caller.");
        Console.WriteLine();
        Console.WriteLine("| callers | way | p50 ms | p90 ms | p99 ms | added p50 ms |");
        Console.WriteLine("|--:|---|--:|--:|--:|--:|");
        (string Name, StreamDriver Driver)[] ways = [("direct", Direct(model)), ("YARP", Proxied(yarp)), ("Designer, record full", Run(designer, RunRecord.Full)), ("Designer, record summary", Run(designer, RunRecord.Summary))];
        foreach ((_, StreamDriver driver) in ways) await CallAsync(driver, 32, 30);
        foreach (int callers in (int[])[1, 8, 32])
        {
            List<double>[] firsts = [.. ways.Select(_ => new List<double>())];
            // By turns, so that what else the machine does hits all of them.
            for (int round = 0; round < 5; round++)
                for (int i = 0; i < ways.Length; i++) firsts[i].AddRange((await CallAsync(ways[i].Driver, callers, calls / 5)).Select(h => Ms(h.First)));
            for (int i = 0; i < ways.Length; i++)
                Console.WriteLine($"| {callers} | {ways[i].Name} | {At(firsts[i], 0.5):0.00} | {At(firsts[i], 0.9):0.00} | {At(firsts[i], 0.99):0.00} | {(i == 0 ? "" : $"{At(firsts[i], 0.5) - At(firsts[0], 0.5):0.00}")} |");
        }
        return 0;
    }

    /// <summary>Many slow streams at once.</summary>
    public static async Task<int> ManyAsync(int streams, int seconds, int tokensPerSecond)
    {
        using Child model = await Child.StartAsync("serve-model", s_epoch.ToString(CultureInfo.InvariantCulture), "200", $"{1000 / tokensPerSecond}", $"{seconds * tokensPerSecond}");
        Console.WriteLine($"{Environment.ProcessorCount} cores for model, proxy and driver, .NET {Environment.Version}. {streams} streams of {tokensPerSecond} tokens/s for {seconds} s.");
        Console.WriteLine();
        Console.WriteLine("| way | errors | tokens/s | added between tokens p50 ms | p99 ms | on the way p50 ms | p99 ms | heap KB/run | resident KB/run | allocated B/token | processor µs/token |");
        Console.WriteLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        await LineAsync("direct", Direct(model), null, streams, seconds, tokensPerSecond);
        using (Child yarp = await Child.StartAsync("serve-yarp", model.Said)) await LineAsync("YARP", Proxied(yarp), yarp, streams, seconds, tokensPerSecond);
        using (Child designer = await Child.StartAsync("serve-designer", model.Said)) await LineAsync("Designer", Run(designer, RunRecord.Full), designer, streams, seconds, tokensPerSecond);
        return 0;
    }

    private static async Task LineAsync(string name, StreamDriver driver, Child? child, int streams, int seconds, int tokensPerSecond)
    {
        // Warm: pools filled, and everything compiled for good, what runs once for a stream too; nothing of it counted.
        await StreamAsync(driver, Math.Min(streams, 250), null);
        Held before = child is null ? new Held(0, 0, 0) : await child.HeldAsync(), during = before;
        TimeSpan worked = child?.ProcessorTime ?? TimeSpan.Zero;
        long from = Stopwatch.GetTimestamp();
        IReadOnlyList<Heard?> heard = await StreamAsync(driver, streams, null);
        double took = Stopwatch.GetElapsedTime(from).TotalSeconds;
        if (child is not null) worked = child.ProcessorTime - worked;
        Held after = child is null ? before : await child.HeldAsync();
        double tokens = heard.Sum(h => h?.Tokens ?? 0);
        int errors = heard.Count(h => h is not { IsWhole: true } || h.Tokens != seconds * tokensPerSecond);
        Heard[] all = [.. heard.OfType<Heard>()];
        List<double> gaps = [.. all.SelectMany(h => h.Gaps).Select(Ms)], ways = [.. all.SelectMany(h => h.Ways).Select(Ms)];
        // Once more for the memory, because a full collection in the middle makes every stream wait.
        if (child is not null)
            await StreamAsync(driver, streams, async () =>
            {
                await Task.Delay(TimeSpan.FromSeconds(seconds * 0.75));
                during = await child.HeldAsync();
            });
        string PerRun(Func<Held, long> of) => child is null ? "" : $"{(of(during) - of(after)) / 1024.0 / streams:0.0}";
        Console.WriteLine($"| {name} | {errors} | {tokens / took:#,0} | {At(gaps, 0.5):0.00} | {At(gaps, 0.99):0.00} | {At(ways, 0.5):0.00} | {At(ways, 0.99):0.00} | {PerRun(h => h.Heap)} | {PerRun(h => h.Resident)} | {(child is null ? "" : $"{(after.Allocated - before.Allocated) / tokens:#,0}")} | {(child is null ? "" : $"{worked.TotalMicroseconds / tokens:0}")} |");
    }

    private static async Task<IReadOnlyList<Heard?>> StreamAsync(StreamDriver driver, int streams, Func<Task>? meanwhile)
    {
        List<Task<Heard?>> reading = [];
        for (int i = 0; i < streams; i++)
        {
            reading.Add(Task.Run(() => OneAsync(driver)));
            // Callers come over two seconds and not in one instant.
            if (i % 50 == 49) await Task.Delay(TimeSpan.FromSeconds(2.0 * 50 / streams));
        }
        Task watching = meanwhile?.Invoke() ?? Task.CompletedTask;
        Heard?[] heard = await Task.WhenAll(reading);
        await watching;
        return heard;
    }

    private static async Task<Heard?> OneAsync(StreamDriver driver)
    {
        try
        {
            using Socket socket = await driver.ConnectAsync();
            return await driver.CallAsync(socket);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static async Task<IEnumerable<Heard>> CallAsync(StreamDriver driver, int callers, int calls) =>
        (await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            List<Heard> heard = [];
            using Socket socket = await driver.ConnectAsync();
            for (int i = 0; i < calls; i++)
            {
                Heard one = await driver.CallAsync(socket);
                if (!one.IsWhole || one.Tokens != 10) throw new InvalidOperationException($"A stream had {one.Tokens} tokens.");
                heard.Add(one);
            }
            return heard;
        })))).SelectMany(h => h);

    private static StreamDriver Direct(Child model) => new(s_epoch, new Uri(model.Said), "/v1/chat/completions", null, Asks, "[DONE]");

    private static StreamDriver Proxied(Child yarp) => new(s_epoch, new Uri(yarp.Said), "/v1/chat/completions", null, Asks, "[DONE]");

    private static StreamDriver Run(Child designer, RunRecord record)
    {
        string[] said = designer.Said.Split(' ');
        return new StreamDriver(s_epoch, new Uri(said[0]), StreamHosts.PathOf(record), said[record == RunRecord.Full ? 1 : 2], Runs, "event: run.completed");
    }

    private static double Ms(long units) => units / 100.0;

    private static double At(List<double> values, double share)
    {
        values.Sort();
        return values.Count == 0 ? double.NaN : values[(int)(share * (values.Count - 1))];
    }
}
