using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Designer.Models.Metering;

/// <summary>
/// Goes through the tracing client only while somebody listens: that one keeps every piece of a stream until its end, which for thousands of
/// streams at once is most of what they hold.
/// </summary>
internal sealed class HeardChatClient(IChatClient traced, IChatClient plain) : DelegatingChatClient(traced)
{
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        using ModelTelemetry.Call call = ModelTelemetry.Begin();
        return await Chosen.GetResponseAsync(messages, options, cancellationToken);
    }

    // Without a listener no layer stands between: each would cost a little for every piece.
    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        ModelTelemetry.IsHeard ? CountAsync(InnerClient.GetStreamingResponseAsync(messages, options, cancellationToken), cancellationToken) : plain.GetStreamingResponseAsync(messages, options, cancellationToken);

    private static async IAsyncEnumerable<ChatResponseUpdate> CountAsync(IAsyncEnumerable<ChatResponseUpdate> updates, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using ModelTelemetry.Call call = ModelTelemetry.Begin();
        await foreach (ChatResponseUpdate update in updates.WithCancellation(cancellation)) yield return update;
    }

    private IChatClient Chosen => ModelTelemetry.IsHeard ? InnerClient : plain;
}
