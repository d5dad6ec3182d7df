using System.Text.Json;
using Designer.Flows;

namespace Designer.Engine;

/// <summary>How a step ended, as the log has it (outputs as JSON) or as this process saw it (outputs as they are).</summary>
internal sealed record RecordedStep(long Seq, RunEventType End, string? Port, object? Outputs, RunError? Error, object? Inputs);

/// <remarks><c>Ready</c>: an effect whose start was allowed. Nobody waits for its start to be committed, so after a crash it may have acted.</remarks>
internal enum AttemptEnd { Ready, Open, Retrying, Cancelled, Finished }

/// <summary>A step's latest attempt and how many failed before it.</summary>
internal readonly record struct RecordedAttempt(int Number, int Failures, AttemptEnd End);

/// <summary>What a run's log says of its steps: finished ones by path, in order, and what became of those that were interrupted.</summary>
internal sealed class RecordedSteps
{
    private readonly Dictionary<string, RecordedStep> finished = [];
    private readonly Dictionary<string, RecordedAttempt> attempts = [];
    private readonly Dictionary<string, object?> inputs = [];
    private readonly HashSet<string> skipped = [];
    private RunEvent? last;

    public Dictionary<string, HumanForm> Forms { get; } = [];
    public Dictionary<string, HumanAnswer> Answers { get; } = [];
    /// <summary>The last breakpoint was stepped over: how deep its step stood.</summary>
    public int? SteppingDepth { get; private set; }
    public Usage Usage { get; private set; } = Usage.None;
    /// <summary>How long the run was at work, as far as its events tell: without the time between "waiting" and what came next.</summary>
    public TimeSpan ActiveTime { get; private set; }
    /// <summary>Attempts begun, for the budget.</summary>
    public int StartedCount { get; private set; }
    public RunEvent? Started { get; private set; }
    public long LastSeq { get; private set; }
    /// <summary>A step whose outputs were too large for the log and could not be read again.</summary>
    public string? Missing { get; private set; }
    /// <summary>Nothing has been recorded, so that a short run need not look up its paths.</summary>
    public bool IsEmpty => attempts.Count == 0 && finished.Count == 0;

    public IEnumerable<object?> Outputs => finished.Values.Select(step => step.Outputs);

    public RecordedStep? Find(string path) => finished.GetValueOrDefault(path);
    public RecordedAttempt AttemptOf(string path) => attempts.GetValueOrDefault(path);

    public void Start(string path, int attempt) => Begin(path, attempt, AttemptEnd.Open);

    private void Begin(string path, int attempt, AttemptEnd end)
    {
        RecordedAttempt before = AttemptOf(path);
        bool isSame = before.End is AttemptEnd.Ready or AttemptEnd.Open or AttemptEnd.Retrying;
        attempts[path] = new RecordedAttempt(attempt, isSame ? before.Failures : 0, end);
    }

    // A step that a person lets repeat is made ready once more, in the attempt that is under way.
    private void Ready(string path, int attempt)
    {
        RecordedAttempt before = AttemptOf(path);
        // A process that takes the run up counts from one until the step starts.
        if (before.End != AttemptEnd.Open || before.Number < attempt) Begin(path, Math.Max(before.Number, attempt), AttemptEnd.Ready);
    }

    public void Retry(string path)
    {
        RecordedAttempt before = AttemptOf(path);
        attempts[path] = before with { Failures = before.Failures + 1, End = AttemptEnd.Retrying };
    }

    /// <summary>Its form goes with it: when it starts again, it asks again.</summary>
    public void Cancel(string path)
    {
        if (attempts.TryGetValue(path, out RecordedAttempt before)) attempts[path] = new RecordedAttempt(before.Number, 0, AttemptEnd.Cancelled);
        if (!Answers.ContainsKey(path)) Forms.Remove(path);
    }

    public void Add(string path, RecordedStep step)
    {
        finished[path] = step;
        attempts[path] = new RecordedAttempt(AttemptOf(path).Number, 0, AttemptEnd.Finished);
    }

    /// <summary>True when the path was not known to be skipped.</summary>
    public bool Skip(string path) => skipped.Add(path);

    /// <summary>A composite is tried again: those of its children that failed it get another chance; finished ones and failures that were handled stay.</summary>
    public void ForgetFailures(string composite)
    {
        foreach (string path in finished.Where(f => f.Value is { End: RunEventType.StepFailed, Port: null } && IsBelow(f.Key, composite)).Select(f => f.Key).ToArray())
            finished.Remove(path);
    }

    private static bool IsBelow(string path, string composite) =>
        path.Length > composite.Length && path.StartsWith(composite, StringComparison.Ordinal) && path[composite.Length] is '/' or '#';

    public void Apply(RunEvent e)
    {
        if (last is { Type: not RunEventType.RunWaiting } before) ActiveTime += e.Time - before.Time;
        last = e;
        LastSeq = e.Seq;
        if (e.Type == RunEventType.RunStarted) Started = e;
        if (e.Data?.Large?.Outputs is not null) Missing = e.Step;
        if (e.Step is not { } path) return;
        if (e.Data?.Usage is { } used) Usage += used;
        switch (e.Type)
        {
            case RunEventType.StepReady:
                Ready(path, e.Attempt);
                break;
            case RunEventType.StepStarted:
                Start(path, e.Attempt);
                StartedCount++;
                inputs[path] = e.Data?.Inputs;
                break;
            case RunEventType.StepSkipped:
                Skip(path);
                break;
            case RunEventType.StepWaiting:
                Forms[path] = e.Data!.Form!;
                break;
            case RunEventType.StepResumed:
                Answers[path] = e.Data!.Answer!;
                if (Breakpoint.IsOne(path)) SteppingDepth = Answers[path].Decision == Breakpoint.StepOver ? Breakpoint.StepOf(path).Count(c => c == '/') : null;
                break;
            case RunEventType.StepCancelled:
                Cancel(path);
                break;
            case RunEventType.StepRetrying:
                Retry(path);
                ForgetFailures(path);
                break;
            case RunEventType.StepCompleted or RunEventType.StepFailed:
                Add(path, new RecordedStep(e.Seq, e.Type, e.Data?.Port, e.Data?.Outputs, e.Data?.Error, inputs.GetValueOrDefault(path)));
                break;
            default:
                break;
        }
    }

    /// <summary>Outputs as the node type's own record again.</summary>
    public static object? Revive(object? outputs, Type type) => outputs is JsonElement json && type != typeof(JsonElement)
        ? json.Deserialize(type, FlowJson.Options)
        : outputs;
}
