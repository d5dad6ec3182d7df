namespace Designer.Models.Onnx.Constraints;

internal enum Operation : byte
{
    /// <summary>Reads a byte of a set and goes on with the next instruction.</summary>
    Read,

    /// <summary>Goes on in two places.</summary>
    Fork,

    Jump,

    /// <summary>Goes on elsewhere, and with the next instruction when that returns.</summary>
    Call,

    Return,
}

/// <param name="A">Read: the set. Fork, Jump, Call: where to go.</param>
/// <param name="B">Fork: the other place.</param>
internal readonly record struct Instruction(Operation Operation, int A, int B = 0);

/// <summary>A set of bytes.</summary>
internal readonly record struct ByteSet(UInt128 Low, UInt128 High)
{
    public static ByteSet Of(params ReadOnlySpan<(int From, int To)> ranges)
    {
        UInt128 low = 0, high = 0;
        foreach ((int from, int to) in ranges)
        {
            for (int b = from; b <= to; b++)
            {
                if (b < 128) low |= UInt128.One << b;
                else high |= UInt128.One << (b - 128);
            }
        }
        return new ByteSet(low, high);
    }

    public bool Contains(byte value) => ((value < 128 ? Low >> value : High >> (value - 128)) & 1) == 1;
}

/// <summary>What a text must look like, byte by byte, as a little program with calls. It may go on in several places at once (see
/// <see cref="ConstraintState"/>), so alternatives need no looking ahead.</summary>
internal sealed class ByteProgram
{
    private readonly List<Instruction> _code = [];
    private readonly Dictionary<ByteSet, int> _setIds = [];
    private readonly List<ByteSet> _sets = [];

    /// <summary>Schemas come from users; a larger program is refused.</summary>
    private const int MostInstructions = 200_000;

    public int Length => _code.Count;

    public Instruction this[int at] => _code[at];

    public bool Reads(int at, byte value) => _sets[_code[at].A].Contains(value);

    public int Add(Operation operation, int a = 0, int b = 0)
    {
        if (_code.Count == MostInstructions) throw new ModelException(ModelErrorCodes.Refused, "The JSON schema is too large to hold a model's output to it.");
        _code.Add(new Instruction(operation, a, b));
        return _code.Count - 1;
    }

    public void Read(params ReadOnlySpan<(int From, int To)> ranges)
    {
        ByteSet set = ByteSet.Of(ranges);
        if (!_setIds.TryGetValue(set, out int id))
        {
            _setIds[set] = id = _sets.Count;
            _sets.Add(set);
        }
        Add(Operation.Read, id);
    }

    public void Literal(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes) Read((b, b));
    }

    public void Call(int routine) => Add(Operation.Call, routine);

    public void Return() => Add(Operation.Return);

    /// <summary>Lets a jump or fork that was written before lead to here.</summary>
    public void Here(int at) => _code[at] = _code[at] with { A = _code.Count };

    public void HereElse(int at) => _code[at] = _code[at] with { B = _code.Count };

    /// <summary>One of several.</summary>
    public void Either(params IReadOnlyList<Action> choices)
    {
        List<int> ends = [];
        for (int i = 0; i < choices.Count; i++)
        {
            int fork = i < choices.Count - 1 ? Add(Operation.Fork, Length + 1) : -1;
            choices[i]();
            if (fork < 0) continue;
            ends.Add(Add(Operation.Jump));
            HereElse(fork);
        }
        foreach (int end in ends) Here(end);
    }

    public void Maybe(Action what)
    {
        int fork = Add(Operation.Fork, Length + 1);
        what();
        HereElse(fork);
    }

    public void Any(Action what)
    {
        int fork = Add(Operation.Fork, Length + 1);
        what();
        Add(Operation.Jump, fork);
        HereElse(fork);
    }

    /// <summary>Between least and most times; null: any number.</summary>
    public void Times(int least, int? most, Action what)
    {
        for (int i = 0; i < least; i++) what();
        if (most is null)
        {
            Any(what);
            return;
        }
        List<int> forks = [];
        for (int i = least; i < most; i++)
        {
            forks.Add(Add(Operation.Fork, Length + 1));
            what();
        }
        foreach (int fork in forks) HereElse(fork);
    }
}
