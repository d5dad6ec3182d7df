using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using Designer.Models.Connections;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Designer.Models.OpenAi;

/// <summary>
/// One way to talk to all servers that speak OpenAI's interface, which differ in the name of the token limit and the field that holds their
/// thinking. The library writes and sends each request and reads a whole answer; a stream is read by <see cref="ChatChunks"/>.
/// </summary>
/// <param name="usualLimit">What servers of this kind call the limit; null leaves it to the library.</param>
internal sealed class OpenAiTalk(IChatClient inner, ModelOptions quirks, string? usualLimit) : DelegatingChatClient(inner)
{
    private readonly byte[] _reasoningField = Encoding.UTF8.GetBytes(quirks.ReasoningField ?? ModelOptions.UsualReasoning);

    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        base.GetResponseAsync(messages, Adapt(options), cancellationToken);

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using StreamedAnswer answer = StreamedAnswer.Expect();
        await foreach (ChatResponseUpdate _ in base.GetStreamingResponseAsync(messages, Adapt(options), cancellationToken))
        {
            // The library finds an empty stream.
        }
        ChatChunks chunks = new(_reasoningField);
        await foreach (SseItem<ChatResponseUpdate?> item in SseParser.Create(await answer.OpenAsync(cancellationToken), chunks.Read).EnumerateAsync(cancellationToken))
        {
            if (item.Data is not { } update) yield break;
            yield return update;
        }
    }

#pragma warning disable SCME0001 // JsonPatch is marked experimental; it is the library's only way to parts that it does not know.
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
