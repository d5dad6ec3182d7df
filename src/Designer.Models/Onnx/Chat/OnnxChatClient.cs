using System.Runtime.CompilerServices;
using Designer.Models.Connections;
using Designer.Models.Metering;
using Designer.Models.Onnx.Folders;
using Designer.Models.Onnx.Generation;
using Designer.Models.Onnx.ToolCalls;
using Microsoft.Extensions.AI;

namespace Designer.Models.Onnx.Chat;

/// <summary>A chat model of this process behind the abstractions' client.</summary>
internal sealed class OnnxChatClient(OnnxModels models, ModelConnection connection, OnnxFolder folder, TimeProvider time) : IChatClient
{
    private const int UnsaidAnswer = 1024;

    private readonly ChatClientMetadata _metadata = new("onnxruntime", defaultModelId: connection.Model);

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var lease = await models.UseAsync(folder, (f, settings) => ChatRuntime.Load(f, settings), cancellationToken);
        var model = lease.Model;
        var prompt = ChatPrompt.Encode(model, [.. messages], options);
        var format = options?.Tools is { Count: > 0 } && options.ToolMode is not NoneChatToolMode ? model.ToolCalls : ToolCallFormat.None;
        var answer = new AnswerReader(format);
        // Marks around tool calls may be special tokens.
        var sink = new TextSink(model.Tokenizer.Stream(skipSpecial: format == ToolCallFormat.None, prompt.Continues), [.. options?.StopSequences ?? []], time);
        // Whoever stops reading, by cancelling or by leaving the loop, frees the place in the batch.
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            model.Generator.Submit(new GenerationRequest(prompt.Tokens, options?.MaxOutputTokens ?? model.Folder.Generation.MaxNewTokens ?? UnsaidAnswer, sink)
            {
                Sampling = ChatDefaults.Sampling(model.Folder.Generation, options),
                EndTokens = model.EndTokens,
                Constraint = options?.ResponseFormat is ChatResponseFormatJson json ? new JsonGuided(model.Guide(json.Schema)) : null,
                Adapter = options?.AdditionalProperties?.TryGetValue(CallOptions.Adapter, out string? adapter) == true ? adapter : null,
                Cancellation = leaving.Token,
            });
            await foreach (var piece in sink.Pieces.ReadAllAsync(cancellationToken))
                foreach (var content in answer.Append(piece)) yield return Update(content);
            foreach (var content in answer.Finish()) yield return Update(content);
            yield return Last(prompt.Tokens.Length, sink, answer.HasCalls, lease.Loading);
        }
        finally
        {
            await leaving.CancelAsync();
        }
    }

    private ChatResponseUpdate Update(AIContent content) => new(ChatRole.Assistant, [content]) { ModelId = connection.Model };

    private ChatResponseUpdate Last(int input, TextSink sink, bool hasCalls, TimeSpan loading) => new(ChatRole.Assistant,
        [new UsageContent(new UsageDetails { InputTokenCount = input, OutputTokenCount = sink.Tokens, TotalTokenCount = input + sink.Tokens })])
    {
        ModelId = connection.Model,
        FinishReason = hasCalls ? ChatFinishReason.ToolCalls : sink.End == GenerationEnd.Stop ? ChatFinishReason.Stop : ChatFinishReason.Length,
        AdditionalProperties = new AdditionalPropertiesDictionary { [CallTimes.Queue] = sink.Queued, [CallTimes.Load] = loading },
    };

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null) return null;
        return serviceType == typeof(ChatClientMetadata) ? _metadata : serviceType.IsInstanceOfType(this) ? this : null;
    }

    public void Dispose()
    {
        // The model belongs to the pool.
    }
}
