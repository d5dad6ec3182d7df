using System.Numerics.Tensors;

namespace Designer.Models.Onnx.Generation;

/// <summary>Chooses the next token of one sequence. Keeps its own random numbers, so that a batch's other rows change nothing.</summary>
internal sealed class Sampler
{
    /// <summary>Below it numbers leave the range of a float, and only the likeliest would be drawn anyway.</summary>
    private const float LeastTemperature = 1e-6f;

    private readonly Sampling _sampling;
    private readonly Dictionary<int, int>? _seen;
    private ulong _state;

    public Sampler(Sampling sampling, ReadOnlySpan<int> prompt)
    {
        _sampling = sampling;
        _state = (ulong)(sampling.Seed ?? Random.Shared.NextInt64());
        // Counted in the answer only; tokens of the prompt stand with 0.
        if (sampling is { RepetitionPenalty: 1, FrequencyPenalty: 0, PresencePenalty: 0 }) return;
        _seen = [];
        foreach (var token in prompt) _seen[token] = 0;
    }

    /// <summary>Changes the logits, which are the sequence's own. <paramref name="room"/> is scratch space for as many tokens.</summary>
    public int Next(Span<float> logits, SamplingRoom room)
    {
        Penalize(logits);
        var likeliest = TensorPrimitives.IndexOfMax(logits);
        // Weights that are damaged, and half precision that overflows, give numbers that are none; a constraint may leave nothing.
        if (!float.IsFinite(logits[likeliest])) throw Nothing(logits[likeliest]);
        var token = _sampling.Temperature > LeastTemperature ? Draw(logits, room) : likeliest;
        if (_seen is not null) _seen[token] = _seen.GetValueOrDefault(token) + 1;
        return token;
    }

    private static ModelException Nothing(float best) => float.IsNegativeInfinity(best)
        ? new ModelException(ModelErrorCodes.Refused, "Nothing that this model can write fits the schema of its answer.")
        : new ModelException(ModelErrorCodes.BadResponse, "The model's numbers are none (NaN or infinite): its weights are damaged, or its precision is too low.");

    private void Penalize(Span<float> logits)
    {
        if (_seen is null) return;
        foreach (var (token, count) in _seen)
        {
            ref var logit = ref logits[token];
            logit = logit > 0 ? logit / _sampling.RepetitionPenalty : logit * _sampling.RepetitionPenalty;
            if (count > 0) logit -= count * _sampling.FrequencyPenalty + _sampling.PresencePenalty;
        }
    }

    private int Draw(Span<float> logits, SamplingRoom room)
    {
        TensorPrimitives.Divide(logits, _sampling.Temperature, logits);
        TensorPrimitives.SoftMax<float>(logits, logits);
        var count = Candidates(logits, room);
        var tokens = room.Tokens.AsSpan(0, count);
        var chances = room.Chances.AsSpan(0, count);
        var point = NextUnit() * TensorPrimitives.Sum<float>(chances);
        for (var i = 0; i < count; i++)
        {
            point -= chances[i];
            if (point < 0) return tokens[i];
        }
        return tokens[^1];
    }

    // Top-k, then top-p of what is left, then min-p: the order of the usual implementations. Likeliest first, ties by token.
    private int Candidates(ReadOnlySpan<float> chances, SamplingRoom room)
    {
        // What is rarer than an equal share of the tail cannot be part of the nucleus, and need not be sorted.
        var least = MathF.Max(TensorPrimitives.Max(chances) * MathF.Min(_sampling.MinP, 1), _sampling.TopP < 1 ? (1 - _sampling.TopP) / chances.Length : 0);
        var count = 0;
        for (var token = 0; token < chances.Length; token++)
        {
            if (chances[token] < least || chances[token] <= 0) continue;
            room.Tokens[count] = token;
            room.Chances[count++] = -chances[token];
        }
        if (_sampling.TopK > 0 || _sampling.TopP < 1) MemoryExtensions.Sort(room.Chances.AsSpan(0, count), room.Tokens.AsSpan(0, count));
        TensorPrimitives.Negate(room.Chances.AsSpan(0, count), room.Chances.AsSpan(0, count));
        if (_sampling.TopK > 0) count = Math.Min(count, _sampling.TopK);
        return _sampling.TopP < 1 ? Nucleus(room.Chances.AsSpan(0, count)) : count;
    }

    private int Nucleus(ReadOnlySpan<float> chances)
    {
        var wanted = _sampling.TopP * TensorPrimitives.Sum(chances);
        var sum = 0f;
        for (var i = 0; i < chances.Length; i++)
        {
            sum += chances[i];
            if (sum >= wanted) return i + 1;
        }
        return chances.Length;
    }

    // SplitMix64, upper 24 bits: the same on every platform and version.
    private float NextUnit()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 40) * (1f / (1 << 24));
    }
}

/// <summary>Scratch space for one draw, as long as the vocabulary.</summary>
internal sealed class SamplingRoom(int vocabulary)
{
    public int[] Tokens { get; } = new int[vocabulary];
    public float[] Chances { get; } = new float[vocabulary];
}
