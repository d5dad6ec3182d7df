namespace Designer.Models.Onnx.Constraints;

/// <summary>Where a text stands in a <see cref="ByteProgram"/>: every place it may go on from. States are made once each, so that what follows from
/// them, and the mask of tokens they allow, is found once.</summary>
internal sealed class ConstraintState(ConstraintStates owner, IReadOnlyList<ConstraintState.Thread> threads, bool mayEnd)
{
    private ConstraintState?[]? _next;

    /// <summary>A place in the program and the calls that led there.</summary>
    internal readonly record struct Thread(int At, Frame? Calls);

    /// <summary>Calls that have not returned. Equal ones are one object.</summary>
    internal sealed record Frame(int Id, int ReturnTo, Frame? Outer, int Depth);

    /// <summary>What makes the states that follow.</summary>
    public ConstraintStates Owner => owner;

    /// <summary>Only places that read a byte.</summary>
    public IReadOnlyList<Thread> Threads => threads;

    public bool MayEnd => mayEnd;

    public bool IsDead => threads.Count == 0;

    /// <summary>The tokens allowed here, once found.</summary>
    public ulong[]? Mask { get; set; }

    public bool TryNext(byte value, out ConstraintState? next)
    {
        next = _next?[value];
        return next is not null;
    }

    public void Remember(byte value, ConstraintState next) => (_next ??= new ConstraintState?[256])[value] = next;
}

/// <summary>Makes the states of a program. Not for several threads.</summary>
internal sealed class ConstraintStates
{
    private const int DeepestCalls = 100;
    private const int MostThreads = 50_000;

    private readonly ByteProgram _program;
    private readonly Dictionary<(int ReturnTo, int Outer), ConstraintState.Frame> _frames = [];
    private readonly Dictionary<string, ConstraintState> _states = new(StringComparer.Ordinal);
    private readonly HashSet<(int At, int Calls)> _seen = [];
    private readonly Stack<ConstraintState.Thread> _open = [];

    public ConstraintStates(ByteProgram program, int start)
    {
        _program = program;
        Start = Close([new ConstraintState.Thread(start, null)]);
    }

    public ConstraintState Start { get; }

    public int Count => _states.Count;

    /// <summary>How many masks its states remember.</summary>
    public int Masks { get; set; }

    /// <summary>The state after one more byte; a dead one if it is not allowed.</summary>
    public ConstraintState Next(ConstraintState state, byte value)
    {
        if (state.TryNext(value, out ConstraintState? known)) return known!;
        List<ConstraintState.Thread> after = [];
        foreach (ConstraintState.Thread thread in state.Threads)
            if (_program.Reads(thread.At, value)) after.Add(thread with { At = thread.At + 1 });
        ConstraintState next = Close(after);
        state.Remember(value, next);
        return next;
    }

    /// <summary>Follows everything that reads no byte.</summary>
    private ConstraintState Close(List<ConstraintState.Thread> from)
    {
        _seen.Clear();
        foreach (ConstraintState.Thread thread in from) Open(thread);
        List<ConstraintState.Thread> reading = [];
        bool mayEnd = false;
        while (_open.TryPop(out ConstraintState.Thread thread))
        {
            Instruction instruction = _program[thread.At];
            switch (instruction.Operation)
            {
                case Operation.Read:
                    reading.Add(thread);
                    break;
                case Operation.Jump:
                    Open(thread with { At = instruction.A });
                    break;
                case Operation.Fork:
                    Open(thread with { At = instruction.A });
                    Open(thread with { At = instruction.B });
                    break;
                case Operation.Call:
                    // Deeper nesting ends here; what does not nest goes on.
                    if ((thread.Calls?.Depth ?? 0) < DeepestCalls) Open(new ConstraintState.Thread(instruction.A, FrameOf(thread.At + 1, thread.Calls)));
                    break;
                case Operation.Return when thread.Calls is { } calls:
                    Open(new ConstraintState.Thread(calls.ReturnTo, calls.Outer));
                    break;
                default:
                    mayEnd = true;
                    break;
            }
        }
        return Unique(reading, mayEnd);
    }

    private void Open(ConstraintState.Thread thread)
    {
        if (_seen.Count > MostThreads) throw new ModelException(ModelErrorCodes.Refused, "The JSON schema leaves too many ways open at once to hold a model's output to it.");
        if (_seen.Add((thread.At, thread.Calls?.Id ?? 0))) _open.Push(thread);
    }

    private ConstraintState.Frame FrameOf(int returnTo, ConstraintState.Frame? outer)
    {
        // A call in last place returns for its caller: loops of such calls need no stack.
        while (true)
        {
            Instruction next = _program[returnTo];
            if (next.Operation == Operation.Jump) returnTo = next.A;
            else if (next.Operation == Operation.Return && outer is not null) (returnTo, outer) = (outer.ReturnTo, outer.Outer);
            else break;
        }
        if (_frames.TryGetValue((returnTo, outer?.Id ?? 0), out ConstraintState.Frame? frame)) return frame;
        frame = new ConstraintState.Frame(_frames.Count + 1, returnTo, outer, (outer?.Depth ?? 0) + 1);
        _frames[(returnTo, outer?.Id ?? 0)] = frame;
        return frame;
    }

    private ConstraintState Unique(List<ConstraintState.Thread> threads, bool mayEnd)
    {
        threads.Sort((a, b) => a.At != b.At ? a.At.CompareTo(b.At) : (a.Calls?.Id ?? 0).CompareTo(b.Calls?.Id ?? 0));
        char[] key = new char[threads.Count * 4 + 1];
        for (int i = 0; i < threads.Count; i++)
        {
            (int at, int calls) = (threads[i].At, threads[i].Calls?.Id ?? 0);
            (key[i * 4], key[i * 4 + 1], key[i * 4 + 2], key[i * 4 + 3]) = ((char)(at >> 16), (char)at, (char)(calls >> 16), (char)calls);
        }
        key[^1] = mayEnd ? '1' : '0';
        string text = new(key);
        if (_states.TryGetValue(text, out ConstraintState? state)) return state;
        return _states[text] = new ConstraintState(this, threads, mayEnd);
    }
}
