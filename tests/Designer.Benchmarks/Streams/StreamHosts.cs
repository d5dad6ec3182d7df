using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Designer.Models.Connections;
using Designer.Storage;
using Designer.Web.Features.Editor;
using Designer.Web.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;

namespace Designer.Benchmarks.Streams;

/// <summary>The two that stand between callers and the model: the whole Designer with one published flow, and a bare proxy.</summary>
internal static class StreamHosts
{
    public static string PathOf(RunRecord record) => $"/api/v1/flows/relay-{record.ToString().ToLowerInvariant()}/runs";

    /// <summary>Says its address and the keys of its two flows, which record in full and in summary.</summary>
    public static async Task DesignerAsync(string model)
    {
        string folder = Directory.CreateTempSubdirectory("designer-bench-").FullName;
        try
        {
            await using WebApplication host = DesignerHost.Create(["--data", folder, "--urls", "http://127.0.0.1:0"], b => b.Logging.SetMinimumLevel(LogLevel.Error));
            await host.StartAsync();
            Workspace workspace = await ConnectAsync(host.Services, new Uri(model + "/v1"));
            string full = await PublishAsync(host.Services, workspace, RunRecord.Full), summary = await PublishAsync(host.Services, workspace, RunRecord.Summary);
            await Child.ServeAsync($"{AddressOf(host)} {full} {summary}");
            await host.StopAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static async Task YarpAsync(string model)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "all", ClusterId = "model", Match = new RouteMatch { Path = "{**all}" } }],
            [new ClusterConfig { ClusterId = "model", Destinations = new Dictionary<string, DestinationConfig> { ["model"] = new() { Address = model } } }]);
        await using WebApplication host = builder.Build();
        host.MapReverseProxy();
        await host.StartAsync();
        await Child.ServeAsync(AddressOf(host));
        await host.StopAsync();
    }

    private static string AddressOf(WebApplication host) => host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    private static async Task<Workspace> ConnectAsync(IServiceProvider services, Uri model)
    {
        Workspace workspace = await services.GetRequiredService<MemberStore>().SoleWorkspaceAsync("Bench");
        await services.GetRequiredService<IModelStore>().SaveAsync(new ModelConnection
        {
            Id = Guid.NewGuid(),
            WorkspaceId = workspace.Id,
            Name = "paced",
            Provider = ModelProviders.OpenAi,
            Endpoint = model,
            Model = "m",
            AllowPrivateNetwork = true,
        }, default);
        return workspace;
    }

    /// <summary>Publishes a flow of one chat model and returns its key.</summary>
    private static async Task<string> PublishAsync(IServiceProvider services, Workspace workspace, RunRecord record)
    {
        FlowDocument document = new()
        {
            Id = Guid.CreateVersion7(),
            Name = "Relay",
            Mode = FlowMode.Task,
            Slots = new OrderedMap<FlowSlot>([new("model", new FlowSlot("model", ["chat"]))]),
            Nodes =
            [
                Node("start", "start", new { inputs = new[] { new { name = "text", type = "string", required = true } } }),
                Node("reply", "model.chat", new { model = "@slot:model", maxTokens = 100_000, messages = new[] { new { role = "user", text = "{{ start.text }}" } } }),
                Node("end", "answer", new { text = "{{ reply.text }}" }),
            ],
            Edges = [new FlowEdge { Id = "e1", From = "start:out", To = "reply:in" }, new FlowEdge { Id = "e2", From = "reply:out", To = "end:in" }],
        };
        FlowStore flows = services.GetRequiredService<FlowStore>();
        FlowDraft draft = await flows.CreateAsync(workspace.Id, new NewFlow(document.Id, document.Name, null, FlowJson.Write(document), $"relay-{record.ToString().ToLowerInvariant()}") { Bindings = new Dictionary<string, string> { ["model"] = "paced" } }, "bench");
        await services.GetRequiredService<Publishing>().PublishAsync(workspace.Id, draft.Id, "bench");
        await flows.SetRecordAsync(workspace.Id, draft.Id, record);
        return (await services.GetRequiredService<ApiKeyStore>().CreateAsync(workspace.Id, draft.Id, "bench", canApprove: false, "bench"))!.Text;
    }

    private static FlowNode Node(string id, string type, object settings) => new() { Id = id, Name = id, Type = type, Settings = JsonSerializer.SerializeToElement(settings) };
}
