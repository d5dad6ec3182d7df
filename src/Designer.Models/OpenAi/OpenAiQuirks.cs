using System.Runtime.CompilerServices;
using System.Text;
using Designer.Models.Connections;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Designer.Models.OpenAi;

/// <summary>Where servers that speak OpenAI's interface differ from it: the name of the token limit, and the field that holds their thinking.</summary>
/// <param name="usualLimit">What servers of this kind call the limit; null leaves it to the connector.</param>
internal sealed class OpenAiQuirks(IChatClient inner, ModelOptions quirks, string? usualLimit) : DelegatingChatClient(inner)
{
    private readonly byte[]? _reasoningPath = quirks.ReasoningField is { } field ? Encoding.UTF8.GetBytes($"$.choices[0].delta.{field}") : null;

    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        base.GetResponseAsync(messages, Adapt(options), cancellationToken);

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (ChatResponseUpdate update in base.GetStreamingResponseAsync(messages, Adapt(options), cancellationToken))
        {
            if (Thought(update) is { } thought) update.Contents.Add(new TextReasoningContent(thought));
            yield return update;
        }
    }

#pragma warning disable SCME0001 // JsonPatch is marked experimental; it is the connector's only way to parts that it does not know.
    private string? Thought(ChatResponseUpdate update) =>
        _reasoningPath is not null && update.RawRepresentation is StreamingChatCompletionUpdate raw && raw.Patch.TryGetValue(_reasoningPath, out string? thought) && thought is { Length: > 0 }
            && !update.Contents.Any(content => content is TextReasoningContent) ? thought : null;

    private ChatOptions? Adapt(ChatOptions? options)
    {
        if ((quirks.TokenLimitName ?? usualLimit) is not { } name || options?.MaxOutputTokens is not { } limit) return options;
        byte[] path = Encoding.UTF8.GetBytes("$." + name);
        var adapted = options.Clone();
        adapted.MaxOutputTokens = null;
        var earlier = options.RawRepresentationFactory;
        adapted.RawRepresentationFactory = client =>
        {
            var raw = earlier?.Invoke(client) as ChatCompletionOptions ?? new ChatCompletionOptions();
            raw.Patch.Set(path, limit);
            return raw;
        };
        return adapted;
    }
#pragma warning restore SCME0001
}
