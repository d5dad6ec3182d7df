using System.Runtime.CompilerServices;
using Anthropic.Models.Messages;
using Designer.Models.Connections;
using Microsoft.Extensions.AI;

namespace Designer.Models.Anthropic;

/// <summary>
/// What Anthropic's interface wants beside plain messages: marks up to where a prompt may be cached, how much to think, and thinking blocks
/// sent back exactly as they came. The caller's messages stay as they are: another model may get them next.
/// </summary>
internal sealed class AnthropicTalk(IChatClient inner, ModelOptions settings) : DelegatingChatClient(inner)
{
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ChatResponse response = await base.GetResponseAsync(Prepare(messages), Adapt(options), cancellationToken);
        foreach (ChatMessage message in response.Messages) MarkRedacted(message.Contents);
        return response;
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (ChatResponseUpdate update in base.GetStreamingResponseAsync(Prepare(messages), Adapt(options), cancellationToken))
        {
            MarkRedacted(update.Contents);
            yield return update;
        }
    }

    /// <summary>Current models think as much as an effort says, older ones within a budget of tokens; each refuses the other's way.</summary>
    public static AnthropicThinkingMode ModeOf(ModelOptions settings) =>
        settings.Thinking?.StartsWith(ModelOptions.BudgetThinking, StringComparison.Ordinal) == true ? AnthropicThinkingMode.Extended : AnthropicThinkingMode.Adaptive;

    private ChatOptions? Adapt(ChatOptions? options)
    {
        if (settings.Thinking is not { } thinking) return options;
        ChatOptions adapted = options?.Clone() ?? new ChatOptions();
        // A model that thinks refuses to be steered by these.
        (adapted.Temperature, adapted.TopP, adapted.TopK) = (null, null, null);
        adapted.Reasoning = new ReasoningOptions
        {
            Effort = thinking[(thinking.IndexOf('-', StringComparison.Ordinal) + 1)..] switch { "low" => ReasoningEffort.Low, "high" => ReasoningEffort.High, _ => ReasoningEffort.Medium },
        };
        return adapted;
    }

    // Tools stand before the instructions, so the mark behind these covers both. What is asked now is asked once; all before it will come again
    // with the next question, and the results of tools with the next turn.
    private static List<ChatMessage> Prepare(IEnumerable<ChatMessage> messages)
    {
        List<ChatMessage> sent = [.. messages.Select(WithRedacted)];
        int system = sent.FindLastIndex(m => m.Role == ChatRole.System), asked = sent.FindLastIndex(m => m.Role == ChatRole.User);
        int stable = sent.Count > 0 && sent[^1].Role == ChatRole.Tool ? sent.Count - 1 : asked - 1;
        if (system >= 0) sent[system] = Marked(sent[system]);
        if (stable >= 0 && stable != system) sent[stable] = Marked(sent[stable]);
        return sent;
    }

    private static ChatMessage Marked(ChatMessage message)
    {
        if (message.Contents.LastOrDefault() is not { } last || Copy(last) is not { } copy) return message;
        ChatMessage marked = message.Clone();
        marked.Contents = [.. message.Contents.SkipLast(1), copy.WithCacheControl(new CacheControlEphemeral())];
        return marked;
    }

    private static AIContent? Copy(AIContent content) => content switch
    {
        TextContent text => new TextContent(text.Text),
        FunctionResultContent result => new FunctionResultContent(result.CallId, result.Result),
        FunctionCallContent call => new FunctionCallContent(call.CallId, call.Name, call.Arguments),
        DataContent data => new DataContent(data.Data, data.MediaType),
        _ => null,
    };

    // The library tells a redacted block by the object that it came as, which a run that was put aside has no more.
    private static void MarkRedacted(IEnumerable<AIContent> contents)
    {
        foreach (AIContent content in contents)
            if (content is TextReasoningContent { RawRepresentation: RedactedThinkingBlock }) (content.AdditionalProperties ??= [])[ChatModel.RedactedThought] = true;
    }

    private static ChatMessage WithRedacted(ChatMessage message)
    {
        if (!message.Contents.Any(IsRedacted)) return message;
        ChatMessage sent = message.Clone();
        sent.Contents = [.. message.Contents.Select(content => IsRedacted(content) && content is TextReasoningContent { ProtectedData: { } data }
            ? new TextReasoningContent("") { ProtectedData = data, RawRepresentation = (ContentBlockParam)new RedactedThinkingBlockParam { Data = data } }
            : content)];
        return sent;
    }

    private static bool IsRedacted(AIContent content) => content.AdditionalProperties?.ContainsKey(ChatModel.RedactedThought) == true;
}
