using System.Text.Json.Serialization;
using Designer.Flows;

namespace Designer.Engine;

/// <summary>How a step ended: its outputs and the port it leaves by.</summary>
public readonly record struct StepResult<TOutputs>(TOutputs Outputs, string Port = "out");

/// <summary>Makes step results.</summary>
public static class StepResult
{
    public static StepResult<T> Done<T>(T outputs) => new(outputs);
    public static StepResult<T> Take<T>(string port, T outputs) => new(outputs, port);
}

/// <summary>A step failed in a way a person can understand and an error branch can handle.</summary>
/// <param name="code">Stable, e.g. <c>model.rateLimited</c>.</param>
/// <param name="message">What happened and what to do; never holds a credential.</param>
/// <param name="isTransient">Trying again may help.</param>
/// <param name="retryAfter">The least pause the other side asked for.</param>
public class StepException(string code, Sentence message, bool isTransient = false, TimeSpan? retryAfter = null, Exception? inner = null)
    : Exception(message.ToString(), inner), ISaid
{
    public Sentence Said { get; } = message;
    public string Code { get; } = code;
    public bool IsTransient { get; } = isTransient;
    public TimeSpan? RetryAfter { get; } = retryAfter;
}

/// <summary>A failure as it stands in the log and in <c>{{ node.error }}</c>.</summary>
/// <param name="IsTransient">Trying again later may help.</param>
[method: JsonConstructor]
public sealed record RunError(string Code, string Message, string? Step = null, bool IsTransient = false)
{
    public RunError(string code, Sentence said, string? step = null, bool isTransient = false) : this(code, said.ToString(), step, isTransient) => Parts = said.Values.Count > 0 ? said : null;

    /// <summary>The message with its values apart, where it has any. Rows of earlier versions have none. Not for templates.</summary>
    [JsonConverter(typeof(SentenceInParts)), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Sentence? Parts { get; init; }

    /// <summary>The message as a page says it.</summary>
    [JsonIgnore]
    public Sentence Said => Parts ?? Sentence.Word(Message);
}
