using System.Text.Json;

namespace Designer.Models.Onnx.Templates;

/// <summary>What a chat template is rendered from.</summary>
/// <param name="Messages">A JSON array of messages in the form of the OpenAI API: role, content, tool_calls, …</param>
/// <param name="Tools">A JSON array of tools in the same form, or null.</param>
/// <param name="AddGenerationPrompt">Whether the prompt ends where the assistant's turn begins.</param>
/// <param name="Variables">More names, such as bos_token or enable_thinking.</param>
public sealed record ChatTemplateInput(JsonElement Messages, JsonElement? Tools = null, bool AddGenerationPrompt = true, IReadOnlyDictionary<string, object?>? Variables = null);

/// <summary>A chat template: the Jinja with which a model's folder says how messages become its prompt. The template is a stranger's program; it
/// sees only what it is given, changes nothing but its own names, and works within limits.</summary>
public sealed class ChatTemplate
{
    private readonly Block _body;

    private ChatTemplate(Block body) => _body = body;

    /// <exception cref="ModelException">The template is not understood.</exception>
    public static ChatTemplate Parse(string source)
    {
        try
        {
            return new ChatTemplate(TemplateParser.Read(source));
        }
        catch (TemplateException e)
        {
            throw BadFolder.Because($"The chat template is not understood{(e.Line > 0 ? $" (line {e.Line})" : "")}: {e.Message}", e);
        }
    }

    /// <exception cref="ModelException">The template refuses the messages, or fails, or takes too much.</exception>
    public string Render(ChatTemplateInput input, TimeProvider? clock = null, TemplateLimits? limits = null)
    {
        Rendering rendering = new(limits ?? new TemplateLimits(), clock ?? TimeProvider.System);
        Globals.Define(rendering);
        rendering.Scope["messages"] = Values.Of(input.Messages);
        // Templates ask both "if tools" and "tools is none".
        rendering.Scope["tools"] = input.Tools is { } tools ? Values.Of(tools) : null;
        rendering.Scope["documents"] = null;
        rendering.Scope["add_generation_prompt"] = input.AddGenerationPrompt;
        foreach ((string name, object? value) in input.Variables ?? new Dictionary<string, object?>()) rendering.Scope[name] = value is JsonElement json ? Values.Of(json) : value is int n ? (long)n : value;
        try
        {
            _body.Run(rendering);
            return rendering.Output.ToString();
        }
        catch (TemplateException e)
        {
            throw new ModelException(ModelErrorCodes.Refused, e.IsRaised ? $"The model's chat template refuses these messages: {e.Message}" : $"The model's chat template failed: {e.Message}", inner: e);
        }
    }
}
