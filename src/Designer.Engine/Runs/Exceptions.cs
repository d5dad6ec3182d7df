using Designer.Flows;

namespace Designer.Engine;

/// <summary>The flow or the input cannot be run; says everything that is wrong at once.</summary>
public sealed class FlowProblemsException(IReadOnlyList<Problem> problems)
    : Exception(Problem.Summary(problems).ToString()), ISaid
{
    public Sentence Said => Problem.Summary(Problems);

    public IReadOnlyList<Problem> Problems { get; } = problems;
}

/// <summary>Admission control refused the run; nothing was used up.</summary>
public sealed class EngineBusyException(TimeSpan retryAfter) : Exception(Busy.ToString()), ISaid
{
    private static readonly Sentence Busy = $"Too many runs are active. Try again shortly.";

    public Sentence Said => Busy;
    public TimeSpan RetryAfter { get; } = retryAfter;
}

/// <summary>The request contradicts what is there. <see cref="Code"/>: <c>conversation.busy</c>, <c>idempotency.reused</c>, <c>step.notWaiting</c>, <c>step.answered</c>.</summary>
public sealed class RunConflictException(string code, Sentence message) : Exception(message.ToString()), ISaid
{
    public Sentence Said { get; } = message;
    public string Code { get; } = code;
}

/// <summary>Another owner has taken the run over; this process must stop writing to it.</summary>
public sealed class RunLostException(Guid runId) : Exception($"Run {runId} has been taken over by another process.");
