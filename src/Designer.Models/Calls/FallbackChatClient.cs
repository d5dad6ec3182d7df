using System.Runtime.CompilerServices;
using Designer.Models.Connections;
using Microsoft.Extensions.AI;

namespace Designer.Models.Calls;

/// <summary>One model, and another that takes over when the first fails before it has said a word. What was said once is never said again by another.</summary>
internal sealed class FallbackChatClient(ChatModel first, Func<CancellationToken, ValueTask<ChatModel>> findOther) : DelegatingChatClient(first.Client)
{
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        // The other one gets the same messages, which may be a sequence that can be read once.
        IReadOnlyList<ChatMessage> all = [.. messages];
        try
        {
            return await base.GetResponseAsync(all, options, cancellationToken);
        }
        catch (ModelException failed) when (failed.MayPassOn())
        {
            ChatModel other = await OtherAsync(failed, options, cancellationToken);
            ChatResponse response = await other.Client.GetResponseAsync(all, options, cancellationToken);
            Sign(response.AdditionalProperties ??= [], other, failed);
            return response;
        }
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        IReadOnlyList<ChatMessage> all = [.. messages];
        var hasSpoken = false;
        ModelException? failed = null;
        await using (IAsyncEnumerator<ChatResponseUpdate> updates = base.GetStreamingResponseAsync(all, options, cancellationToken).GetAsyncEnumerator(cancellationToken))
        {
            while (true)
            {
                try
                {
                    if (!await updates.MoveNextAsync()) yield break;
                }
                catch (ModelException e) when (!hasSpoken && e.MayPassOn())
                {
                    failed = e;
                    break;
                }
                hasSpoken |= updates.Current.Contents.Count > 0;
                yield return updates.Current;
            }
        }
        ChatModel other = await OtherAsync(failed, options, cancellationToken);
        await foreach (ChatResponseUpdate update in other.Client.GetStreamingResponseAsync(all, options, cancellationToken))
        {
            Sign(update.AdditionalProperties ??= [], other, failed);
            yield return update;
        }
    }

    private static void Sign(AdditionalPropertiesDictionary properties, ChatModel other, ModelException? failed)
    {
        properties[ChatModel.AnsweredBy] = other.Connection;
        properties[ChatModel.LeftBecause] = failed?.Message;
    }

    private async ValueTask<ChatModel> OtherAsync(ModelException failed, ChatOptions? options, CancellationToken cancellation)
    {
        ChatModel other;
        try
        {
            other = await findOther(cancellation);
        }
        catch (ModelException missing)
        {
            throw failed.WithoutHelp($"Its fallback cannot help: {missing.Message}");
        }
        return options?.Tools is { Count: > 0 } && !other.SupportsTools
            ? throw failed.WithoutHelp($"Its fallback '{other.Connection.Name}' cannot help: it calls no tools.")
            : other;
    }
}
