using System.Text;
using Designer.Engine;
using Designer.Flows;
using Designer.Models;
using Designer.Models.Connections;
using Designer.Models.Metering;
using Microsoft.Extensions.AI;

namespace Designer.Nodes.Models;

/// <summary>What came back of one call.</summary>
internal sealed record ModelReply(string Text, IReadOnlyList<FunctionCallContent> Calls, string FinishReason, Usage Usage, CallTrace Trace, IReadOnlyList<Thought> Thoughts)
{
    public double? FirstTokenMs => Trace.FirstTokenMs;
}

/// <summary>One call of a chat model, as every node makes it: the budget reserved before and settled after, usage reported, failures as step errors.</summary>
internal static class ModelCall
{
    /// <summary>A model that pays no heed to its limit is cut off at this many times it.</summary>
    private const int Overrun = 2;

    public static async ValueTask<ChatModel> ResolveAsync(IChatModels models, string name, StepContext step)
    {
        if (string.IsNullOrWhiteSpace(name)) throw new StepException("model.unbound", $"No model is chosen for this node. Bind its slot to a model.");
        try
        {
            return await models.ResolveChatAsync(step.WorkspaceId, name, step.Cancellation).ConfigureAwait(false);
        }
        catch (ModelException error)
        {
            throw InWords(error);
        }
    }

    /// <param name="onText">Gets the text piece by piece as it comes.</param>
    public static async ValueTask<ModelReply> RunAsync(ChatModel model, IReadOnlyList<ChatMessage> messages, ChatOptions options, StepContext step, Action<string>? onText = null)
    {
        int maxTokens = options.MaxOutputTokens ??= 2048;
        long input = TokenEstimate.AtMost(messages) + TokenEstimate.AtMost(options);
        Reservation reservation = step.Budget.Reserve(input + maxTokens, model.Connection.Cost(input, maxTokens) ?? 0);
        // What a failed call consumed is unknown; a call without an answer is not billed.
        Usage usage = new(ModelCalls: 1);
        CallTrace? trace = null;
        long start = step.Clock.GetTimestamp();
        try
        {
            ModelReply reply = await ReadAsync(model, messages, options, step, onText, maxTokens).ConfigureAwait(false);
            (usage, trace) = (reply.Usage, reply.Trace);
            return reply;
        }
        catch (ModelException error)
        {
            trace = new CallTrace(model.Connection.Name, step.Clock.GetElapsedTime(start).TotalMilliseconds, Error: error.Message);
            throw InWords(error);
        }
        finally
        {
            reservation.Settle(usage);
            step.Report(usage, trace);
        }
    }

    /// <summary>The last messages of a conversation's past, text only.</summary>
    public static IEnumerable<ChatMessage> History(Conversation? conversation, int count) => (conversation?.Messages ?? [])
        .Where(m => m.Role is "user" or "assistant" && m.AllText().Length > 0)
        .TakeLast(count)
        .Select(m => new ChatMessage(m.Role == "user" ? ChatRole.User : ChatRole.Assistant, m.AllText()));

    private static async ValueTask<ModelReply> ReadAsync(ChatModel model, IReadOnlyList<ChatMessage> messages, ChatOptions options, StepContext step, Action<string>? onText, int maxTokens)
    {
        long start = step.Clock.GetTimestamp();
        double? firstToken = null;
        StringBuilder text = new();
        List<FunctionCallContent> calls = [];
        ChatFinishReason? finish = null;
        UsageDetails used = new();
        Thinking thinking = new();
        ModelConnection answering = model.Connection;
        string? leftBecause = null;
        bool isKnown = false;
        double? queued = null, loading = null;
        await foreach (ChatResponseUpdate update in model.Client.GetStreamingResponseAsync(messages, options, step.Cancellation).ConfigureAwait(false))
        {
            finish = update.FinishReason ?? finish;
            queued = Milliseconds(update, CallTimes.Queue) ?? queued;
            isKnown |= update.AdditionalProperties?.ContainsKey(ChatModel.FromCache) == true;
            loading = Milliseconds(update, CallTimes.Load) ?? loading;
            if (answering == model.Connection && update.AdditionalProperties?.GetValueOrDefault(ChatModel.AnsweredBy) is ModelConnection other)
            {
                answering = other;
                leftBecause = update.AdditionalProperties.GetValueOrDefault(ChatModel.LeftBecause) as string;
                step.EmitProgress($"{model.Connection.Name} failed; {other.Name} answers instead.");
            }
            // By number: an enumerator for each piece of a stream is an object of its own.
            for (int i = 0; i < update.Contents.Count; i++)
            {
                firstToken ??= step.Clock.GetElapsedTime(start).TotalMilliseconds;
                switch (update.Contents[i])
                {
                    case TextContent { Text.Length: > 0 } piece:
                        text.Append(piece.Text);
                        onText?.Invoke(piece.Text);
                        break;
                    case TextReasoningContent thought: thinking.Add(thought, text.Length); break;
                    case FunctionCallContent call: calls.Add(call); break;
                    case UsageContent part: used.Add(part.Details); break;
                }
            }
            if (TokenEstimate.AtLeast(text.Length + thinking.Length) > (long)maxTokens * Overrun)
            {
                finish = ChatFinishReason.Length;
                break;
            }
        }
        string answer = text.ToString();
        // Some servers count nothing; an estimate keeps the budget honest.
        long inputTokens = used.InputTokenCount ?? TokenEstimate.AtMost(messages);
        long outputTokens = used.OutputTokenCount ?? TokenEstimate.AtMost(answer);
        decimal? cost = answering.Cost(inputTokens, outputTokens, used);
        CallTrace trace = new(answering.Name, step.Clock.GetElapsedTime(start).TotalMilliseconds, queued, loading, firstToken, inputTokens, outputTokens, cost,
            answering == model.Connection ? null : model.Connection.Name, leftBecause, CachedTokens: used.CachedInputTokenCount is > 0 and { } cached ? cached : null, FromCache: isKnown ? true : null);
        return new ModelReply(answer, calls, finish?.Value ?? "stop", new Usage(inputTokens, outputTokens, cost ?? 0, isKnown ? 0 : 1), trace, thinking.Thoughts);
    }

    private static double? Milliseconds(ChatResponseUpdate update, string name) =>
        update.AdditionalProperties?.GetValueOrDefault(name) is TimeSpan took ? took.TotalMilliseconds : null;

    internal static StepException InWords(ModelException error) => new(error.Code, error.Said, error.IsTransient, error.RetryAfter, error);
}
