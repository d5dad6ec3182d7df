using System.Text.Json;
using Designer.Flows;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Designer.Engine.Tests;

/// <summary>An engine over a memory log with the test nodes; <see cref="Restart"/> is what kill -9 and a new process would be.</summary>
public sealed class EngineHarness : IFlowVersions, ISecrets
{
    private readonly EngineOptions options;
    private readonly TimeProvider? clock;
    private MemoryRunLog log = new();
    private RandomGraphs.Life life = new();

    public EngineHarness(EngineOptions? options = null, TimeProvider? clock = null)
    {
        this.options = options ?? new EngineOptions { PollInterval = TimeSpan.FromMilliseconds(5) };
        this.clock = clock;
        Engine = Create();
    }

    public static readonly Guid Workspace = Guid.Parse("0198f2c4-0000-7000-8000-000000000001");
    public Stage Stage { get; } = new();
    public IFlowEngine Engine { get; private set; }
    public MemoryRunLog Log => log;
    public MemoryBlobStore Blobs { get; } = new();
    public Dictionary<string, FlowVersion> Published { get; } = [];
    public Dictionary<string, string> Credentials { get; } = [];

    private FlowEngine Create()
    {
        ServiceProvider services = new ServiceCollection().AddSingleton(Stage).AddSingleton(life).BuildServiceProvider();
        return new FlowEngine(log, new NodeCatalog(services, [typeof(EngineHarness).Assembly]), NullLogger<FlowEngine>.Instance, clock, options, this, this, Blobs);
    }

    /// <summary>The process dies where it stands; a new one opens the same log and takes up what is unfinished.</summary>
    public async Task<int> Restart()
    {
        MemoryRunLog next = log.Join();
        log.Crash();
        life.Kill();
        (log, life) = (next, new RandomGraphs.Life());
        Engine = Create();
        return await Engine.ResumeAsync();
    }

    /// <summary>A second living process on the same log.</summary>
    public IFlowEngine SecondProcess()
    {
        ServiceProvider services = new ServiceCollection().AddSingleton(Stage).AddSingleton(life).BuildServiceProvider();
        return new FlowEngine(log.Join(), new NodeCatalog(services, [typeof(EngineHarness).Assembly]), NullLogger<FlowEngine>.Instance, clock, options, this, this, Blobs);
    }

    public async Task<Guid> StartAsync(FlowVersion flow, object? input = null, RunOptions? options = null) =>
        (await Engine.StartAsync(flow, JsonSerializer.SerializeToElement(input ?? new { }), options ?? RunOptions.Default)).Id;

    public async Task<RunRow> RunAsync(FlowVersion flow, object? input = null, RunOptions? options = null) =>
        await Engine.WaitAsync(await StartAsync(flow, input, options), TestContext.Current.CancellationToken);

    public async Task<List<RunEvent>> EventsAsync(Guid run, long from = 1)
    {
        List<RunEvent> events = [];
        await foreach (RunEvent e in Engine.WatchAsync(run, from, TestContext.Current.CancellationToken)) events.Add(e);
        return events;
    }

    public ValueTask<FlowVersion?> FindPublishedAsync(Guid workspaceId, string flow, CancellationToken cancellation) => new(Published.GetValueOrDefault(flow.Split('@')[0]));
    public ValueTask<string?> FindAsync(Guid workspaceId, string credential, CancellationToken cancellation) => new(Credentials.GetValueOrDefault(credential));

    public static string Text(RunRow row) => row.Output is { } output && output.TryGetProperty("text", out JsonElement text) ? text.GetString()! : $"{row.State}: {row.Error?.Code} {row.Error?.Message}";
}

/// <summary>Writes small flows: nodes as <c>id: type {settings}</c>, edges as <c>a -> b</c> or <c>a:port -> b</c>.</summary>
public static class Flow
{
    public static FlowVersion Of(string nodes, string edges, Func<FlowNode, FlowNode>? change = null, IReadOnlyList<FlowVariable>? variables = null, Dictionary<string, string>? flowSlots = null)
    {
        FlowDocument document = new()
        {
            Id = Guid.CreateVersion7(),
            Name = "Test",
            Mode = variables?.Any(v => v.Scope == "conversation") == true ? FlowMode.Chat : FlowMode.Task,
            Nodes = [.. Nodes(nodes).Select(change ?? (n => n))],
            Edges = Edges(edges),
            Variables = variables ?? [],
            Slots = flowSlots is null ? OrderedMap<FlowSlot>.Empty : flowSlots.ToDictionary(s => s.Key, _ => new FlowSlot("flow")),
        };
        return new FlowVersion(EngineHarness.Workspace, document.Id, "1", document, flowSlots ?? []);
    }

    public static IReadOnlyList<FlowNode> Nodes(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line =>
    {
        string[] parts = line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
        return new FlowNode { Id = parts[0].TrimEnd(':'), Type = "test." + parts[1], Name = parts[0].TrimEnd(':'), Settings = JsonSerializer.Deserialize<JsonElement>(parts.Length > 2 ? parts[2] : "{}") };
    })];

    public static IReadOnlyList<FlowEdge> Edges(string text) => [.. text.Split([',', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).SelectMany(chain =>
    {
        string[] ends = chain.Split("->", StringSplitOptions.TrimEntries);
        return ends.Skip(1).Select((to, i) => new FlowEdge { Id = $"{ends[i]}-{to}", From = ends[i].Contains(':') ? ends[i] : ends[i] + ":out", To = to.Contains(':') && i == ends.Length - 2 ? to : to.Split(':')[0] + ":in" });
    })];

    public static FlowNode With(this FlowNode node, string id, Func<FlowNode, FlowNode> change) => node.Id == id ? change(node) : node;
}
