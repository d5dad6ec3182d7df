using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Designer.Models.Connections;
using Designer.Models.Metering;
using Microsoft.Extensions.AI;

namespace Designer.Models.Calls;

/// <summary>A provider's client with our promises around it: every failure is a <see cref="ModelException"/> that holds no key, a
/// stream that breaks off is an error and not a short answer, no answer is endless, and no more calls are under way than the connection allows.</summary>
internal sealed class CalledChatClient(IChatClient inner, ModelConnection connection, ModelErrors errors, ModelHttpLimits limits) : DelegatingChatClient(inner)
{
    // Here and not in the HTTP stack, which knows an answer's beginning only: a stream counts until its end.
    private readonly SemaphoreSlim? _places = connection.Options.MaxConcurrent is { } most ? new SemaphoreSlim(most, most) : null;

    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        using var place = await EnterAsync(cancellationToken);
        try
        {
            var response = await base.GetResponseAsync(messages, options, cancellationToken);
            CountedTokens.Clean(response.Usage);
            return response.Messages.Count > 0 ? response : throw errors.Bad("it holds no message");
        }
        catch (Exception e) when (!IsOwn(e, cancellationToken))
        {
            throw errors.Map(e);
        }
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var asked = Stopwatch.GetTimestamp();
        using var place = await EnterAsync(cancellationToken);
        TimeSpan? waited = _places is null ? null : Stopwatch.GetElapsedTime(asked);
        await using var updates = base.GetStreamingResponseAsync(messages, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var finished = false;
        for (var count = 0; await NextAsync(updates, finished, cancellationToken); count++)
        {
            if (count >= limits.MaxStreamedUpdates) throw errors.Bad($"it does not end after {limits.MaxStreamedUpdates:N0} pieces", transient: false);
            if (updates.Current.FinishReason is not null)
            {
                finished = true;
                if (waited is { } queued) (updates.Current.AdditionalProperties ??= [])[CallTimes.Queue] = queued;
            }
            CountedTokens.Clean(updates.Current.Contents);
            yield return updates.Current;
        }
        if (!finished) throw errors.Bad("it was cut off before its end");
    }

    private async ValueTask<Place> EnterAsync(CancellationToken cancellation)
    {
        if (_places is not null) await _places.WaitAsync(cancellation);
        return new Place(_places);
    }

    private readonly record struct Place(SemaphoreSlim? Of) : IDisposable
    {
        public void Dispose() => Of?.Release();
    }

    // Pooled, because it runs for each piece of a stream.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> NextAsync(IAsyncEnumerator<ChatResponseUpdate> updates, bool isFinished, CancellationToken cancellation)
    {
        try
        {
            return await updates.MoveNextAsync();
        }
        catch (Exception e) when (isFinished && e is (InvalidOperationException or FormatException or JsonException))
        {
            // The answer is whole; what comes after it is the server's count of tokens, and that cannot be read.
            return false;
        }
        catch (Exception e) when (!IsOwn(e, cancellation))
        {
            throw errors.Map(e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _places?.Dispose();
        base.Dispose(disposing);
    }

    private static bool IsOwn(Exception e, CancellationToken cancellation) =>
        e is ModelException || (e is OperationCanceledException && cancellation.IsCancellationRequested);
}
