using System.Runtime.CompilerServices;
using Designer.Models.Connections;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace Designer.Models.OpenAi;

/// <summary>The connector's client with our promises around it: every failure is a <see cref="ModelException"/> that holds no key, a
/// stream that breaks off is an error and not a short answer, and no answer is endless.</summary>
internal sealed class OpenAiChatClient(IChatClient inner, ModelConnection connection, string? key, ModelHttpLimits limits) : DelegatingChatClient(inner)
{
    private readonly OpenAiErrors _errors = new(connection, key);

    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        try
        {
            var response = await base.GetResponseAsync(messages, Adapt(options), cancellationToken);
            return response.Messages.Count > 0 ? response : throw _errors.Bad("it holds no message");
        }
        catch (Exception e) when (!IsOwn(e, cancellationToken))
        {
            throw _errors.Map(e);
        }
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using var updates = base.GetStreamingResponseAsync(messages, Adapt(options), cancellationToken).GetAsyncEnumerator(cancellationToken);
        var finished = false;
        for (var count = 0; await NextAsync(updates, cancellationToken); count++)
        {
            if (count >= limits.MaxStreamedUpdates) throw _errors.Bad($"it does not end after {limits.MaxStreamedUpdates:N0} pieces", transient: false);
            finished |= updates.Current.FinishReason is not null;
            yield return updates.Current;
        }
        if (!finished) throw _errors.Bad("it was cut off before its end");
    }

    private async ValueTask<bool> NextAsync(IAsyncEnumerator<ChatResponseUpdate> updates, CancellationToken cancellation)
    {
        try
        {
            return await updates.MoveNextAsync();
        }
        catch (Exception e) when (!IsOwn(e, cancellation))
        {
            throw _errors.Map(e);
        }
    }

    private static bool IsOwn(Exception e, CancellationToken cancellation) =>
        e is ModelException || (e is OperationCanceledException && cancellation.IsCancellationRequested);

    // OpenAI's newer models refuse max_tokens; most other servers know nothing else.
    private ChatOptions? Adapt(ChatOptions? options)
    {
        if (options?.MaxOutputTokens is not { } limit || OpenAiChatClients.IsOpenAi(connection.Endpoint)) return options;
        var adapted = options.Clone();
        adapted.MaxOutputTokens = null;
        var earlier = options.RawRepresentationFactory;
        adapted.RawRepresentationFactory = client =>
        {
            var raw = earlier?.Invoke(client) as ChatCompletionOptions ?? new ChatCompletionOptions();
#pragma warning disable SCME0001 // JsonPatch is marked experimental; it is the connector's only way to name a parameter it does not know.
            raw.Patch.Set("$.max_tokens"u8, limit);
#pragma warning restore SCME0001
            return raw;
        };
        return adapted;
    }
}
