namespace Designer.Models.Onnx.ToolCalls;

/// <summary>How a model family writes the calls it wants made.</summary>
public enum ToolCallFormat
{
    /// <summary>It knows no tools: everything is text.</summary>
    None,

    /// <summary>Hermes, Qwen and their kin: <c>&lt;tool_call&gt;{"name": …, "arguments": {…}}&lt;/tool_call&gt;</c>.</summary>
    Hermes,

    /// <summary>Llama 3: the whole answer is <c>{"name": …, "parameters": {…}}</c>, perhaps behind <c>&lt;|python_tag|&gt;</c>, several with semicolons between.</summary>
    Llama,

    /// <summary>Mistral: <c>[TOOL_CALLS][{"name": …, "arguments": {…}}]</c>, or in newer ones <c>[TOOL_CALLS]name[ARGS]{…}</c>.</summary>
    Mistral,

    /// <summary>Phi-4 and Granite: <c>&lt;|tool_call|&gt;[{"name": …, "arguments": {…}}]&lt;|/tool_call|&gt;</c>.</summary>
    Phi,

    /// <summary>Phi-3.5 and Firefunction: <c>functools[{"name": …, "arguments": {…}}]</c>.</summary>
    Functools,
}

public static class ToolCallFormats
{
    /// <summary>The format a chat template teaches, by the marks in it.</summary>
    public static ToolCallFormat Of(string? chatTemplate)
    {
        if (chatTemplate is null) return ToolCallFormat.None;
        if (Has("<tool_call>")) return ToolCallFormat.Hermes;
        if (Has("[TOOL_CALLS]")) return ToolCallFormat.Mistral;
        if (Has("<|tool_call|>") || Has("<|tool|>")) return ToolCallFormat.Phi;
        if (Has("functools[")) return ToolCallFormat.Functools;
        return Has("<|python_tag|>") || Has("Environment: ipython") ? ToolCallFormat.Llama : ToolCallFormat.None;

        bool Has(string mark) => chatTemplate.Contains(mark, StringComparison.Ordinal);
    }

    /// <summary>The marks before and behind calls. Where a vocabulary has them as special tokens, they must be decoded all the same.</summary>
    public static IReadOnlyList<string> Marks(this ToolCallFormat format) => format switch
    {
        ToolCallFormat.Hermes => ["<tool_call>", "</tool_call>"],
        ToolCallFormat.Llama => ["<|python_tag|>"],
        ToolCallFormat.Mistral => ["[TOOL_CALLS]", "[ARGS]", "[CALL_ID]"],
        ToolCallFormat.Phi => ["<|tool_call|>", "<|/tool_call|>"],
        _ => [],
    };

    /// <summary>What calls begin behind, and what must follow them ("" for nothing).</summary>
    internal static (string Open, string Close) Envelope(this ToolCallFormat format) => format switch
    {
        ToolCallFormat.Hermes => ("<tool_call>", "</tool_call>"),
        ToolCallFormat.Llama => ("<|python_tag|>", ""),
        ToolCallFormat.Mistral => ("[TOOL_CALLS]", ""),
        ToolCallFormat.Phi => ("<|tool_call|>", "<|/tool_call|>"),
        ToolCallFormat.Functools => ("functools", ""),
        _ => ("", ""),
    };
}
