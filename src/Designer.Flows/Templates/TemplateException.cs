namespace Designer.Flows;

/// <summary>A template or condition that cannot be read, or that cannot be rendered within the limits. The message is for people.</summary>
public sealed class TemplateException : Exception, ISaid
{
    public TemplateException(Sentence message, int line = 0, int column = 0, Exception? inner = null) : base(message.ToString(), inner)
    {
        Said = message;
        Line = line;
        Column = column;
    }

    public Sentence Said { get; }
    /// <summary>From 1; 0 where the place is not known.</summary>
    public int Line { get; }
    /// <summary>From 1; 0 where the place is not known.</summary>
    public int Column { get; }
}
