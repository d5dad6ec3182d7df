using System.Text.Json;
using Designer.Models.Onnx.ToolCalls;
using Microsoft.Extensions.AI;

namespace Designer.Models.Onnx.Chat;

/// <summary>Makes text and tool calls of what a model says, piece by piece.</summary>
/// <param name="format">None where no tools were offered: then everything is text.</param>
internal sealed class AnswerReader(ToolCallFormat format)
{
    private readonly ToolCallReader _reader = new(format);

    public bool HasCalls { get; private set; }

    public IEnumerable<AIContent> Append(string text) => _reader.Append(text).Select(Content);

    public IEnumerable<AIContent> Finish() => _reader.Finish().Select(Content);

    private AIContent Content(AnswerPart part)
    {
        if (part is not ToolCallPart call) return new TextContent(((TextPart)part).Text);
        HasCalls = true;
        var arguments = call.Arguments.EnumerateObject().ToDictionary(a => a.Name, a => (object?)a.Value.Clone());
        return new FunctionCallContent($"call_{Guid.NewGuid():N}", call.Name, arguments);
    }
}
