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
/// thinking; ways of drawing that OpenAI does not have go under their usual names. The library writes and sends each request and reads a whole
/// answer; a stream is read by <see cref="ChatChunks"/>.
/// </summary>
/// <param name="usualLimit">What servers of this kind call the limit; null leaves it to the library.</param>
internal sealed class OpenAiTalk(IChatClient inner, ModelOptions quirks, string? usualLimit) : DelegatingChatClient(inner)
{
    private readonly byte[] _reasoningField = Encoding.UTF8.GetBytes(quirks.ReasoningField ?? ModelOptions.UsualReasoning);

    /// <summary>The library's client as the server behind it wants to be spoken to.</summary>
    public static IChatClient Create(IChatClient client, ModelOptions quirks, string? usualLimit)
    {
        OpenAiTalk talk = new(client, quirks, usualLimit);
        return quirks.ToolFormat == ModelOptions.TextTools ? new WrittenTools(talk) : talk;
    }

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
        if (options is null) return null;
        string? name = options.MaxOutputTokens is null ? null : quirks.TokenLimitName ?? usualLimit;
        float? minP = Number(options, CallOptions.MinP), penalty = Number(options, CallOptions.RepetitionPenalty);
        if (name is null && options.TopK is null && minP is null && penalty is null) return options;
        var adapted = options.Clone();
        if (name is not null) adapted.MaxOutputTokens = null;
        var earlier = options.RawRepresentationFactory;
        adapted.RawRepresentationFactory = client =>
        {
            var raw = earlier?.Invoke(client) as ChatCompletionOptions ?? new ChatCompletionOptions();
            if (name is not null) raw.Patch.Set(Encoding.UTF8.GetBytes("$." + name), options.MaxOutputTokens!.Value);
            // OpenAI's own models refuse these, and say so; most servers of open models know them by these names.
            if (options.TopK is { } topK) raw.Patch.Set("$.top_k"u8, topK);
            if (minP is { } least) raw.Patch.Set("$.min_p"u8, least);
            if (penalty is { } factor) raw.Patch.Set("$.repetition_penalty"u8, factor);
            return raw;
        };
        return adapted;
    }

    private static float? Number(ChatOptions options, string name) => options.AdditionalProperties?.TryGetValue(name, out float number) == true ? number : null;
#pragma warning restore SCME0001
}
