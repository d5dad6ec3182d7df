using System.Text.Json;
using Designer.Flows;

namespace Designer.Engine;

/// <summary>How a step ended, as the log has it (outputs as JSON) or as this process saw it (outputs as they are).</summary>
internal sealed record RecordedStep(long Seq, RunEventType End, string? Port, object? Outputs, RunError? Error, Usage? Usage, object? Inputs);

/// <summary>What a run's log says of its steps: finished ones by path, in order, and what became of those that were interrupted.</summary>
internal sealed class RecordedSteps
{
    private readonly Dictionary<string, RecordedStep> finished = [];
    private readonly Dictionary<string, object?> inputs = [];

    /// <summary>Attempts that were begun, by path; an interrupted step goes on counting.</summary>
    public Dictionary<string, int> Attempts { get; } = [];
    public HashSet<string> Skipped { get; } = [];
    public Dictionary<string, HumanForm> Forms { get; } = [];
    public Dictionary<string, HumanAnswer> Answers { get; } = [];
    public Usage Usage { get; private set; } = Usage.None;
    public RunEvent? Started { get; private set; }
    public long LastSeq { get; private set; }

    public RecordedStep? Find(string path) => finished.GetValueOrDefault(path);
    public object? InputsOf(string path) => inputs.GetValueOrDefault(path);
    public void Add(string path, RecordedStep step) => finished[path] = step;

    /// <summary>A composite is tried again: its children that failed get another chance, the finished ones stay.</summary>
    public void ForgetFailures(string composite)
    {
        foreach (string path in finished.Where(f => f.Value.End == RunEventType.StepFailed && IsBelow(f.Key, composite)).Select(f => f.Key).ToArray())
            finished.Remove(path);
    }

    private static bool IsBelow(string path, string composite) =>
        path.Length > composite.Length && path.StartsWith(composite, StringComparison.Ordinal) && path[composite.Length] is '/' or '#';

    public void Apply(RunEvent e)
    {
        LastSeq = e.Seq;
        if (e.Type == RunEventType.RunStarted) Started = e;
        if (e.Step is not { } path) return;
        switch (e.Type)
        {
            case RunEventType.StepStarted:
                Attempts[path] = e.Attempt;
                inputs[path] = e.Data?.Inputs;
                break;
            case RunEventType.StepSkipped:
                Skipped.Add(path);
                break;
            case RunEventType.StepWaiting:
                Forms[path] = e.Data!.Form!;
                break;
            case RunEventType.StepResumed:
                Answers[path] = e.Data!.Answer!;
                break;
            case RunEventType.StepRetrying:
                ForgetFailures(path);
                break;
            case RunEventType.StepCompleted or RunEventType.StepFailed:
                if (e.Data?.Usage is { } used) Usage += used;
                finished[path] = new RecordedStep(e.Seq, e.Type, e.Data?.Port, e.Data?.Outputs, e.Data?.Error, e.Data?.Usage, inputs.GetValueOrDefault(path));
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
