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

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using ModelTelemetry.Call call = ModelTelemetry.Begin();
        await foreach (ChatResponseUpdate update in Chosen.GetStreamingResponseAsync(messages, options, cancellationToken)) yield return update;
    }

    private IChatClient Chosen => ModelTelemetry.IsHeard ? InnerClient : plain;
}
