using System.Diagnostics;
using System.Runtime.CompilerServices;
using Designer.Models.Connections;
using Microsoft.Extensions.AI;

namespace Designer.Models.Metering;

/// <summary>Writes into a call's span what the conventions have no name for: how long it waited and loaded, when its first piece came, what it cost.</summary>
internal sealed class MeteredChatClient(IChatClient inner, ModelConnection connection, TimeProvider time) : DelegatingChatClient(inner)
{
    /// <summary>A client whose calls are spans and measurements with the semantic conventions for generative AI; without a listener they cost nothing.
    /// What is said is never part of them.</summary>
    public static IChatClient Wrap(IChatClient client, ModelConnection connection, TimeProvider time) => new HeardChatClient(
        new MeteredChatClient(client, connection, time).AsBuilder().UseOpenTelemetry(sourceName: ModelTelemetry.Name, configure: traced => traced.EnableSensitiveData = false).Build(), client);

    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var span = ModelTelemetry.Current;
        var response = await base.GetResponseAsync(messages, options, cancellationToken);
        Note(span, null, response.Usage, response.AdditionalProperties);
        return response;
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var span = ModelTelemetry.Current;
        var start = time.GetTimestamp();
        TimeSpan? first = null;
        UsageDetails? used = null;
        AdditionalPropertiesDictionary? said = null;
        await foreach (var update in base.GetStreamingResponseAsync(messages, options, cancellationToken))
        {
            if (span is not null)
            {
                if (update.Contents.Count > 0) first ??= time.GetElapsedTime(start);
                foreach (var content in update.Contents)
                    if (content is UsageContent usage) (used ??= new UsageDetails()).Add(usage.Details);
                said = update.AdditionalProperties ?? said;
            }
            yield return update;
        }
        Note(span, first, used, said);
    }

    private void Note(Activity? span, TimeSpan? first, UsageDetails? used, AdditionalPropertiesDictionary? said)
    {
        if (span is null) return;
        span.SetTag("designer.model", connection.Name);
        Set("designer.first_token_ms", first);
        Set("designer.queue_ms", said?.TryGetValue(CallTimes.Queue, out TimeSpan queue) == true ? queue : null);
        Set("designer.load_ms", said?.TryGetValue(CallTimes.Load, out TimeSpan load) == true ? load : null);
        if (used is not null && connection.Cost(used.InputTokenCount ?? 0, used.OutputTokenCount ?? 0, used) is { } cost) span.SetTag("designer.cost", (double)cost);

        void Set(string name, TimeSpan? took)
        {
            if (took is { } some) span.SetTag(name, some.TotalMilliseconds);
        }
    }
}
