using System.Text.Json;
using Designer.Engine;
using Designer.Models;
using Microsoft.Extensions.AI;

namespace Designer.Nodes.Models;

/// <summary>
/// An answer in the shape of a schema, from any model: by response format where the model knows it, by words where not. Either way it is
/// checked, and one repair is asked for with the list of what is wrong.
/// </summary>
internal static class StructuredAnswer
{
    /// <exception cref="StepException"><c>answer.invalid</c>: the repaired answer does not fit either.</exception>
    public static async ValueTask<JsonElement> AskAsync(ChatModel model, string task, string text, AnswerSchema schema, int maxTokens, StepContext step)
    {
        if (!model.SupportsJsonSchema) task += "\n\nThe JSON Schema:\n" + schema.Json.GetRawText();
        List<ChatMessage> messages = [new(ChatRole.System, task), new(ChatRole.User, text)];
        ChatOptions options = new()
        {
            Temperature = 0,
            MaxOutputTokens = maxTokens,
            ResponseFormat = model.SupportsJsonSchema ? ChatResponseFormat.ForJsonSchema(schema.Json, "answer") : null,
        };
        IReadOnlyList<string> problems = [];
        for (int attempt = 1; attempt <= 2; attempt++)
        {
            ModelReply reply = await ModelCall.RunAsync(model, messages, options, step).ConfigureAwait(false);
            problems = TryRead(reply.Text) is { } answer ? schema.Problems(answer) : [reply.FinishReason == "length" ? "The answer was cut off before its end." : "The answer is not JSON."];
            if (problems.Count == 0) return TryRead(reply.Text)!.Value;
            messages.Add(new ChatMessage(ChatRole.Assistant, reply.Text));
            messages.Add(new ChatMessage(ChatRole.User, "This does not fit the schema:\n- " + string.Join("\n- ", problems) + "\nAnswer again with the corrected JSON object only."));
        }
        throw new StepException("answer.invalid", $"The model's answer does not fit the schema, even when asked again: {string.Join("; ", problems)}");
    }

    /// <summary>The JSON object in a model's text, which may stand in a code fence or between words; null when there is none.</summary>
    internal static JsonElement? TryRead(string text)
    {
        for (int start = text.IndexOf('{', StringComparison.Ordinal), tries = 0; start >= 0 && tries < 20; start = text.IndexOf('{', start + 1), tries++)
        {
            Utf8JsonReader reader = new(System.Text.Encoding.UTF8.GetBytes(text[start..]), new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, AllowMultipleValues = true });
            try
            {
                if (JsonElement.TryParseValue(ref reader, out JsonElement? value) && value is { ValueKind: JsonValueKind.Object }) return value;
            }
            catch (JsonException)
            {
                // Not here; perhaps at the next brace.
            }
        }
        return null;
    }
}
