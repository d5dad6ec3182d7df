using Designer.Models.Connections;

namespace Designer.Models;

/// <summary>Where nodes get their models from. <see cref="ModelRegistry"/> in the product; tests script one.</summary>
public interface IChatModels
{
    /// <inheritdoc cref="ModelRegistry.ResolveChatAsync"/>
    ValueTask<ChatModel> ResolveChatAsync(Guid workspaceId, string name, CancellationToken cancellation);
}

/// <summary>Where nodes get their models from that do something else than chat.</summary>
public interface IModels : IChatModels
{
    /// <summary>The connection of that name, the embedded one included: what it can do and what it costs.</summary>
    /// <exception cref="ModelException">As <see cref="IChatModels.ResolveChatAsync"/>.</exception>
    ValueTask<ModelConnection> FindAsync(Guid workspaceId, string name, CancellationToken cancellation);

    /// <summary>The model that answers in place of one that does not chat and failed; null where it has none, or where the failure is no reason. One step only:
    /// the fallback's own fallback is not asked.</summary>
    /// <exception cref="ModelException">The same failure, with why the fallback cannot help.</exception>
    ValueTask<ModelConnection?> FindFallbackAsync(ModelConnection first, ModelException failed, CancellationToken cancellation);

    /// <summary>What <see cref="ResolveAsync"/> gives, of a connection that was found; of its fallback it knows nothing.</summary>
    /// <exception cref="ModelException">It is a model of another kind.</exception>
    T CreateOther<T>(ModelConnection connection) where T : class;

    /// <summary>The model behind a name as an <c>IEmbeddingGenerator&lt;string, Embedding&lt;float&gt;&gt;</c>, <c>IReranker</c>, <c>ITextClassifier</c>, <c>ISpanFinder</c>,
    /// <c>IFileClassifier</c>, <c>IImageReader</c> or <c>IPictureMaker</c>.</summary>
    /// <exception cref="ModelException">As <see cref="IChatModels.ResolveChatAsync"/>, and <c>model.refused</c> where it is a model of another kind.</exception>
    ValueTask<T> ResolveAsync<T>(Guid workspaceId, string name, CancellationToken cancellation) where T : class;
}
