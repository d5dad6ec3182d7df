using System.Text.Json;
using Designer.Flows;
using Microsoft.Extensions.Logging;

namespace Designer.Engine;

/// <summary>One execution of one node in one scope, or a part of a composite's work. It is also the context the node sees.</summary>
internal sealed class Step(Run run, Scope scope, NodePlan? plan, string path, Step? parent) : StepContext
{
    private readonly int parentGeneration = parent?.Generation ?? 0;
    private ITimer? clock;

    public Run Run { get; } = run;
    public Scope Scope { get; } = scope;
    /// <summary>Null for a part (<see cref="Work"/>).</summary>
    public NodePlan? Plan { get; } = plan;
    public Step? Parent { get; } = parent;
    public object? Settings { get; set; }
    public StepException? BindError { get; set; }
    public Func<StepContext, ValueTask<StepOutcome>>? Work { get; init; }
    public Type? WorkOutputs { get; init; }
    /// <summary>Set for steps that a composite awaits itself; others report to their scope.</summary>
    public TaskCompletionSource<StepOutcome>? Reply { get; init; }
    public int Failures { get; set; }
    public Consumed? Used { get; private set; }
    public long StartedAt { get; set; }
    /// <summary>Children under way; while there are any, it is not itself at work.</summary>
    public int Children { get; set; }
    /// <summary>Threads that are in this composite's own code right now; while there are any, it is at work whatever its children do.</summary>
    public int Hands { get; set; }
    /// <summary>Raised with each retry: children of an earlier attempt count no more.</summary>
    public int Generation { get; set; }
    public bool IsAtWork => Hands > 0 || Children == 0 && Waiting is null;
    public TaskCompletionSource<HumanAnswer>? Waiting { get; set; }
    /// <summary>It has not begun: a breakpoint stops before it.</summary>
    public bool IsAtBreakpoint { get; set; }
    /// <summary>The path under which what it waits for is asked and answered.</summary>
    public string Asks => IsAtBreakpoint ? Breakpoint.Before(Path) : Path;
    public bool IsEnded { get; set; }
    public bool IsStarted { get; set; }
    public int AttemptNumber { get; set; }
    /// <summary>A crash interrupted an earlier attempt.</summary>
    public bool IsRepeat { get; set; }
    /// <summary>The number of the event that tells of this attempt's start; 0 when an earlier process told it.</summary>
    public long StartedSeq { get; set; }

    /// <summary>Nothing that still comes from it counts: it ended, its scope or composite ended, or that one was tried again.</summary>
    public bool IsDead => IsEnded || Scope.IsOver || Run.IsOver || Parent is not null && (Parent.IsDead || Parent.Generation != parentGeneration);
    public bool IsEffect => Plan?.IsEffect ?? true;
    public bool IsComposite => Plan?.IsComposite ?? false;
    /// <summary>Below another step. Such a one may be met again in this process, when its composite is tried again.</summary>
    public bool IsNested => Parent is not null;
    public Type OutputsType => Plan?.Node.OutputsType ?? WorkOutputs!;

    public override Guid RunId => Run.Row.Id;
    public override Guid WorkspaceId => Run.Row.WorkspaceId;
    public override string Path { get; } = path;
    public override string NodeId => Plan?.Id ?? Parent!.NodeId;
    public override int Attempt => AttemptNumber;
    public override DateTimeOffset Now => Run.Row.StartedAt;
    public override TimeProvider Clock => Run.Services.Clock;
    /// <summary>Of the attempt that runs now, when it has a time of its own or children.</summary>
    public CancellationTokenSource? AttemptSource { get; private set; }
    /// <summary>Cancelled when what this step belongs to is over: its scope, or the attempt of the composite that awaits it.</summary>
    public CancellationToken Around => Parent is null || Scope.Owner == Parent ? Scope.Token : Parent.Cancellation;
    public override CancellationToken Cancellation => AttemptSource?.Token ?? Around;
    public override ILogger Logger => Run.Services.Logger;
    public override StepBudget Budget => Run.Ledger;
    public override Conversation? Conversation => Scope.Frame.Conversation;
    public override JsonElement FlowInput => Scope.Frame.Input;
    public override IValueScope ScopeWith(IReadOnlyDictionary<string, object?> names) => names.Count == 0 ? Scope : new NamedScope(Scope, names);

    public ValueTask<StepOutcome> InvokeAsync()
    {
        if (BindError is not null) throw BindError;
        if (Plan is { } plan && (plan.Timeout is not null || plan.IsComposite))
        {
            AttemptSource = CancellationTokenSource.CreateLinkedTokenSource(Around);
            // The clock's own timer, so that tests own time.
            if (plan.Timeout is { } timeout)
                clock = Run.Services.Clock.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), AttemptSource, timeout, Timeout.InfiniteTimeSpan);
        }
        return Work is null ? Plan!.Node.InvokeAsync(Settings!, this) : Work(this);
    }

    /// <summary>True when this attempt ran out of its own time, not the run's.</summary>
    public bool TimedOut => Plan?.Timeout is not null && AttemptSource is { IsCancellationRequested: true } && !Around.IsCancellationRequested;

    /// <summary>Its time no longer runs; without this a step's timer would keep the whole run in memory until it fires.</summary>
    public void StopClock()
    {
        clock?.Dispose();
        clock = null;
    }

    public override void EmitToken(string text) => Run.EmitToken(this, text);
    public override void EmitProgress(string message) => Run.EmitProgress(this, message);
    public override void EmitPreview(string mediaType, ReadOnlyMemory<byte> picture) => Run.EmitPreview(this, mediaType, picture);
    public override void Report(Usage usage, CallTrace? call = null) =>
        Used = new Consumed(Used is null ? usage : Used.Usage + usage, call is null ? Used?.Calls : [.. Used?.Calls ?? [], Masked(call)]);
    public void ClearUsage() => Used = null;
    public override ValueTask<string> SecretAsync(string credential) => Run.SecretAsync(credential, Cancellation);
    public override string Mask(string text) => Run.Secrets.Mask(text);
    public override ValueTask<FileRef> FileAsync(string id, string? name) => Run.FileAsync(id, name, Cancellation);
    public override ValueTask<Stream> OpenFileAsync(FileRef file) => Run.OpenFileAsync(file, Cancellation);
    public override ValueTask<FileRef> SaveFileAsync(string name, Stream content) => Run.SaveFileAsync(name, content, Cancellation);
    public override ValueTask<HumanAnswer> AskAsync(HumanForm form) => Run.AskAsync(this, form);
    public override ValueTask<IValueScope> RunBodyAsync(int iteration, IReadOnlyDictionary<string, object?> names) => Run.RunBodyAsync(this, iteration, names);
    public override ValueTask<JsonElement> RunFlowAsync(string flow, JsonElement input) => Run.RunFlowAsync(this, flow, input);

    public override async ValueTask<T> RunPartAsync<T>(string name, object inputs, Func<StepContext, ValueTask<T>> work)
    {
        StepOutcome outcome = await Run.RunChildAsync(this, new Step(Run, Scope, null, $"{Path}/{name}", this)
        {
            Settings = inputs,
            WorkOutputs = typeof(T),
            Work = async step => new StepOutcome(await work(step).ConfigureAwait(false), "out"),
            Reply = NewReply(),
        }).ConfigureAwait(false);
        return (T)outcome.Outputs!;
    }

    public override IReadOnlyList<AttachedNode> Attached(string port) =>
        Plan is not null && Plan.Attached.TryGetValue(port, out AttachedPlan[]? attached) ? Array.ConvertAll(attached, a => a.Face) : [];

    public override ValueTask<StepOutcome> RunAttachedAsync(AttachedNode node, string name, JsonElement args)
    {
        NodePlan attached = Plan!.Attached.Values.SelectMany(a => a).First(a => a.Face.Id == node.Id).Plan;
        Step step = new(Run, Scope, attached, $"{Path}/{name}", this) { Reply = NewReply() };
        Run.Bind(step, new ArgumentScope(Scope, args));
        return Run.RunChildAsync(this, step);
    }

    private CallTrace Masked(CallTrace call) => call with
    {
        Because = call.Because is { } because ? Run.Secrets.Mask(because) : null,
        Error = call.Error is { } error ? Run.Secrets.Mask(error) : null,
    };

    private static TaskCompletionSource<StepOutcome> NewReply() => new();
}

/// <summary>What an attempt consumed, and the calls of models it made.</summary>
internal sealed record Consumed(Usage Usage, IReadOnlyList<CallTrace>? Calls);
