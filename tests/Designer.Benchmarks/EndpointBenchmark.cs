using Designer.Engine;
using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Editor;
using Designer.Web.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Designer.Benchmarks;

/// <summary>The published endpoint of the whole host beside two bare ones in the same process, all over loopback.</summary>
internal static class EndpointBenchmark
{
    private const string Body = """{"input":{"text":"hello"}}""";

    public static async Task<int> RunAsync(TimeSpan length)
    {
        Console.WriteLine($"{Environment.ProcessorCount} cores shared with the load driver, .NET {Environment.Version}, {length.TotalSeconds} s for each line after half as long to warm up.");
        string folder = Directory.CreateTempSubdirectory("designer-bench-").FullName;
        try
        {
            await using Floors floors = await Floors.StartAsync(folder);
            await using WebApplication host = DesignerHost.Create(["--data", Path.Combine(folder, "data"), "--urls", "http://127.0.0.1:0"], b => b.Logging.SetMinimumLevel(LogLevel.Error));
            await host.StartAsync();
            Uri address = new(host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
            foreach (int transforms in (int[])[3, 20])
            {
                string summary = await PublishAsync(host.Services, transforms, RunRecord.Summary), full = await PublishAsync(host.Services, transforms, RunRecord.Full);
                Console.WriteLine();
                Console.WriteLine($"{transforms} transforms");
                Console.WriteLine("| endpoint | callers | requests/s | p50 ms | p99 ms | B/request | of its floor |");
                Console.WriteLine("|---|--:|--:|--:|--:|--:|--:|");
                foreach (int callers in (int[])[1, 32, 256])
                {
                    LoadResult bare = await LoadDriver.RunAsync(floors.Address, $"/bare/{transforms}", null, Body, callers, length);
                    Line("floor 1: by hand", callers, bare, null);
                    Line("record summary", callers, await LoadDriver.RunAsync(address, $"/api/v1/flows/summary-{transforms}/runs", summary, Body, callers, length), bare);
                    LoadResult durable = await LoadDriver.RunAsync(floors.Address, $"/durable/{transforms}", null, Body, callers, length);
                    Line("floor 2: by hand, rows by group commit", callers, durable, null);
                    Line("record full", callers, await LoadDriver.RunAsync(address, $"/api/v1/flows/full-{transforms}/runs", full, Body, callers, length), durable);
                }
            }
            await host.StopAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        return 0;
    }

    private static void Line(string name, int callers, LoadResult r, LoadResult? floor) =>
        Console.WriteLine($"| {name} | {callers} | {r.PerSecond:#,0} | {r.P50:0.00} | {r.P99:0.00} | {r.BytesPerRequest:#,0} | {(floor is null ? "" : $"{r.PerSecond / floor.PerSecond:0%}")} |");

    /// <summary>Returns the key.</summary>
    private static async Task<string> PublishAsync(IServiceProvider services, int transforms, RunRecord record)
    {
        Workspace workspace = await services.GetRequiredService<MemberStore>().SoleWorkspaceAsync("Bench");
        FlowStore flows = services.GetRequiredService<FlowStore>();
        FlowDocument document = Flows.Chain(transforms);
        FlowDraft draft = await flows.CreateAsync(workspace.Id, new NewFlow(document.Id, document.Name, null, FlowJson.Write(document), $"{record.ToString().ToLowerInvariant()}-{transforms}"), "bench");
        await services.GetRequiredService<Publishing>().PublishAsync(workspace.Id, draft.Id, "bench");
        await flows.SetRecordAsync(workspace.Id, draft.Id, record);
        return (await services.GetRequiredService<ApiKeyStore>().CreateAsync(workspace.Id, draft.Id, "bench", canApprove: false, "bench"))!.Text;
    }
}
