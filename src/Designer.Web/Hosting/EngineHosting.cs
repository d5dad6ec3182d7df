using Designer.Engine;
using Designer.Flows;
using Designer.Knowledge;
using Designer.Models;
using Designer.Models.Discovery;
using Designer.Models.Hub;
using Designer.Models.Network;
using Designer.Models.Onnx.Folders;
using Designer.Models.Onnx.Sessions;
using Designer.Nodes;
using Designer.Storage;

namespace Designer.Web.Hosting;

/// <summary>The engine with its nodes, models and knowledge. The server and the command line build it the same way.</summary>
public static class EngineHosting
{
    public static IServiceCollection AddDesignerEngine(this IServiceCollection services, StorageOptions storage, IConfiguration settings)
    {
        OnnxSettings onnx = settings.GetSection("onnx").Get<OnnxSettings>() ?? new OnnxSettings();
        services.AddSingleton(onnx).AddSingleton(new ModelPaths(Path.GetFullPath(storage.ModelFolder), onnx));
        if (settings["discovery"] is { } places) services.AddSingleton(new LocalServers(LocalServers.ProbesOf(places)));
        services.AddSingleton(HubSettings.Read(settings["hub:address"], settings["hub:allow"]));
        services.AddDesignerModels();
        services.AddDesignerKnowledge(options => options.Folder = storage.KnowledgeFolder);
        services.AddDesignerNodes(Network(settings["network:allow"]));
        services.AddSingleton(provider => new NodeCatalog(provider, [DesignerNodes.Assembly]));
        services.AddSingleton<INodeTypes>(provider => provider.GetRequiredService<NodeCatalog>());
        services.AddSingleton(Files(settings));
        services.AddSingleton<FlowFiles>();
        services.AddSingleton<FlowEngine>();
        services.AddSingleton<IFlowEngine>(provider => provider.GetRequiredService<FlowEngine>());
        return services;
    }

    /// <summary><c>files:mostMegabytes</c> is the largest file, <c>files:workspaceMegabytes</c> what a workspace may have (0: no limit), <c>files:keepUnusedHours</c> how long one stays that no run uses.</summary>
    private static FileLimits Files(IConfiguration settings)
    {
        FileLimits usual = new();
        return new FileLimits
        {
            MostBytes = settings.GetValue<int?>("files:mostMegabytes") is > 0 and <= 2_000 and var megabytes ? megabytes * 1024L * 1024 : usual.MostBytes,
            MostPerWorkspace = settings.GetValue<long?>("files:workspaceMegabytes") switch { 0 => null, > 0 and < 1L << 40 and var share => share * 1024 * 1024, _ => usual.MostPerWorkspace },
            KeepUnused = settings.GetValue<double?>("files:keepUnusedHours") is >= 1 and var hours ? TimeSpan.FromHours(hours) : usual.KeepUnused,
        };
    }

    /// <summary>Flows reach public addresses, and the exact hosts that an admin opened: <c>host</c> or <c>host:port</c>, separated by commas.</summary>
    private static NetworkPolicy Network(string? allowed) => NetworkPolicy.PublicOnly with
    {
        AllowedHosts = (allowed ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToHashSet(StringComparer.OrdinalIgnoreCase),
    };
}

/// <summary>Takes up unfinished runs at start and looks now and then for answers, deadlines and runs whose owner died; lets runs finish at the end.</summary>
public sealed class EngineKeeper(FlowEngine engine, ILogger<EngineKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(Round);
        // A start that fails disposes the host without stopping it; the end of the rounds is no failure then, either.
        stoppingToken.Register(timer.Dispose);
        do
        {
            try
            {
                int taken = await engine.ResumeAsync(stoppingToken);
                if (taken > 0) logger.LogInformation("{Count} unfinished runs go on", taken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogError(e, "Looking for unfinished runs failed; the next round tries again");
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                // The host stops.
            }
        }
        while (await timer.WaitForNextTickAsync(CancellationToken.None));
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await engine.StopAsync(Grace);
        await base.StopAsync(cancellationToken);
    }
}
