using Microsoft.Extensions.AI;

namespace Designer.Nodes.Models;

/// <summary>Tokens of a text without its model's tokenizer. Measured on English, German and Chinese prose: 4 to 5 characters, 3 to 4, and 0.6 to 1.2.</summary>
internal static class TokenEstimate
{
    private const int PerMessage = 8;
    /// <summary>Servers count a picture by its size on their side; 1,500 is about the most for one.</summary>
    private const int PerImage = 1_500;

    /// <summary>More than any common tokenizer makes of the text, so that a budget is not overdrawn.</summary>
    public static long AtMost(string text)
    {
        long plain = 0, other = 0;
        foreach (char c in text)
        {
            if (char.IsAscii(c)) plain++;
            else other++;
        }
        return plain / 3 + other * 2 + 1;
    }

    public static long AtMost(IEnumerable<ChatMessage> messages) => messages.Sum(m => PerMessage + m.Contents.Sum(c => c switch
    {
        TextContent text => AtMost(text.Text),
        TextReasoningContent thought => AtMost(thought.Text),
        FunctionCallContent call => AtMost(call.Name) + AtMost(System.Text.Json.JsonSerializer.Serialize(call.Arguments)),
        FunctionResultContent result => AtMost(result.Result?.ToString() ?? ""),
        DataContent => PerImage,
        _ => 0,
    }));

    /// <summary>Tools and schemas are sent along and count as input.</summary>
    public static long AtMost(ChatOptions options) =>
        (options.Tools?.OfType<AIFunctionDeclaration>().Sum(t => AtMost(t.Name) + AtMost(t.Description) + AtMost(t.JsonSchema.GetRawText())) ?? 0)
        + (options.ResponseFormat is ChatResponseFormatJson { Schema: { } schema } ? AtMost(schema.GetRawText()) : 0);

    /// <summary>Fewer than any tokenizer makes of that many characters of prose.</summary>
    public static long AtLeast(int characters) => characters / 8;
}
