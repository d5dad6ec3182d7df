using Designer.Engine;
using Designer.Flows;

namespace Designer.Web.Features.Runs;

/// <summary>One step of a run as the trace shows it.</summary>
public sealed class TraceStep(string path)
{
    public string Path { get; } = path;
    /// <summary>How deep it stands: <c>loop#3/reply</c> is one below <c>loop</c>.</summary>
    public int Depth { get; } = path.Count(c => c == '/');
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];
    /// <summary>The node in the document, for its name and icon; parts of a composite have none.</summary>
    public string NodeId => Name.Split('#')[0];
    public string State { get; set; } = "ready";
    public DateTimeOffset? StartedAt { get; set; }
    public TimeSpan? Took { get; set; }
    public int Attempt { get; set; }
    public bool IsCached { get; set; }
    public object? Inputs { get; set; }
    public object? Outputs { get; set; }
    /// <summary>Inputs and outputs that are shown as previews, and the numbers of the events that hold them.</summary>
    public (long Seq, LargeValue Value)? LargeInputs { get; set; }
    public (long Seq, LargeValue Value)? LargeOutputs { get; set; }
    public RunError? Error { get; set; }
    public Usage? Usage { get; set; }
    /// <summary>Its calls of models, of all attempts.</summary>
    public List<CallTrace> Calls { get; } = [];
    public HumanForm? Form { get; set; }
    public HumanAnswer? Answer { get; set; }
}

/// <summary>Events become a trace: a reducer, so that a page that comes late and one that watched see the same.</summary>
public sealed class RunTrace
{
    private readonly Dictionary<string, TraceStep> byPath = [];
    private readonly List<TraceStep> steps = [];

    /// <summary>In the order they began, children behind their composite.</summary>
    public IEnumerable<TraceStep> Steps => steps.OrderBy(s => s, Comparer<TraceStep>.Create(Compare));
    public DateTimeOffset? StartedAt { get; private set; }
    public DateTimeOffset? LastAt { get; private set; }

    public void Apply(RunEvent e)
    {
        if (e.Seq == 0) return;
        if (e.Type == RunEventType.RunStarted) StartedAt = e.Time;
        LastAt = e.Time;
        if (e.Step is not { } path) return;
        bool isStop = Breakpoint.IsOne(path);
        path = Breakpoint.StepOf(path);
        if (!byPath.TryGetValue(path, out TraceStep? step))
        {
            byPath[path] = step = new TraceStep(path);
            steps.Add(step);
        }
        if (isStop) (step.State, step.Inputs) = e.Type == RunEventType.StepWaiting ? ("stopped", e.Data?.Inputs) : ("ready", step.Inputs);
        else Apply(step, e);
    }

    /// <summary>Where the step's bar stands on the run's time axis, in percent. A bar can always be seen and never leaves the axis.</summary>
    public (double Left, double Width) BarOf(TraceStep step)
    {
        const double least = 0.8;
        if (StartedAt is not { } begin || LastAt is not { } last || step.StartedAt is not { } start || last <= begin) return (0, 0);
        double total = (last - begin).TotalMilliseconds;
        double left = Math.Clamp((start - begin).TotalMilliseconds / total * 100, 0, 100 - least);
        double width = (step.Took ?? last - start).TotalMilliseconds / total * 100;
        return (left, Math.Max(least, Math.Min(width, 100 - left)));
    }

    private static void Apply(TraceStep step, RunEvent e)
    {
        step.State = e.Type switch
        {
            RunEventType.StepStarted or RunEventType.StepResumed => "running",
            RunEventType.StepWaiting => "waiting",
            RunEventType.StepCompleted => "completed",
            RunEventType.StepSkipped => "skipped",
            RunEventType.StepFailed => "failed",
            RunEventType.StepRetrying => "retrying",
            RunEventType.StepCancelled => "cancelled",
            _ => step.State,
        };
        if (e.Type == RunEventType.StepStarted) (step.StartedAt, step.Attempt, step.Inputs, step.Error) = (e.Time, e.Attempt, e.Data?.Inputs, null);
        if (e.Type is RunEventType.StepCompleted or RunEventType.StepFailed)
            (step.Outputs, step.Error, step.Usage, step.IsCached, step.Took) = (e.Data?.Outputs, e.Data?.Error, e.Data?.Usage, e.Data?.Cached == true, Took(step, e));
        step.Calls.AddRange(e.Data?.Calls ?? []);
        if (e.Data?.Large?.Inputs is { } inputs) step.LargeInputs = (e.Seq, inputs);
        if (e.Data?.Large?.Outputs is { } outputs) step.LargeOutputs = (e.Seq, outputs);
        if (e.Type == RunEventType.StepRetrying) step.Error = e.Data?.Error;
        step.Form = e.Data?.Form ?? step.Form;
        step.Answer = e.Data?.Answer ?? step.Answer;
    }

    private static TimeSpan? Took(TraceStep step, RunEvent e) =>
        e.Data?.DurationMs is { } ms ? TimeSpan.FromMilliseconds(ms) : step.StartedAt is { } start ? e.Time - start : null;

    // Siblings by when they were first heard of; a child directly behind what it belongs to.
    private int Compare(TraceStep? left, TraceStep? right)
    {
        string[] a = left!.Path.Split('/'), b = right!.Path.Split('/');
        for (int i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            if (a[i] == b[i]) continue;
            return Rank(string.Join('/', a[..(i + 1)])).CompareTo(Rank(string.Join('/', b[..(i + 1)])));
        }
        return a.Length.CompareTo(b.Length);
    }

    private int Rank(string prefix)
    {
        // The composite itself (loop) stands before its iterations (loop#0).
        int exact = steps.FindIndex(s => s.Path == prefix || s.Path == prefix.Split('#')[0] && !prefix.Contains('/'));
        if (exact >= 0 && steps[exact].Path == prefix) return exact * 2;
        int first = steps.FindIndex(s => s.Path.StartsWith(prefix + "/", StringComparison.Ordinal));
        return first * 2 + 1;
    }
}
