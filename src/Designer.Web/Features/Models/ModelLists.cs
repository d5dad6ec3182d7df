using System.Collections.Concurrent;
using Designer.Models;
using Designer.Models.Connections;
using Designer.Models.Discovery;

namespace Designer.Web.Features.Models;

/// <summary>When a model was tried last, and what came of it.</summary>
public sealed record ModelTrial(ModelTestResult Result, DateTimeOffset At);

/// <summary>The models of a workspace, the servers found on this machine, and what the last tests said. Tests are remembered while the process lives.</summary>
public sealed class ModelLists(IModelStore store, LocalServers servers, ModelTester tester, TimeProvider time)
{
    private static readonly string[] s_chat = [ModelNeeds.Chat];
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(20);
    private readonly ConcurrentDictionary<(Guid Workspace, Guid Connection, long Revision), ModelTrial> _trials = new();
    private IReadOnlyList<LocalServer> _found = [];
    private long? _foundAt;

    /// <summary>The embedded model first, then the connected ones by name.</summary>
    public async Task<IReadOnlyList<ModelConnection>> ListAsync(Guid workspaceId, CancellationToken cancellation = default) =>
        [ModelRegistry.Embedded(workspaceId), .. await store.ListAsync(workspaceId, cancellation)];

    /// <summary>True when the workspace can use a model that writes.</summary>
    public async Task<bool> HasModelAsync(Guid workspaceId, CancellationToken cancellation = default) =>
        (await store.ListAsync(workspaceId, cancellation)).Any(m => m.Enabled && m.Provider != ModelProviders.Extractive && Has(m, null));

    /// <summary>What a new flow's model slot is bound to: the first connected model that has what is needed, or the embedded one.</summary>
    public async Task<string> PreferredAsync(Guid workspaceId, IReadOnlyList<string>? needs = null, CancellationToken cancellation = default) =>
        (await store.ListAsync(workspaceId, cancellation)).FirstOrDefault(m => m.Enabled && m.Provider != ModelProviders.Extractive && Has(m, needs))?.Name ?? ModelProviders.Extractive;

    /// <summary>Whether a model has every capability that a slot names; unknown names count as missing. A slot that names none wants to chat.</summary>
    public static bool Has(ModelConnection model, IReadOnlyList<string>? needs) =>
        (needs ?? s_chat).All(need => model.Capabilities.Meets(need));

    /// <summary>Servers that answer on this machine, looked for at most every 20 seconds.</summary>
    public async Task<IReadOnlyList<LocalServer>> FoundAsync(CancellationToken cancellation = default)
    {
        if (_foundAt is { } at && time.GetElapsedTime(at) < s_fresh) return _found;
        _found = await servers.FindAsync(cancellation);
        _foundAt = time.GetTimestamp();
        return _found;
    }

    public async Task<ModelTrial> TestAsync(ModelConnection connection, CancellationToken cancellation = default) =>
        Remember(connection, await tester.TestAsync(connection, cancellation));

    /// <summary>The connection as it stands now was tested with this result.</summary>
    public ModelTrial Remember(ModelConnection connection, ModelTestResult result) => _trials[Key(connection)] = new ModelTrial(result, time.GetUtcNow());

    public ModelTrial? LastTrial(ModelConnection connection) => _trials.GetValueOrDefault(Key(connection));

    private static (Guid, Guid, long) Key(ModelConnection connection) => (connection.WorkspaceId, connection.Id, connection.Revision);
}
