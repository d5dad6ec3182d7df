using System.Text.Json;

namespace Designer.Models.Onnx.Constraints;

/// <summary>A JSON schema over a vocabulary: which tokens may come next. Made once for a schema and a model and shared by all its requests; what was
/// found for one is there for the next.</summary>
public sealed class JsonConstraint
{
    /// <summary>Past these, answers begin with fresh states; those under way keep theirs.</summary>
    private const int MostStates = 20_000, MostMasks = 1_000;

    private readonly TokenTrie _tokens;
    private readonly ByteProgram _program;
    private readonly int _start;
    private ConstraintStates _states;

    /// <param name="schema">Null: any JSON object.</param>
    /// <exception cref="ModelException">The schema asks for something that cannot be held.</exception>
    public JsonConstraint(JsonElement? schema, TokenTrie tokens)
    {
        _tokens = tokens;
        (_program, _start, NotHeld) = JsonSchemaReader.Read(schema);
        _states = new ConstraintStates(_program, _start);
    }

    /// <summary>Keywords of the schema that the masks do not hold: an answer has still to be checked against them.</summary>
    public IReadOnlyList<string> NotHeld { get; }

    /// <summary>Begins an answer.</summary>
    public JsonGuide Begin()
    {
        ConstraintStates states = _states;
        if (states.Masks >= MostMasks || states.Count >= MostStates) _states = states = new ConstraintStates(_program, _start);
        return new JsonGuide(this, states.Start);
    }

    internal ulong[] MaskOf(ConstraintState state)
    {
        if (state.Mask is { } mask) return mask;
        lock (state.Owner)
        {
            if (state.Mask is { } found) return found;
            mask = Find(state);
            if (state.Owner.Masks++ < MostMasks) state.Mask = mask;
            return mask;
        }
    }

    /// <summary>The state after a token, or null if the token is not allowed.</summary>
    internal ConstraintState? After(ConstraintState state, int token)
    {
        ReadOnlySpan<byte> bytes = _tokens.Tokenizer.BytesOf(token).Span;
        if (bytes.IsEmpty || _tokens.Tokenizer.IsSpecial(token)) return null;
        lock (state.Owner)
        {
            foreach (byte b in bytes)
            {
                state = state.Owner.Next(state, b);
                if (state.IsDead && !state.MayEnd) return null;
            }
            return state;
        }
    }

    internal bool Ends(int token) => _tokens.EndTokens.Contains(token);

    private ulong[] Find(ConstraintState state)
    {
        ulong[] mask = new ulong[_tokens.MaskLength];
        ConstraintState[] path = new ConstraintState[_tokens.Deepest + 1];
        int[] ends = new int[_tokens.Deepest + 1];
        (path[0], ends[0]) = (state, _tokens.Nodes);
        int depth = 0;
        for (int node = 0; node < _tokens.Nodes;)
        {
            while (node >= ends[depth]) depth--;
            ConstraintState next = state.Owner.Next(path[depth], _tokens.Label(node));
            if (next.IsDead && !next.MayEnd)
            {
                node = _tokens.EndOf(node);
                continue;
            }
            foreach (int token in _tokens.TokensAt(node)) mask[token >> 6] |= 1UL << (token & 63);
            depth++;
            (path[depth], ends[depth]) = (next, _tokens.EndOf(node));
            node++;
        }
        if (!state.MayEnd) return mask;
        foreach (int token in _tokens.EndTokens) mask[token >> 6] |= 1UL << (token & 63);
        return mask;
    }
}

/// <summary>One answer on its way through a <see cref="JsonConstraint"/>. Not for several threads.</summary>
public sealed class JsonGuide
{
    private readonly JsonConstraint _constraint;
    private ConstraintState _state;

    internal JsonGuide(JsonConstraint constraint, ConstraintState state) => (_constraint, _state) = (constraint, state);

    /// <summary>A bit for each id: set if the token may come next. End tokens are among them where the text may end. Shared: not to be changed.</summary>
    public ReadOnlySpan<ulong> Allowed() => _constraint.MaskOf(_state);

    /// <summary>Whether the text so far is whole.</summary>
    public bool MayEnd => _state.MayEnd;

    /// <summary>Whether nothing but the end may follow.</summary>
    public bool MustEnd => _state.MayEnd && _state.IsDead;

    /// <summary>Whether an end token was taken.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Takes the token that was chosen.</summary>
    /// <exception cref="InvalidOperationException">The token is not allowed here.</exception>
    public void Advance(int token)
    {
        if (_constraint.Ends(token) && _state.MayEnd)
        {
            HasEnded = true;
            return;
        }
        _state = _constraint.After(_state, token) ?? throw new InvalidOperationException($"The token {token} is not allowed here.");
    }

    /// <summary>Puts minus infinity where a token is not allowed.</summary>
    public void Apply(Span<float> logits)
    {
        ReadOnlySpan<ulong> mask = Allowed();
        for (int word = 0; word < mask.Length && word * 64 < logits.Length; word++)
        {
            ulong bits = mask[word];
            int from = word * 64, to = Math.Min(logits.Length, from + 64);
            if (bits == 0) logits[from..to].Fill(float.NegativeInfinity);
            else if (bits != ulong.MaxValue)
            {
                for (int id = from; id < to; id++)
                    if ((bits >> (id - from) & 1) == 0) logits[id] = float.NegativeInfinity;
            }
        }
        if (logits.Length > mask.Length * 64) logits[(mask.Length * 64)..].Fill(float.NegativeInfinity);
    }
}
