using System.Text.Json;
using System.Text.Json.Nodes;
using Designer.Models.Onnx.Templates;
using Microsoft.Extensions.AI;

namespace Designer.Models.Onnx.Chat;

/// <summary>A conversation as the model reads it.</summary>
/// <param name="Continues">Whether the answer goes on in the middle of a text.</param>
internal sealed record ChatPrompt(int[] Tokens, bool Continues)
{
    public static ChatPrompt Encode(ChatRuntime model, IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        if (messages.SelectMany(m => m.Contents).Any(c => c is DataContent or UriContent))
            throw new ModelException(ModelErrorCodes.Refused, "This model reads text only; the messages hold a picture or a file.");
        AIFunctionDeclaration[] tools = [.. options?.Tools?.OfType<AIFunctionDeclaration>() ?? []];
        if (model.Folder.LoadChatTemplate(tools.Length > 0) is not { } template) return Plain(model, messages, options);
        var input = new ChatTemplateInput(Json(Said(messages, options)), tools.Length == 0 ? null : Json(new JsonArray([.. tools.Select(Tool)])), Variables: model.Folder.TemplateVariables);
        // The template writes the special tokens itself.
        return new ChatPrompt(model.Tokenizer.Encode(template.Render(input), addSpecial: false), Continues: false);
    }

    // A model without a chat template was never taught roles: it continues the text that it gets.
    private static ChatPrompt Plain(ChatRuntime model, IReadOnlyList<ChatMessage> messages, ChatOptions? options) =>
        new(model.Tokenizer.Encode(string.Join("\n", messages.Select(m => m.Text).Prepend(options?.Instructions ?? "").Where(t => t.Length > 0))), Continues: true);

    private static JsonArray Said(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        var said = new JsonArray();
        if (options?.Instructions is { Length: > 0 } instructions) said.Add(Message("system", instructions));
        foreach (var message in messages)
        {
            foreach (var result in message.Contents.OfType<FunctionResultContent>())
            {
                var answer = Message("tool", result.Result as string ?? JsonSerializer.Serialize(result.Result, AIJsonUtilities.DefaultOptions));
                answer["tool_call_id"] = result.CallId;
                said.Add(answer);
            }
            FunctionCallContent[] calls = [.. message.Contents.OfType<FunctionCallContent>()];
            if (message.Role == ChatRole.Tool || (message.Text.Length == 0 && calls.Length == 0)) continue;
            var turn = Message(message.Role.Value, message.Text);
            if (calls.Length > 0) turn["tool_calls"] = new JsonArray([.. calls.Select(Call)]);
            said.Add(turn);
        }
        return said;
    }

    private static JsonObject Message(string role, string content) => new() { ["role"] = role, ["content"] = content };

    private static JsonObject Call(FunctionCallContent call) => new()
    {
        ["id"] = call.CallId,
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = JsonSerializer.SerializeToNode(call.Arguments ?? new Dictionary<string, object?>(), AIJsonUtilities.DefaultOptions) },
    };

    private static JsonObject Tool(AIFunctionDeclaration tool) => new()
    {
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = tool.Name, ["description"] = tool.Description, ["parameters"] = JsonNode.Parse(tool.JsonSchema.GetRawText()) },
    };

    private static JsonElement Json(JsonNode node) => JsonElement.Parse(node.ToJsonString());
}
