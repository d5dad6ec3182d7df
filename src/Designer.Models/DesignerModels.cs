using Designer.Engine;
using Designer.Models.Anthropic;
using Designer.Models.Caching;
using Designer.Models.Calls;
using Designer.Models.Connections;
using Designer.Models.Discovery;
using Designer.Models.Hub;
using Designer.Models.Kinds;
using Designer.Models.Network;
using Designer.Models.Onnx;
using Designer.Models.Onnx.Folders;
using Designer.Models.Onnx.Sessions;
using Designer.Models.OpenAi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Designer.Models;

public static class DesignerModels
{
    /// <summary>Adds <see cref="ModelRegistry"/>, <see cref="ModelTester"/> and <see cref="LocalServers"/>. The host adds an
    /// <c>IModelStore</c> and an <c>IKeyProtector</c> as singletons, and may add <see cref="OnnxSettings"/> and <see cref="ModelPaths"/> before.</summary>
    public static IServiceCollection AddDesignerModels(this IServiceCollection services)
    {
        services.TryAddSingleton(new ModelHttpLimits());
        services.TryAddSingleton<ModelHttp>();
        services.TryAddSingleton<OpenAiChatClients>();
        services.TryAddSingleton<AzureChatClients>();
        services.TryAddSingleton<AnthropicChatClients>();
        services.TryAddSingleton(new OnnxSettings());
        services.TryAddSingleton(provider => new ModelPaths(Path.GetFullPath("models"), provider.GetRequiredService<OnnxSettings>()));
        services.TryAddSingleton(provider => new OnnxModels(provider.GetRequiredService<ModelPaths>(), provider.GetRequiredService<OnnxSettings>(), provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.TryAddSingleton(provider => new OnnxKinds(provider.GetRequiredService<OnnxModels>(), provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.TryAddSingleton(new HubSettings());
        services.TryAddSingleton(provider => new HubClient(provider.GetRequiredService<HubSettings>(), provider.GetRequiredService<OnnxModels>().Home));
        services.TryAddSingleton(provider => new HubDownloads(provider.GetRequiredService<HubClient>(), provider.GetRequiredService<OnnxModels>(), provider.GetRequiredService<IModelStore>(),
            provider.GetRequiredService<ISecrets>(), provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.TryAddSingleton(provider => new ServedKinds(provider.GetRequiredService<ModelHttp>(), provider.GetRequiredService<ServerModels>(), provider.GetService<TimeProvider>()));
        // Where the host brings a cache.
        services.TryAddSingleton(provider => new ModelRegistry(provider.GetRequiredService<IModelStore>(), provider.GetRequiredService<IKeyProtector>(), provider.GetRequiredService<OpenAiChatClients>(),
            provider.GetRequiredService<AzureChatClients>(), provider.GetRequiredService<AnthropicChatClients>(), provider.GetRequiredService<OnnxKinds>(), provider.GetRequiredService<ServedKinds>(),
            provider.GetService<IModelCache>() is { } cache ? new ModelMemory(cache, provider.GetRequiredService<IKeyProtector>(), provider.GetService<ILogger<ModelMemory>>()) : null));
        services.TryAddSingleton<IChatModels>(provider => provider.GetRequiredService<ModelRegistry>());
        services.TryAddSingleton<IModels>(provider => provider.GetRequiredService<ModelRegistry>());
        services.TryAddSingleton<ModelTester>();
        services.TryAddSingleton<LocalServers>();
        services.TryAddSingleton<ServerModels>();
        foreach ((string name, NetworkPolicy policy) in ModelHttp.Handlers) AddClient(services, name, policy);
        return services;
    }

#pragma warning disable EXTEXP0001 // RemoveAllResilienceHandlers is marked experimental.
    private static void AddClient(IServiceCollection services, string name, NetworkPolicy policy) => services
        .AddHttpClient(name, client => client.Timeout = Timeout.InfiniteTimeSpan)
        .ConfigurePrimaryHttpMessageHandler(() => NetworkGuard.CreateHandler(policy))
        // The chat clients live as long as the process; the handler renews its own connections.
        .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
        // The factory's loggers write headers at trace level.
        .RemoveAllLoggers()
        // A host's defaults for all clients must not retry model calls beside the connection's own policy.
        .RemoveAllResilienceHandlers();
#pragma warning restore EXTEXP0001
}
