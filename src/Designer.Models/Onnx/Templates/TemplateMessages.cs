using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Designer.Models.Onnx.Templates;

/// <summary>Writes messages and tools as chat templates read them: the form of the OpenAI API, with arguments as objects.</summary>
/// <param name="asText">What makes text harmless that people and documents wrote, see <see cref="Tokenizers.Tokenizer.AsText"/>.</param>
public sealed class TemplateMessages(Func<string, string> asText)
{
    private const int IdLength = 9;
    private const string IdLetters = "abcdefghijklmnopqrstuvwxyz0123456789";

    private static readonly JsonSerializerOptions s_json = new(AIJsonUtilities.DefaultOptions) { WriteIndented = false };

    private readonly JsonArray _messages = [];
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    public static JsonElement Write(IEnumerable<ChatMessage> messages, Func<string, string> asText)
    {
        TemplateMessages writer = new(asText);
        foreach (ChatMessage message in messages) writer.Add(message);
        return JsonSerializer.SerializeToElement(writer._messages);
    }

    /// <summary>Null where there are none: templates ask "if tools".</summary>
    public static JsonElement? WriteTools(IEnumerable<AITool>? tools, Func<string, string> asText)
    {
        TemplateMessages writer = new(asText);
        JsonArray all = [];
        foreach (AIFunctionDeclaration tool in (tools ?? []).OfType<AIFunctionDeclaration>())
        {
            all.Add(new JsonObject
            {
                ["type"] = "function",
                // Tools of other servers describe themselves.
                ["function"] = writer.Harmless(new JsonObject { ["name"] = tool.Name, ["description"] = tool.Description, ["parameters"] = JsonSerializer.SerializeToNode(tool.JsonSchema) }),
            });
        }
        return all.Count == 0 ? null : JsonSerializer.SerializeToElement(all);
    }

    private void Add(ChatMessage message)
    {
        FunctionResultContent[] results = [.. message.Contents.OfType<FunctionResultContent>()];
        foreach (FunctionResultContent result in results) AddResult(result);
        FunctionCallContent[] calls = [.. message.Contents.OfType<FunctionCallContent>()];
        JsonNode content = Content(message);
        if (calls.Length == 0 && content is JsonValue text && text.GetValue<string>().Length == 0) return;
        JsonObject written = new() { ["role"] = message.Role.Value, ["content"] = content };
        string reasoning = string.Concat(message.Contents.OfType<TextReasoningContent>().Select(r => r.Text));
        if (reasoning.Length > 0) written["reasoning_content"] = asText(reasoning);
        if (calls.Length > 0) written["tool_calls"] = new JsonArray([.. calls.Select(Call)]);
        _messages.Add(written);
    }

    /// <summary>Plain text, or parts where something else than text stands between.</summary>
    private JsonNode Content(ChatMessage message)
    {
        if (!message.Contents.Any(c => c is DataContent or UriContent)) return asText(message.Text);
        JsonArray parts = [];
        foreach (AIContent content in message.Contents)
        {
            if (content is TextContent text) parts.Add(new JsonObject { ["type"] = "text", ["text"] = asText(text.Text) });
            else if (content is DataContent or UriContent) parts.Add(new JsonObject { ["type"] = "image" });
        }
        return parts;
    }

    private JsonObject Call(FunctionCallContent call)
    {
        _names[call.CallId] = call.Name;
        return new JsonObject
        {
            ["id"] = IdOf(call.CallId),
            ["type"] = "function",
            ["function"] = new JsonObject { ["name"] = asText(call.Name), ["arguments"] = Harmless(JsonSerializer.SerializeToNode(call.Arguments, s_json)) ?? new JsonObject() },
        };
    }

    private void AddResult(FunctionResultContent result)
    {
        string text = result.Result switch
        {
            null => "",
            string plain => plain,
            JsonElement { ValueKind: JsonValueKind.String } json => json.GetString()!,
            object value => JsonSerializer.Serialize(value, s_json),
        };
        JsonObject written = new() { ["role"] = "tool", ["tool_call_id"] = IdOf(result.CallId), ["content"] = asText(text) };
        if (_names.TryGetValue(result.CallId, out string? name)) written["name"] = asText(name);
        _messages.Add(written);
    }

    private JsonNode? Harmless(JsonNode? node) => node switch
    {
        // Of two names that become one the later counts, as in JSON.
        JsonObject map => new JsonObject(map.Select(p => KeyValuePair.Create(asText(p.Key), Harmless(p.Value))).Reverse().DistinctBy(p => p.Key).Reverse()),
        JsonArray list => new JsonArray([.. list.Select(Harmless)]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => JsonValue.Create(asText(value.GetValue<string>())),
        _ => node?.DeepClone(),
    };

    /// <summary>Some templates take only ids of nine letters and digits; others get another one in its place, the same for call and result.</summary>
    private static string IdOf(string callId)
    {
        if (callId.Length == IdLength && callId.All(char.IsAsciiLetterOrDigit)) return callId;
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(callId));
        return string.Concat(hash.Take(IdLength).Select(b => IdLetters[b % IdLetters.Length]));
    }
}
