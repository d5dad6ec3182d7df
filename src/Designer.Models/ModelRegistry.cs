using System.Collections.Concurrent;
using Designer.Models.Anthropic;
using Designer.Models.Caching;
using Designer.Models.Calls;
using Designer.Models.Connections;
using Designer.Models.Extractive;
using Designer.Models.Kinds;
using Designer.Models.Metering;
using Designer.Models.Onnx;
using Designer.Models.OpenAi;
using Microsoft.Extensions.AI;

namespace Designer.Models;

/// <summary>Turns the name that a slot is bound to into a model that can be called. One per process.</summary>
public sealed class ModelRegistry(IModelStore store, IKeyProtector keys, OpenAiChatClients openAi, AzureChatClients azure, AnthropicChatClients anthropic, OnnxKinds onnx, ServedKinds served, ModelMemory? memory = null) : IModels, IDisposable
{
    private readonly ConcurrentDictionary<Guid, ChatModel> _models = new();
    private readonly ExtractiveChatClient _extractive = new();

    /// <summary>The embedded default as a connection; it needs no row and exists in every workspace.</summary>
    public static ModelConnection Embedded(Guid workspaceId) => new()
    {
        Id = new Guid("e87ac71e-0000-7000-8000-000000000001"),
        WorkspaceId = workspaceId,
        Name = ModelProviders.Extractive,
        Provider = ModelProviders.Extractive,
        Model = ExtractiveChatClient.ModelId,
        Capabilities = ModelCapabilities.Chat | ModelCapabilities.JsonSchema,
        InputPrice = 0,
        OutputPrice = 0,
    };

    /// <summary>Throws <see cref="ModelException"/>: <c>model.unknown</c>, <c>model.unavailable</c> (disabled) or <c>model.key</c> (unreadable).</summary>
    public async ValueTask<ChatModel> ResolveChatAsync(Guid workspaceId, string name, CancellationToken cancellation)
    {
        ChatModel model = await ResolveAloneAsync(workspaceId, name, cancellation);
        // One step only: the fallback's own fallback is not asked, so that no circle can close.
        return model.Connection.Options.Fallback is { Length: > 0 } other
            ? model with { Client = new FallbackChatClient(model, cancel => ResolveAloneAsync(workspaceId, other, cancel)) }
            : model;
    }

    private async ValueTask<ChatModel> ResolveAloneAsync(Guid workspaceId, string name, CancellationToken cancellation)
    {
        if (name == ModelProviders.Extractive) return new ChatModel(Embedded(workspaceId), _extractive);
        var connection = await FindAsync(workspaceId, name, cancellation);
        if (_models.TryGetValue(connection.Id, out var known) && known.Connection == connection) return known;
        var fresh = new ChatModel(connection, MeteredChatClient.Wrap(CreateClient(connection), connection, TimeProvider.System)) { Memory = memory };
        // Clients share the factory's handlers, so a replaced one holds nothing that must be disposed while a call still uses it.
        _models[connection.Id] = fresh;
        return fresh;
    }

    public async ValueTask<T> ResolveAsync<T>(Guid workspaceId, string name, CancellationToken cancellation) where T : class =>
        CreateOther<T>(await FindAsync(workspaceId, name, cancellation));

    /// <summary>What <see cref="CreateClient"/> is for chat, for every other kind of model.</summary>
    public T CreateOther<T>(ModelConnection connection) where T : class
    {
        T model = CreateFresh<T>(connection);
        return memory is not null && model is IEmbeddingGenerator<string, Embedding<float>> generator
            ? (T)(object)new RememberingEmbeddings(generator, memory, connection, IdentityOf(connection), TimeProvider.System)
            : model;
    }

    // A server may exchange what it serves under a name; nothing tells that but the age of what is remembered.
    private string IdentityOf(ModelConnection connection) => connection.Provider == ModelProviders.Onnx ? onnx.IdentityOf(connection) : $"{connection.Endpoint}\n{connection.Model}";

    /// <summary>The same without what it said before: a test asks the model itself.</summary>
    internal T CreateFresh<T>(ModelConnection connection) where T : class => connection.Provider switch
    {
        ModelProviders.Onnx => onnx.Create<T>(connection),
        _ when !ModelProviders.Chats(connection.Provider) => served.Create<T>(connection, ReadKey(connection)),
        _ => throw new ModelException(ModelErrorCodes.Refused, $"The model '{connection.Name}' can only chat. Choose one of the kind that is needed."),
    };

    /// <summary>Why a model of this process runs on the CPU though it was meant to run elsewhere.</summary>
    internal string? FallbackOf(ModelConnection connection) => connection.Provider == ModelProviders.Onnx ? onnx.FallbackOf(connection) : null;

    /// <summary>A client for a connection that need not be saved: what the page tests before it stores anything.</summary>
    public IChatClient CreateClient(ModelConnection connection) => connection.Provider switch
    {
        ModelProviders.Extractive => _extractive,
        ModelProviders.OpenAi => openAi.Create(connection, ReadKey(connection)),
        ModelProviders.Azure => azure.Create(connection, ReadKey(connection)),
        ModelProviders.Anthropic => anthropic.Create(connection, ReadKey(connection)),
        ModelProviders.Onnx => onnx.Create<IChatClient>(connection),
        _ when !ModelProviders.Chats(connection.Provider) => throw new ModelException(ModelErrorCodes.Refused, $"The model '{connection.Name}' cannot chat: it is of the kind '{ModelProviders.KindOf(connection.Provider)}'."),
        _ => throw new ModelException(ModelErrorCodes.Unavailable, $"The model '{connection.Name}' names the provider '{connection.Provider}', which this version does not have."),
    };

    public async ValueTask<ModelConnection> FindAsync(Guid workspaceId, string name, CancellationToken cancellation)
    {
        if (name == ModelProviders.Extractive) return Embedded(workspaceId);
        var connection = await store.FindAsync(workspaceId, name, cancellation);
        if (connection is null || connection.WorkspaceId != workspaceId)
            throw new ModelException(ModelErrorCodes.Unknown, $"There is no model '{name}' in this workspace.");
        return connection.Enabled ? connection : throw new ModelException(ModelErrorCodes.Unavailable, $"The model '{name}' is switched off. Switch it on on the Models page, or bind the slot to another.");
    }

    public async ValueTask<ModelConnection?> FindFallbackAsync(ModelConnection first, ModelException failed, CancellationToken cancellation)
    {
        if (first.Options.Fallback is not { Length: > 0 } name || !failed.MayPassOn()) return null;
        ModelConnection other;
        try
        {
            other = await FindAsync(first.WorkspaceId, name, cancellation);
        }
        catch (ModelException missing)
        {
            throw failed.WithoutHelp($"Its fallback cannot help: {missing.Message}");
        }
        return other.CanStandInFor(first) ? other : throw failed.WithoutHelp($"Its fallback '{name}' cannot help: it {(other.Capabilities.HasFlag(ModelCapabilities.Embedding) && first.Capabilities.HasFlag(ModelCapabilities.Embedding) ? "makes other vectors" : "is of another kind")}.");
    }

    public void Dispose() => _extractive.Dispose();

    private string? ReadKey(ModelConnection connection)
    {
        if (string.IsNullOrEmpty(connection.ProtectedKey)) return null;
        try
        {
            return keys.Unprotect(connection.ProtectedKey);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new ModelException(ModelErrorCodes.Key, $"The stored key of the model '{connection.Name}' cannot be read any more. Enter it again.", inner: e);
        }
    }
}
