namespace Designer.Flows;

/// <summary>A template or condition that cannot be read, or that cannot be rendered within the limits. The message is for people.</summary>
public sealed class TemplateException : Exception
{
    public TemplateException(string message, int line = 0, int column = 0, Exception? inner = null) : base(message, inner)
    {
        Line = line;
        Column = column;
    }

    /// <summary>From 1; 0 where the place is not known.</summary>
    public int Line { get; }
    /// <summary>From 1; 0 where the place is not known.</summary>
    public int Column { get; }
}
