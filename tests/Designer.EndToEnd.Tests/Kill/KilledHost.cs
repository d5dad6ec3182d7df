using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Designer.EndToEnd.Tests.CommandLine;
using Designer.Engine;
using Designer.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.EndToEnd.Tests.Kill;

/// <summary>One data folder, the program on it that is killed and started again, and the callers who never stop.</summary>
internal sealed partial class KilledHost : IDisposable
{
    private const int MostUnderWay = 12;
    private readonly Cli cli;
    private readonly CallCounter world;
    private readonly Random random;
    private readonly string key;
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly ConcurrentDictionary<Guid, bool> underWay = new();
    private Process? process;
    private SemaphoreSlim answers = new(0);
    private int started;

    private KilledHost(CallCounter world, int seed, Cli cli, string key)
    {
        this.world = world;
        this.cli = cli;
        this.key = key;
        random = new Random(seed);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>Runs that were answered with 202.</summary>
    public ConcurrentDictionary<Guid, bool> Accepted { get; } = new();
    public int Kills { get; private set; }
    public int KillsAtWork { get; private set; }

    public static async Task<KilledHost> SetUpAsync(CallCounter world, int seed)
    {
        Cli cli = new();
        cli.Environment["DESIGNER_NETWORK__ALLOW"] = world.Address.Authority;
        string file = cli.File("working.flow.json", Flow.Replace("ADDRESS", world.Address + "work", StringComparison.Ordinal));
        (await cli.SendAsync(Cli.Password, "user", "add", "mara@example.org", "--role", "owner")).Succeeded();
        (await cli.RunAsync("flow", "publish", file)).Succeeded();
        return new KilledHost(world, seed, cli, (await cli.RunAsync("key", "create", "--flow", "working", "--approve")).Succeeded().Out.Trim());
    }

    /// <summary>Kills the program so many times, a third of them while it still starts.</summary>
    public async Task KillAsync(int times)
    {
        TimeSpan toReady = TimeSpan.FromSeconds(1);
        while (Kills < times)
        {
            process = cli.Start("serve", "--urls", "http://127.0.0.1:0");
            Stopwatch sinceStart = Stopwatch.StartNew();
            using CancellationTokenSource life = new();
            answers = new SemaphoreSlim(0);
            Task<Uri?> ready = ReadyAsync(process);
            if (random.Next(3) == 0 && Kills > 0)
            {
                await Task.WhenAny(ready, Task.Delay(toReady * random.NextDouble()));
            }
            else
            {
                Uri address = await ready ?? throw new InvalidOperationException($"The program did not start: {await process.StandardError.ReadToEndAsync()}");
                toReady = sinceStart.Elapsed;
                Task work = WorkAsync(address, life.Token);
                // So many answers later, and a little: a fresh program takes its time for the first ones.
                for (int answers = random.Next(1, 40); answers > 0; answers--) await this.answers.WaitAsync(TimeSpan.FromSeconds(10));
                await Task.Delay(random.Next(60));
                if (!underWay.IsEmpty) KillsAtWork++;
                process.Kill();
                await life.CancelAsync();
                await work;
            }
            if (!process.HasExited) process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
            Kills++;
        }
    }

    /// <summary>Starts the program and stops it as an operating system does, with runs under way.</summary>
    public async Task StopInTheMiddleAsync(TimeSpan within)
    {
        process = cli.Start("serve", "--urls", "http://127.0.0.1:0");
        Uri address = await ReadyAsync(process) ?? throw new InvalidOperationException("The program did not start.");
        using CancellationTokenSource life = new();
        Task work = WorkAsync(address, life.Token);
        for (int i = 0; i < 20; i++) await answers.WaitAsync(TimeSpan.FromSeconds(10));
        using (Process kill = Process.Start("kill", ["-TERM", $"{process.Id}"])) await kill.WaitForExitAsync();
        using CancellationTokenSource patience = new(within);
        await process.WaitForExitAsync(patience.Token);
        await life.CancelAsync();
        await work;
        Assert.Equal(0, process.ExitCode);
        process.Dispose();
    }

    /// <summary>Starts it a last time, lets all runs end, and stops it.</summary>
    public async Task FinishAsync()
    {
        process = cli.Start("serve", "--urls", "http://127.0.0.1:0");
        Uri address = await ReadyAsync(process) ?? throw new InvalidOperationException("The program did not start.");
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        while (!underWay.IsEmpty)
        {
            patience.Token.ThrowIfCancellationRequested();
            foreach (Guid run in underWay.Keys) await AttendAsync(address, run, patience.Token);
        }
        using (Process kill = Process.Start("kill", ["-TERM", $"{process.Id}"])) await kill.WaitForExitAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        Assert.Equal(0, process.ExitCode);
        process.Dispose();
    }

    /// <summary>Reads every run's log: complete, gapless, and with no call after a step's end.</summary>
    public async Task ProveAsync()
    {
        ServiceCollection services = new();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddDesignerStorage(new StorageOptions { DataFolder = cli.Data });
        await using ServiceProvider provider = services.BuildServiceProvider();
        IRunLog log = provider.GetRequiredService<IRunLog>();
        foreach (Guid run in Accepted.Keys)
        {
            RunRow row = await log.FindAsync(run, default) ?? throw new InvalidOperationException($"Run {run} was accepted and is lost.");
            Assert.True(row.State == RunState.Completed, $"Run {run}: {row.State} {row.Error}");
            Assert.Equal("done x by key command line", row.Output?.GetProperty("text").GetString());
            long next = 1;
            HashSet<string> finished = [];
            await foreach (RunEvent e in log.ReadAsync(run, 1, default))
            {
                Assert.Equal(next++, e.Seq);
                if (e.Type != RunEventType.StepCompleted) continue;
                Assert.True(finished.Add(e.Step!), $"{e.Step} of run {run} completed twice");
                if (world.Calls.TryGetValue($"{run:N}/{e.Step}", out ConcurrentQueue<DateTimeOffset>? calls))
                    Assert.True(calls.All(c => c <= e.Time), $"{e.Step} of run {run} acted again after it had finished");
            }
            // Every step that acts did so, and under its own key.
            string[] effects = ["first", "second", "loop#0/each_call", "loop#1/each_call", "loop#2/each_call"];
            Assert.All(effects, step => Assert.Contains(step, finished));
            Assert.All(effects, step => Assert.NotEmpty(world.Calls[$"{run:N}/{step}"]));
        }
    }

    private static async Task<Uri?> ReadyAsync(Process process)
    {
        // Nobody reads its errors unless it fails to start; a full pipe must not stop it.
        StringBuilder errors = new();
        process.ErrorDataReceived += (_, line) => errors.AppendLine(line.Data);
        process.BeginErrorReadLine();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Ready().Match(line) is not { Success: true } ready) continue;
            _ = process.StandardOutput.ReadToEndAsync();
            return new Uri(ready.Groups[1].Value);
        }
        return null;
    }

    /// <summary>Starts runs, looks after those under way and answers what they ask, until the program is gone.</summary>
    private async Task WorkAsync(Uri address, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                while (underWay.Count < MostUnderWay) await StartRunAsync(address, cancellation);
                foreach (Guid run in underWay.Keys) await AttendAsync(address, run, cancellation);
            }
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
        {
            // The program is gone. What it had accepted is remembered.
        }
    }

    private async Task StartRunAsync(Uri address, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(address, "api/v1/flows/working/runs"))
        {
            Content = new StringContent("""{"input":{"word":"x"}}""", Encoding.UTF8, "application/json"),
        };
        // A caller whose answer was cut off sends the same key again.
        request.Headers.Add("Idempotency-Key", $"run {started}");
        request.Headers.Add("Prefer", "respond-async");
        using HttpResponseMessage response = await http.SendAsync(request, cancellation);
        if (response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable) throw new IOException("It is stopping.");
        string body = await response.Content.ReadAsStringAsync(cancellation);
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, $"{response.StatusCode}: {body}");
        Guid run = JsonElement.Parse(body).GetProperty("runId").GetGuid();
        answers.Release();
        started++;
        Accepted[run] = true;
        underWay[run] = true;
    }

    private async Task AttendAsync(Uri address, Guid run, CancellationToken cancellation)
    {
        JsonElement row = JsonElement.Parse(await http.GetStringAsync(new Uri(address, $"api/v1/runs/{run}"), cancellation));
        answers.Release();
        switch (row.GetProperty("status").GetString())
        {
            case "completed" or "failed" or "cancelled":
                underWay.TryRemove(run, out _);
                break;
            case "waiting":
                using (StringContent answer = new("""{"step":"ask","decision":"approve"}""", Encoding.UTF8, "application/json"))
                using (HttpResponseMessage response = await http.PostAsync(new Uri(address, $"api/v1/runs/{run}/resume"), answer, cancellation))
                    Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Accepted or HttpStatusCode.Conflict, $"{response.StatusCode}");
                break;
        }
    }

    public void Dispose()
    {
        try
        {
            process?.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
        http.Dispose();
        answers.Dispose();
        cli.Dispose();
    }

    [GeneratedRegex("is ready: (http://[^ ]+)")]
    private static partial Regex Ready();

    private const string Flow = """
        {
          "schema": "designer.flow/1",
          "id": "0198f2c4-0000-7000-8000-0000000000aa",
          "name": "Working",
          "mode": "task",
          "nodes": [
            { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [ { "name": "word", "type": "string", "required": true } ] } },
            { "id": "plain", "type": "data.template", "typeVersion": 1, "name": "Plain", "position": { "x": 1, "y": 0 }, "settings": { "text": "{{ start.word }}" } },
            { "id": "first", "type": "tools.http", "typeVersion": 1, "name": "First", "position": { "x": 2, "y": 0 }, "settings": { "url": "ADDRESS", "method": "post", "body": { "word": "{{ plain.text }}" } } },
            { "id": "loop", "type": "logic.forEach", "typeVersion": 1, "name": "Loop", "position": { "x": 2, "y": 1 }, "settings": { "items": [ 1, 2, 3 ], "concurrency": 2, "collect": "{{ each_call.status }}" },
              "children": { "nodes": [
                { "id": "each_call", "type": "tools.http", "typeVersion": 1, "name": "Each", "position": { "x": 0, "y": 0 }, "settings": { "url": "ADDRESS", "method": "post", "body": { "item": "{{ each.item }}" } } } ], "edges": [] } },
            { "id": "ask", "type": "human.approval", "typeVersion": 1, "name": "Ask", "position": { "x": 3, "y": 0 }, "settings": { "title": "Go on?", "decisions": [ "approve", "reject" ] } },
            { "id": "second", "type": "tools.http", "typeVersion": 1, "name": "Second", "position": { "x": 4, "y": 0 }, "settings": { "url": "ADDRESS", "method": "post", "body": { "by": "{{ ask.by }}" } } },
            { "id": "said", "type": "answer", "typeVersion": 1, "name": "Said", "position": { "x": 5, "y": 0 }, "settings": { "text": "done {{ plain.text }} by {{ ask.by }}" } }
          ],
          "edges": [
            { "id": "e1", "from": "start:out", "to": "plain:in" },
            { "id": "e2", "from": "plain:out", "to": "first:in" },
            { "id": "e3", "from": "plain:out", "to": "loop:in" },
            { "id": "e4", "from": "first:out", "to": "ask:in" },
            { "id": "e5", "from": "loop:out", "to": "ask:in" },
            { "id": "e6", "from": "ask:approve", "to": "second:in" },
            { "id": "e7", "from": "second:out", "to": "said:in" }
          ]
        }
        """;
}
