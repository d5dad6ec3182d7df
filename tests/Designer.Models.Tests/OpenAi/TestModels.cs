using Designer.Models.Calls;
using Designer.Models.Connections;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.Models.Tests.OpenAi;

/// <summary>The product's own service graph over a store and a protector that live in memory.</summary>
internal sealed class TestModels : IDisposable
{
    public static readonly Guid Workspace = Guid.Parse("11111111-1111-7111-8111-111111111111");

    private readonly ServiceProvider _services;

    public TestModels(ModelHttpLimits? limits = null, Action<IServiceCollection>? configure = null)
    {
        var services = new ServiceCollection().AddSingleton<IModelStore>(Store).AddSingleton<IKeyProtector>(new ReversingProtector());
        if (limits is not null) services.AddSingleton(limits);
        configure?.Invoke(services);
        _services = services.AddDesignerModels().BuildServiceProvider();
    }

    public MemoryStore Store { get; } = new();
    public ModelRegistry Registry => _services.GetRequiredService<ModelRegistry>();
    public ModelTester Tester => _services.GetRequiredService<ModelTester>();

    public static ModelConnection Connection(Uri endpoint, string? key = "sk-secret-0123456789") => new()
    {
        Id = Guid.Parse("22222222-2222-7222-8222-222222222222"),
        WorkspaceId = Workspace,
        Name = "main",
        Provider = ModelProviders.OpenAi,
        Endpoint = endpoint,
        Model = "test-1",
        ProtectedKey = key is null ? null : new ReversingProtector().Protect(key),
        Capabilities = ModelCapabilities.Chat | ModelCapabilities.Tools,
        AllowPrivateNetwork = true,
    };

    public async Task<IChatClient> ClientAsync(ModelConnection connection)
    {
        await Store.SaveAsync(connection, default);
        return (await Registry.ResolveChatAsync(Workspace, connection.Name, default)).Client;
    }

    public void Dispose() => _services.Dispose();
}

internal sealed class ReversingProtector : IKeyProtector
{
    public string Protect(string key) => "p:" + new string([.. key.Reverse()]);

    public string Unprotect(string protectedKey) => protectedKey.StartsWith("p:", StringComparison.Ordinal)
        ? new string([.. protectedKey[2..].Reverse()])
        : throw new InvalidOperationException("The payload was protected with another key.");
}

internal sealed class MemoryStore : IModelStore
{
    private readonly Dictionary<(Guid, string), ModelConnection> _rows = [];
    private long _revision;

    public Task<IReadOnlyList<ModelConnection>> ListAsync(Guid workspaceId, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<ModelConnection>>([.. _rows.Values.Where(r => r.WorkspaceId == workspaceId).OrderBy(r => r.Name, StringComparer.Ordinal)]);

    public Task<ModelConnection?> FindAsync(Guid workspaceId, string name, CancellationToken cancellation) => Task.FromResult(_rows.GetValueOrDefault((workspaceId, name)));

    public Task<ModelConnection> SaveAsync(ModelConnection connection, CancellationToken cancellation) =>
        Task.FromResult(_rows[(connection.WorkspaceId, connection.Name)] = connection with { Revision = ++_revision });

    public Task<bool> DeleteAsync(Guid workspaceId, string name, CancellationToken cancellation) => Task.FromResult(_rows.Remove((workspaceId, name)));
}
