using Designer.Models.Onnx.ToolCalls;

namespace Designer.Models.Tests.Onnx.ToolCalls;

public sealed class ToolCallReaderTests
{
    [Theory]
    [InlineData(ToolCallFormat.Hermes, "Let me look.\n<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"city\": \"Zürich\"}}\n</tool_call>", "text Let me look.\n|call weather {\"city\": \"Zürich\"}")]
    [InlineData(ToolCallFormat.Hermes, "<tool_call>{\"name\":\"a\",\"arguments\":{}}</tool_call>\n<tool_call>{\"name\":\"b\"}</tool_call> done", "call a {}|text \n|call b {}|text  done")]
    [InlineData(ToolCallFormat.Hermes, "<tool_call>{\"name\":\"a\",\"arguments\":{\"x\":\"</tool_call> } ] \\\" \"}}</tool_call>", "call a {\"x\":\"</tool_call> } ] \\\" \"}")]
    [InlineData(ToolCallFormat.Hermes, "<tool_call>{\"name\":\"a\",\"arguments\":\"{\\\"x\\\":1}\"}</tool_call>", "call a {\"x\":1}")]
    [InlineData(ToolCallFormat.Hermes, "<tool_call>{\"name\":\"a\",\"arguments\":{}}", "call a {}")]
    [InlineData(ToolCallFormat.Hermes, "1 < 2 <tool and <tool_calls>", "text 1 < 2 <tool and <tool_calls>")]
    [InlineData(ToolCallFormat.Hermes, "<tool_call>not json</tool_call> more", "text <tool_call>not json</tool_call> more")]
    [InlineData(ToolCallFormat.Hermes, "<tool_call>{\"title\":\"no name\"}</tool_call>", "text <tool_call>{\"title\":\"no name\"}</tool_call>")]
    [InlineData(ToolCallFormat.Hermes, "<tool_call>{\"name\": \"cut", "text <tool_call>{\"name\": \"cut")]
    [InlineData(ToolCallFormat.Hermes, "ends in a part <tool_c", "text ends in a part <tool_c")]
    [InlineData(ToolCallFormat.Llama, "{\"name\": \"weather\", \"parameters\": {\"city\": \"Bern\"}}", "call weather {\"city\": \"Bern\"}")]
    [InlineData(ToolCallFormat.Llama, "<|python_tag|>{\"name\": \"a\", \"parameters\": {}}; {\"name\": \"b\", \"parameters\": {}}", "call a {}|call b {}")]
    [InlineData(ToolCallFormat.Llama, "{\"answer\": 42} is JSON, not a call", "text {\"answer\": 42} is JSON, not a call")]
    [InlineData(ToolCallFormat.Llama, "A set is {1, 2}.", "text A set is {1, 2}.")]
    [InlineData(ToolCallFormat.Llama, "<|python_tag|>print(1)", "text <|python_tag|>print(1)")]
    [InlineData(ToolCallFormat.Mistral, "[TOOL_CALLS] [{\"name\": \"a\", \"arguments\": {\"x\": [1]}}, {\"name\": \"b\", \"arguments\": {}}]", "call a {\"x\": [1]}|call b {}")]
    [InlineData(ToolCallFormat.Mistral, "Sure.[TOOL_CALLS]weather[ARGS]{\"city\": \"Bern\"}[TOOL_CALLS]now{}", "text Sure.|call weather {\"city\": \"Bern\"}|call now {}")]
    [InlineData(ToolCallFormat.Mistral, "[TOOL_CALLS] is how calls begin", "text [TOOL_CALLS] is how calls begin")]
    [InlineData(ToolCallFormat.Phi, "<|tool_call|>[{\"name\": \"a\", \"arguments\": {}}]<|/tool_call|>", "call a {}")]
    [InlineData(ToolCallFormat.Functools, "functools[{\"name\": \"a\", \"arguments\": {}}]", "call a {}")]
    [InlineData(ToolCallFormat.Functools, "Use functools.", "text Use functools.")]
    [InlineData(ToolCallFormat.None, "<tool_call>{\"name\":\"a\"}</tool_call>", "text <tool_call>{\"name\":\"a\"}</tool_call>")]
    public void An_answer_parts_alike_however_it_is_cut(ToolCallFormat format, string answer, string expected)
    {
        for (int size = 1; size <= answer.Length; size++)
        {
            ToolCallReader reader = new(format);
            List<AnswerPart> parts = [];
            foreach (char[] piece in answer.Chunk(size)) parts.AddRange(reader.Append(new string(piece)));
            parts.AddRange(reader.Finish());
            Assert.Equal(expected, Written(parts));
        }
    }

    [Fact]
    public void Text_goes_on_at_once_and_only_a_possible_mark_waits()
    {
        ToolCallReader reader = new(ToolCallFormat.Hermes);
        Assert.Equal("text Hello ", Written(reader.Append("Hello ")));
        Assert.Equal("text a < b ", Written(reader.Append("a < b <")));
        Assert.Empty(reader.Append("tool"));
        Assert.Equal("text <toolbox", Written(reader.Append("box")));
        Assert.Empty(reader.Append("<tool_call>{\"name\":"));
        Assert.Equal("call x {}", Written(reader.Append("\"x\"}</tool_call>")));
    }

    [Fact]
    public void A_call_without_end_is_given_out_as_text()
    {
        ToolCallReader reader = new(ToolCallFormat.Hermes);
        List<AnswerPart> parts = [.. reader.Append("<tool_call>{\"name\":\"")];
        for (int i = 0; i < 3_000; i++) parts.AddRange(reader.Append(new string('x', 1_000)));
        Assert.NotEmpty(parts);
        parts.AddRange(reader.Finish());
        Assert.Equal(3_000_000 + 20, parts.Cast<TextPart>().Sum(p => p.Text.Length));
    }

    [Theory]
    [InlineData("…<tool_call>…", ToolCallFormat.Hermes)]
    [InlineData("…[TOOL_CALLS]…", ToolCallFormat.Mistral)]
    [InlineData("…<|tool|>…", ToolCallFormat.Phi)]
    [InlineData("…Environment: ipython…", ToolCallFormat.Llama)]
    [InlineData("…functools[…", ToolCallFormat.Functools)]
    [InlineData("plain", ToolCallFormat.None)]
    [InlineData(null, ToolCallFormat.None)]
    public void The_template_tells_the_format(string? template, ToolCallFormat format) => Assert.Equal(format, ToolCallFormats.Of(template));

    private static string Written(IEnumerable<AnswerPart> parts)
    {
        List<string> written = [];
        foreach (AnswerPart part in parts)
        {
            if (part is ToolCallPart call) written.Add($"call {call.Name} {call.Arguments.GetRawText()}");
            else if (written is [.., var last] && last.StartsWith("text ", StringComparison.Ordinal)) written[^1] = last + ((TextPart)part).Text;
            else written.Add("text " + ((TextPart)part).Text);
        }
        return string.Join('|', written);
    }
}
