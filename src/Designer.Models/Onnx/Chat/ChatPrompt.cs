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
        IEnumerable<ChatMessage> said = options?.Instructions is { Length: > 0 } instructions ? [new ChatMessage(ChatRole.System, instructions), .. messages] : messages;
        // Only the template speaks in special tokens; what is said is letters.
        var input = new ChatTemplateInput(TemplateMessages.Write(said, model.Tokenizer.AsText), TemplateMessages.WriteTools(tools, model.Tokenizer.AsText), Variables: model.Folder.TemplateVariables);
        // The template writes the special tokens itself.
        return new ChatPrompt(model.Tokenizer.Encode(template.Render(input), addSpecial: false), Continues: false);
    }

    // A model without a chat template was never taught roles: it continues the text that it gets.
    private static ChatPrompt Plain(ChatRuntime model, IReadOnlyList<ChatMessage> messages, ChatOptions? options) =>
        new(model.Tokenizer.Encode(model.Tokenizer.AsText(string.Join("\n", messages.Select(m => m.Text).Prepend(options?.Instructions ?? "").Where(t => t.Length > 0)))), Continues: true);
}
