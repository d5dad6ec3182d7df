using Microsoft.Extensions.AI;

namespace Designer.Models.Onnx.Chat;

/// <summary>A conversation as the model reads it.</summary>
/// <param name="Continues">Whether the answer goes on in the middle of a text.</param>
internal sealed record ChatPrompt(int[] Tokens, bool Continues)
{
    /// <summary>A model without a chat template was never taught roles: it continues the text that it gets.</summary>
    public static ChatPrompt Encode(ChatRuntime model, IEnumerable<ChatMessage> messages)
    {
        var text = string.Join("\n", messages.Select(m => m.Text).Where(t => t.Length > 0));
        return new ChatPrompt(model.Tokenizer.Encode(text), Continues: true);
    }
}
