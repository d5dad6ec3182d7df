namespace Designer.Models.Onnx.Generation;

/// <summary>Why a sequence ended.</summary>
public enum GenerationEnd { Stop, Length }

/// <summary>Where a sequence's tokens go. Called from the generator's thread: it must neither block nor throw for long.</summary>
public interface ITokenSink
{
    /// <summary>The request left the queue; its prompt is read next.</summary>
    void Started();

    /// <summary>True when this token ends the answer.</summary>
    bool Accept(int token);

    void Ended(GenerationEnd end);

    void Failed(Exception error);
}

/// <summary>Says which tokens may come next; JSON-constrained output is one.</summary>
public interface ITokenConstraint
{
    /// <summary>Sets the logits of tokens that may not come next to negative infinity.</summary>
    void Mask(Span<float> logits);

    /// <summary>The token that was chosen.</summary>
    void Advance(int token);

    /// <summary>Whether nothing may come any more.</summary>
    bool MustEnd { get; }
}

/// <summary>One prompt to continue.</summary>
public sealed record GenerationRequest(IReadOnlyList<int> Prompt, int MaxTokens, ITokenSink Sink)
{
    public Sampling Sampling { get; init; } = Sampling.Greedy;

    /// <summary>Tokens that end the answer and are not part of it.</summary>
    public IReadOnlySet<int> EndTokens { get; init; } = new HashSet<int>();

    /// <summary>Name of a LoRA adapter of the model's folder.</summary>
    public string? Adapter { get; init; }

    public ITokenConstraint? Constraint { get; init; }
    public CancellationToken Cancellation { get; init; }
}
