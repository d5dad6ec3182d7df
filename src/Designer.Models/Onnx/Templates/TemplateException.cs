namespace Designer.Models.Onnx.Templates;

/// <summary>What is wrong with a template, or what went wrong while it was rendered.</summary>
internal sealed class TemplateException(string message, int line = 0) : Exception(message)
{
    /// <summary>The line of the template, or 0 where it is not known.</summary>
    public int Line { get; } = line;

    /// <summary>Whether the template itself refused what it was given (raise_exception).</summary>
    public bool IsRaised { get; init; }
}
