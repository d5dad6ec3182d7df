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
public class StepException(string code, string message, bool isTransient = false, TimeSpan? retryAfter = null, Exception? inner = null)
    : Exception(message, inner)
{
    public string Code { get; } = code;
    public bool IsTransient { get; } = isTransient;
    public TimeSpan? RetryAfter { get; } = retryAfter;
}

/// <summary>A failure as it stands in the log and in <c>{{ node.error }}</c>.</summary>
/// <param name="IsTransient">Trying again later may help.</param>
public sealed record RunError(string Code, string Message, string? Step = null, bool IsTransient = false);
