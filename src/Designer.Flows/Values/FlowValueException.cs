namespace Designer.Flows;

/// <summary>A value is not what a setting needs. The message is for people and never holds the value in full.</summary>
public sealed class FlowValueException(Sentence message) : Exception(message.ToString()), ISaid
{
    public Sentence Said { get; } = message;
}
