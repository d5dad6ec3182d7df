namespace Designer.Models;

/// <summary>Where nodes get their models from. <see cref="ModelRegistry"/> in the product; tests script one.</summary>
public interface IChatModels
{
    /// <inheritdoc cref="ModelRegistry.ResolveChatAsync"/>
    ValueTask<ChatModel> ResolveChatAsync(Guid workspaceId, string name, CancellationToken cancellation);
}
