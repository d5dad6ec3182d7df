using System.Text.Json;

namespace Designer.Models.Onnx.ToolCalls;

/// <summary>A piece of what a model said.</summary>
public abstract record AnswerPart;

public sealed record TextPart(string Text) : AnswerPart;

/// <param name="Arguments">A JSON object.</param>
public sealed record ToolCallPart(string Name, JsonElement Arguments) : AnswerPart;
