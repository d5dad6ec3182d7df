using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Designer.Models.Onnx.Chat;
using Designer.Models.Onnx.ToolCalls;
using Microsoft.Extensions.AI;

namespace Designer.Models.OpenAi;

/// <summary>Tools for a server that knows none: they are described in the instructions, and calls are read from the answer's text, in the form that
/// Hermes and Qwen were taught and most others follow.</summary>
internal sealed class WrittenTools(IChatClient inner) : DelegatingChatClient(inner)
{
    // Angle brackets are escaped: no description and no result can end its block and speak as somebody else.
    private static readonly JsonSerializerOptions s_json = new(AIJsonUtilities.DefaultOptions) { WriteIndented = false, Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        AnswerReader reader = ReaderFor(options);
        ChatResponse response = await base.GetResponseAsync(Written(messages), Described(options), cancellationToken);
        foreach (ChatMessage message in response.Messages) message.Contents = [.. Read(reader, message.Contents), .. message == response.Messages[^1] ? reader.Finish() : []];
        response.FinishReason = Ended(response.FinishReason, reader);
        return response;
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        AnswerReader reader = ReaderFor(options);
        await foreach (ChatResponseUpdate update in base.GetStreamingResponseAsync(Written(messages), Described(options), cancellationToken))
        {
            update.Contents = [.. Read(reader, update.Contents), .. update.FinishReason is null ? [] : reader.Finish()];
            update.FinishReason = Ended(update.FinishReason, reader);
            yield return update;
        }
    }

    private static AIFunctionDeclaration[] Offered(ChatOptions? options) => options?.ToolMode is NoneChatToolMode ? [] : [.. options?.Tools?.OfType<AIFunctionDeclaration>() ?? []];

    private static AnswerReader ReaderFor(ChatOptions? options) => new(Offered(options).Length > 0 ? ToolCallFormat.Hermes : ToolCallFormat.None);

    private static IEnumerable<AIContent> Read(AnswerReader reader, IList<AIContent> contents) =>
        contents.SelectMany(content => content is TextContent text ? reader.Append(text.Text) : [content]);

    private static ChatFinishReason? Ended(ChatFinishReason? reason, AnswerReader reader) => reason == ChatFinishReason.Stop && reader.HasCalls ? ChatFinishReason.ToolCalls : reason;

    private static ChatOptions? Described(ChatOptions? options)
    {
        if (options?.Tools is not { Count: > 0 }) return options;
        AIFunctionDeclaration[] tools = Offered(options);
        ChatOptions written = options.Clone();
        (written.Tools, written.ToolMode, written.AllowMultipleToolCalls) = (null, null, null);
        if (tools.Length > 0) written.Instructions = $"{options.Instructions}\n\n{Describe(tools, options.ToolMode as RequiredChatToolMode)}".Trim();
        return written;
    }

    private static string Describe(AIFunctionDeclaration[] tools, RequiredChatToolMode? required)
    {
        StringBuilder text = new("You may call functions. Each line between <tools> and </tools> describes one:\n<tools>\n");
        foreach (AIFunctionDeclaration tool in tools)
            text.Append(JsonSerializer.Serialize(new { type = "function", function = new { name = tool.Name, description = tool.Description, parameters = tool.JsonSchema } }, s_json)).Append('\n');
        text.Append("</tools>\n\nTo call one, write a JSON object with its name and arguments between <tool_call> and </tool_call>, and nothing after it:\n<tool_call>\n{\"name\": \"…\", \"arguments\": {…}}\n</tool_call>\n")
            .Append("What it returned comes between <tool_response> and </tool_response>; then go on.");
        if (required is not null) text.Append(required.RequiredFunctionName is { } name ? $" Now you must call {name}." : " Now you must call one of them.");
        return text.ToString();
    }

    // Several results in a row are one message: many templates want user and assistant to take turns.
    private static List<ChatMessage> Written(IEnumerable<ChatMessage> messages)
    {
        Dictionary<string, string> names = [];
        List<ChatMessage> written = [];
        bool isResult = false;
        foreach (ChatMessage message in messages)
        {
            foreach (FunctionCallContent call in message.Contents.OfType<FunctionCallContent>()) names[call.CallId] = call.Name;
            bool wasResult = isResult;
            isResult = message.Role == ChatRole.Tool;
            List<AIContent> contents = [.. message.Contents.Select(content => Plain(content, names))];
            if (isResult && wasResult) foreach (AIContent content in contents) written[^1].Contents.Add(content);
            else written.Add(new ChatMessage(isResult ? ChatRole.User : message.Role, contents));
        }
        return written;
    }

    private static AIContent Plain(AIContent content, Dictionary<string, string> names) => content switch
    {
        FunctionCallContent call => new TextContent($"\n<tool_call>\n{JsonSerializer.Serialize(new { name = call.Name, arguments = call.Arguments ?? new Dictionary<string, object?>() }, s_json)}\n</tool_call>"),
        FunctionResultContent result => new TextContent($"<tool_response>\n{JsonSerializer.Serialize(new { name = names.GetValueOrDefault(result.CallId), content = result.Result }, s_json)}\n</tool_response>\n"),
        _ => content,
    };
}
