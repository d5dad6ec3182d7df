using System.Text.Json;
using Designer.Flows;

namespace Designer.Engine;

/// <summary>
/// One execution of a level: the flow's top, one iteration of a body. Holds which edges are decided and what nodes put out.
/// All members are guarded by the run's lock; outputs are written before anything that reads them is made ready.
/// </summary>
internal sealed class Scope : IValueScope
{
    private readonly NodeState[] states;
    private int undecided;
    private CancellationTokenSource? cancellation;

    public Scope(FlowFrame frame, LevelPlan level, Scope? outer, Step? owner, string prefix, IReadOnlyDictionary<string, object?>? names)
    {
        Frame = frame;
        Level = level;
        Outer = outer;
        Owner = owner;
        Prefix = prefix;
        Names = names;
        states = new NodeState[level.Nodes.Length];
        for (int i = 0; i < states.Length; i++) states[i].Undecided = level.Nodes[i].Incoming;
        undecided = level.Reachable;
    }

    public FlowFrame Frame { get; }
    public LevelPlan Level { get; }
    public Scope? Outer { get; }
    /// <summary>The composite step whose body this is; null at the run's top.</summary>
    public Step? Owner { get; }
    /// <summary>Stands before the node's id in a step's path: empty, <c>loop#3/</c>, <c>sub/</c>.</summary>
    public string Prefix { get; }
    public IReadOnlyDictionary<string, object?>? Names { get; }
    public bool IsOver { get; private set; }
    public TaskCompletionSource<IValueScope>? Finished { get; init; }
    public bool IsFinished => undecided == 0;
    /// <summary>Finished nodes are being taken from the log, in its order.</summary>
    public bool IsReplaying { get; set; }
    /// <summary>The composite's code has gone to await it.</summary>
    public bool IsAwaited { get; set; }
    public DateTimeOffset Now => Frame.Run.Row.StartedAt;

    /// <summary>Cancelled with the run or the composite's attempt, and when a step of this scope fails it. Steps ask for it outside of the lock.</summary>
    public CancellationToken Token
    {
        get
        {
            if (Owner is null) return Frame.Run.Token;
            if (IsOver && cancellation is null) return new CancellationToken(canceled: true);
            if (cancellation is null) Interlocked.CompareExchange(ref cancellation, CancellationTokenSource.CreateLinkedTokenSource(Owner.Cancellation), null);
            return cancellation.Token;
        }
    }

    public string PathOf(NodePlan node) => Prefix.Length == 0 ? node.Id : Prefix + node.Id;

    public object? Root(string name)
    {
        if (Level.IndexOf.TryGetValue(name, out int index)) return states[index].Outputs;
        if (Names is not null && Names.TryGetValue(name, out object? value)) return value;
        return Outer is null ? Frame.Root(name) : Outer.Root(name);
    }

    /// <summary>Decides one edge into a node. True when that makes the node ready.</summary>
    public EdgeDecision Decide(int target, bool taken)
    {
        ref NodeState state = ref states[target];
        state.Undecided--;
        state.Taken |= taken;
        if (state.IsStarted) return EdgeDecision.Nothing;
        if (state.Taken && (state.Undecided == 0 || Level.Nodes[target].JoinsAny)) return EdgeDecision.Ready;
        return state.Undecided == 0 ? EdgeDecision.Skip : EdgeDecision.Nothing;
    }

    public void Start(int node) => states[node].IsStarted = true;

    public void Complete(int node, object? outputs)
    {
        states[node].IsStarted = true;
        states[node].Outputs = outputs;
        undecided--;
    }

    /// <summary>Nothing that still comes from this scope counts any more.</summary>
    public CancellationTokenSource? End()
    {
        IsOver = true;
        return cancellation;
    }

    private struct NodeState
    {
        public object? Outputs;
        public int Undecided;
        public bool Taken;
        public bool IsStarted;
    }
}

internal enum EdgeDecision { Nothing, Ready, Skip }

/// <summary>One flow in execution: the run's own, or a sub-flow's. Holds what its references call <c>vars</c>, <c>run</c> and <c>conversation</c>.</summary>
internal sealed class FlowFrame(Run run, FlowPlan plan, JsonElement input, Conversation? conversation)
{
    private Dictionary<string, object?>? variables;
    private object? runNames;

    public Run Run { get; } = run;
    public FlowPlan Plan { get; } = plan;
    public JsonElement Input { get; } = input;
    public Conversation? Conversation { get; } = conversation;
    public List<IAnswerOutputs>? Answers { get; private set; }

    public object? Root(string name) => name switch
    {
        "vars" => Variables,
        "run" => runNames ??= new RunNames(Run.Row.Id.ToString(), Run.Row.StartedAt, Conversation?.Id),
        "conversation" => Conversation,
        _ => null,
    };

    /// <summary>The flow's variables: conversation ones as they stood at the run's start, others at their defaults.</summary>
    public IReadOnlyDictionary<string, object?> Variables => variables ??= Plan.Version.Document.Variables.ToDictionary(
        v => v.Name,
        v => v.Scope == "conversation" && Conversation is not null && Conversation.Variables.TryGetValue(v.Name, out JsonElement kept) ? kept : (object?)v.Default);

    public void Set(IVariableOutputs outputs)
    {
        // A new map, because a step may be reading the old one.
        Dictionary<string, object?> next = new(Variables.Count);
        foreach ((string name, object? value) in Variables) next[name] = value;
        foreach ((string name, object? value) in outputs.Variables) next[name] = value;
        variables = next;
    }

    public void Add(IAnswerOutputs answer) => (Answers ??= []).Add(answer);

    private sealed record RunNames(string Id, DateTimeOffset Now, string? ConversationId);
}

/// <summary>What <c>{{ node.error }}</c> sees after an error branch.</summary>
internal sealed record FailedOutputs(RunError Error);

/// <summary>A scope with more names in front, for what a node evaluates itself.</summary>
internal sealed class NamedScope(IValueScope outer, IReadOnlyDictionary<string, object?> names) : IValueScope
{
    public object? Root(string name) => names.TryGetValue(name, out object? value) ? value : outer.Root(name);
    public DateTimeOffset Now => outer.Now;
}

/// <summary>A scope with the arguments of one tool call in front.</summary>
internal sealed class ArgumentScope(IValueScope outer, JsonElement args) : IValueScope
{
    public object? Root(string name) => name == "args" ? args : outer.Root(name);
    public DateTimeOffset Now => outer.Now;
}
