using System.Runtime.CompilerServices;
using System.Text.Json;
using Designer.Models.Connections;
using Designer.Models.Metering;
using Microsoft.Extensions.AI;

namespace Designer.Models.Caching;

/// <summary>Gives the same answer to the same question for a while: same connection, messages, options and tools. What called a tool, was cut,
/// or came from a fallback is not kept.</summary>
internal sealed class RememberingChatClient(IChatClient inner, ModelMemory memory, ModelConnection connection, TimeSpan keep, TimeProvider time) : DelegatingChatClient(inner)
{
    private const int LongestAnswer = 256 * 1024;

    private sealed record Answer(string Text, string? Model);

    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<ChatMessage> all = [.. messages];
        var key = KeyOf(all, options);
        if (await FindAsync(key, cancellationToken) is { } known) return ((IEnumerable<ChatResponseUpdate>)[Said(known)]).ToChatResponse();
        var response = await base.GetResponseAsync(all, options, cancellationToken);
        await KeepAsync(key, response, cancellationToken);
        return response;
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        IReadOnlyList<ChatMessage> all = [.. messages];
        var key = KeyOf(all, options);
        if (await FindAsync(key, cancellationToken) is { } known)
        {
            yield return Said(known);
            yield break;
        }
        List<ChatResponseUpdate> updates = [];
        await foreach (var update in base.GetStreamingResponseAsync(all, options, cancellationToken))
        {
            updates.Add(update);
            yield return update;
        }
        var isOther = updates.Any(u => u.AdditionalProperties?.ContainsKey(ChatModel.AnsweredBy) == true);
        if (!isOther) await KeepAsync(key, updates.ToChatResponse(), cancellationToken);
    }

    // A changed connection has another revision, so what it said before counts no more.
    private string KeyOf(IReadOnlyList<ChatMessage> messages, ChatOptions? options) => ModelMemory.KeyOf(connection.WorkspaceId, "answer", JsonSerializer.SerializeToUtf8Bytes(new
    {
        connection.Id,
        connection.Revision,
        messages,
        options,
        // Options leave them out of their JSON.
        tools = options?.Tools?.Select(t => new { t.Name, t.Description, schema = (t as AIFunctionDeclaration)?.JsonSchema }),
    }, AIJsonUtilities.DefaultOptions));

    private async ValueTask<Answer?> FindAsync(string key, CancellationToken cancellation)
    {
        DateTimeOffset since = time.GetUtcNow();
        if (await memory.FindAsync(connection.WorkspaceId, [key], cancellation) is not [{ } kept] || JsonSerializer.Deserialize<Answer>(kept) is not { } known) return null;
        ModelTelemetry.StartKnown("chat", connection, this.GetService<ChatClientMetadata>()?.ProviderName, known.Model, since)?.Dispose();
        return known;
    }

    private async ValueTask KeepAsync(string key, ChatResponse response, CancellationToken cancellation)
    {
        var isPlain = response.FinishReason == ChatFinishReason.Stop && response.AdditionalProperties?.ContainsKey(ChatModel.AnsweredBy) != true
            && response.Messages.All(m => m.Role == ChatRole.Assistant && m.Contents.All(c => c is TextContent or TextReasoningContent or UsageContent));
        if (!isPlain || string.IsNullOrWhiteSpace(response.Text) || response.Text.Length > LongestAnswer) return;
        await memory.KeepAsync(connection.WorkspaceId, [(key, JsonSerializer.SerializeToUtf8Bytes(new Answer(response.Text, response.ModelId)))], keep, cancellation);
    }

    private static ChatResponseUpdate Said(Answer known) => new(ChatRole.Assistant, [new TextContent(known.Text), new UsageContent(new UsageDetails { InputTokenCount = 0, OutputTokenCount = 0, TotalTokenCount = 0 })])
    {
        ModelId = known.Model,
        FinishReason = ChatFinishReason.Stop,
        AdditionalProperties = new() { [ChatModel.FromCache] = true },
    };
}
