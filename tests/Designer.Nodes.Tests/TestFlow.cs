using System.Text.Json;
using System.Text.Json.Nodes;
using Designer.Engine;
using Designer.Flows;
using Designer.Knowledge;
using Designer.Models;
using Designer.Models.Network;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Designer.Nodes.Tests;

/// <summary>The real engine with all node types over a memory log, an empty knowledge folder and scripted models.</summary>
internal sealed class TestFlow : IFlowVersions, ISecrets, IKnowledgeStore, IDisposable
{
    public static readonly Guid Workspace = Guid.Parse("0198f2c4-0000-7000-8000-000000000002");

    private readonly ServiceProvider _services;
    private readonly string _folder = Directory.CreateTempSubdirectory("designer-nodes-").FullName;

    public TestFlow(ScriptedModels? models = null, NetworkPolicy? network = null)
    {
        Models = models ?? new ScriptedModels();
        _services = new ServiceCollection()
            .AddSingleton<IChatModels>(Models)
            .AddSingleton<IModels>(Models)
            .AddSingleton<IKnowledgeStore>(this)
            .AddDesignerKnowledge(options => options.Folder = _folder)
            .AddDesignerNodes(network)
            .BuildServiceProvider();
        Catalog = new NodeCatalog(_services, [DesignerNodes.Assembly]);
        Engine = new FlowEngine(new MemoryRunLog(), Catalog, NullLogger<FlowEngine>.Instance, versions: this, secrets: this, blobs: Blobs);
    }

    public ScriptedModels Models { get; }
    public NodeCatalog Catalog { get; }
    public IFlowEngine Engine { get; }
    public MemoryBlobStore Blobs { get; } = new();
    public Dictionary<string, FlowVersion> Published { get; } = [];
    public Dictionary<string, string> Credentials { get; } = [];
    public List<KnowledgeBase> KnowledgeBases { get; } = [];
    public Dictionary<string, string> Bindings { get; } = new() { ["model"] = "extractive", ["api"] = "api" };

    public async Task<KnowledgeBase> AddKnowledgeAsync(string name, params (string Name, string Text)[] documents)
    {
        KnowledgeBase knowledge = KnowledgeBase.Create(Workspace, name, TimeProvider.System);
        KnowledgeBases.Add(knowledge);
        foreach ((string file, string text) in documents) await _services.GetRequiredService<KnowledgeIndex>().AddAsync(knowledge, DocumentInput.FromText(file, text));
        return knowledge;
    }

    /// <summary>A file of the workspace, as an upload would make it.</summary>
    public async Task<FileRef> UploadAsync(string name, byte[] content) =>
        await new FlowFiles(Blobs).AddAsync(Workspace, name, new MemoryStream(content), null, TestContext.Current.CancellationToken);

    public KnowledgeIndex Index => _services.GetRequiredService<KnowledgeIndex>();

    /// <summary>Start, one node called <c>node</c>, and an answer whose outputs are all the node's outputs that the test names.</summary>
    public Task<TestRun> RunNodeAsync(string type, object settings, object? input = null, string inputs = "", string? more = null, string? edges = null)
    {
        JsonArray fields = [.. inputs.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(i => (JsonNode)new JsonObject { ["name"] = i.Split(':')[0], ["type"] = i.Contains(':', StringComparison.Ordinal) ? i.Split(':')[1] : "any" })];
        string document = $$"""
            { "schema": "designer.flow/1", "id": "0198f2c4-0000-7000-8000-000000000009", "name": "Test", "mode": "task",
              "nodes": [
                { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": {{fields.ToJsonString()}} } },
                { "id": "node", "type": "{{type}}", "typeVersion": 1, "name": "Node", "position": { "x": 280, "y": 0 }, "settings": {{JsonSerializer.Serialize(settings, FlowJson.Options)}} }{{(more is null ? "" : ", " + more)}}
              ],
              "edges": [ { "id": "e1", "from": "start:out", "to": "node:in" }{{(edges is null ? "" : ", " + edges)}} ],
              "slots": { "model": { "kind": "model" }, "api": { "kind": "credential" } }, "notes": [] }
            """;
        return RunAsync(document, input);
    }

    public async Task<TestRun> RunAsync(string document, object? input = null, RunOptions? options = null)
    {
        FlowVersion version = Version(document);
        StartedRun started = await Engine.StartAsync(version, JsonSerializer.SerializeToElement(input ?? new { }, FlowJson.Options), options ?? RunOptions.Default, TestContext.Current.CancellationToken);
        return await ReadAsync(started.Id);
    }

    public FlowVersion Version(string document)
    {
        FlowDocument flow = FlowJson.Read(System.Text.Encoding.UTF8.GetBytes(document));
        return new FlowVersion(Workspace, flow.Id, "1", flow, Bindings);
    }

    public async Task<TestRun> ReadAsync(Guid id)
    {
        // A run that hangs must say so, and not hang the tests.
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        RunRow row = await Engine.WaitAsync(id, patience.Token);
        List<RunEvent> events = [];
        await foreach (RunEvent e in Engine.WatchAsync(id, 1, patience.Token))
        {
            events.Add(e);
            // Whoever watches a waiting run goes on watching.
            if (e.Type == RunEventType.RunWaiting && row.State == RunState.Waiting) break;
        }
        return new TestRun(row, events);
    }

    public async Task<TestRun> AnswerAsync(TestRun run, string step, string decision, string? comment = null)
    {
        await Engine.AnswerAsync(run.Row.Id, step, new HumanAnswer(decision, comment, "tester@example.org"), TestContext.Current.CancellationToken);
        return await ReadAsync(run.Row.Id);
    }

    public ValueTask<FlowVersion?> FindPublishedAsync(Guid workspaceId, string flow, CancellationToken cancellation) => new(Published.GetValueOrDefault(flow));
    ValueTask<string?> ISecrets.FindAsync(Guid workspaceId, string credential, CancellationToken cancellation) => new(Credentials.GetValueOrDefault(credential));

    Task<IReadOnlyList<KnowledgeBase>> IKnowledgeStore.ListAsync(Guid workspaceId, CancellationToken cancel) => Task.FromResult<IReadOnlyList<KnowledgeBase>>(KnowledgeBases);
    Task<KnowledgeBase?> IKnowledgeStore.FindAsync(Guid workspaceId, string slugOrName, CancellationToken cancel) => Task.FromResult(KnowledgeBases.Find(k => k.WorkspaceId == workspaceId && (k.Slug == slugOrName || k.Name == slugOrName)));
    Task IKnowledgeStore.SaveAsync(KnowledgeBase knowledgeBase, CancellationToken cancel) => throw new NotSupportedException();
    Task IKnowledgeStore.DeleteAsync(KnowledgeBase knowledgeBase, CancellationToken cancel) => throw new NotSupportedException();

    public void Dispose()
    {
        _services.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>A run that ended or waits, with its events.</summary>
internal sealed record TestRun(RunRow Row, IReadOnlyList<RunEvent> Events)
{
    public RunEvent? End(string step) => Events.LastOrDefault(e => e.Step == step && e.Type is RunEventType.StepCompleted or RunEventType.StepFailed or RunEventType.StepSkipped && e.Step == step);
    public JsonElement Outputs(string step = "node")
    {
        RunEvent end = Events.LastOrDefault(e => e.Step == step && e.Type == RunEventType.StepCompleted) ?? throw new InvalidOperationException($"{step} did not complete: {Row.State} {Row.Error?.Code} {Row.Error?.Message}");
        return FlowValue.ToJson(end.Data!.Outputs);
    }
    public string? Port(string step = "node") => Events.LastOrDefault(e => e.Step == step && e.Type == RunEventType.StepCompleted)?.Data?.Port;
    public RunError Error => Row.Error ?? throw new InvalidOperationException($"The run did not fail: {Row.State}");
    public string? Text => Row.Output is { } output && output.TryGetProperty("text", out JsonElement text) ? text.GetString() : null;
    public IEnumerable<string> Steps => Events.Where(e => e.Type == RunEventType.StepCompleted).Select(e => e.Step!);
}
