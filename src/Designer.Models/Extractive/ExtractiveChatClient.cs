using System.Runtime.CompilerServices;
using Designer.Models.Extractive.Text;
using Microsoft.Extensions.AI;

namespace Designer.Models.Extractive;

/// <summary>The embedded default, "extractive, no weights": it chooses and cites sentences of the prompt's sources, summarises, titles, picks
/// labels and fills schemas by extraction, and says plainly what it cannot do. Deterministic; never calls tools; never throws on odd input.</summary>
public sealed class ExtractiveChatClient : IChatClient
{
    /// <summary>The name under which answers say who wrote them.</summary>
    public const string ModelId = "extractive";

    private static readonly ChatClientMetadata s_metadata = new("designer", defaultModelId: ModelId);

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var turn = Turn.Read(messages, options);
        var pieces = Cut(turn.Reply(cancellationToken), options?.MaxOutputTokens, out var finish);
        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, string.Concat(pieces)))
        {
            ModelId = ModelId,
            FinishReason = finish,
            Usage = Usage(turn, pieces.Count),
        });
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var turn = Turn.Read(messages, options);
        var pieces = Cut(turn.Reply(cancellationToken), options?.MaxOutputTokens, out var finish);
        foreach (var piece in pieces)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new ChatResponseUpdate(ChatRole.Assistant, piece) { ModelId = ModelId };
        }
        yield return new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(Usage(turn, pieces.Count))]) { ModelId = ModelId, FinishReason = finish };
        await Task.CompletedTask;
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null) return null;
        return serviceType == typeof(ChatClientMetadata) ? s_metadata : serviceType.IsInstanceOfType(this) ? this : null;
    }

    public void Dispose()
    {
        // Holds nothing.
    }

    private static UsageDetails Usage(Turn turn, int output) =>
        new() { InputTokenCount = turn.InputTokens, OutputTokenCount = output, TotalTokenCount = turn.InputTokens + output };

    private static List<string> Cut(string text, int? limit, out ChatFinishReason finish)
    {
        var pieces = Pieces.Split(text);
        finish = ChatFinishReason.Stop;
        if (limit is not { } most || pieces.Count <= most) return pieces;
        finish = ChatFinishReason.Length;
        return pieces.GetRange(0, Math.Max(0, most));
    }
}
