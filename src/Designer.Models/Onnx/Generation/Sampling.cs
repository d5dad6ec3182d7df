namespace Designer.Models.Onnx.Generation;

/// <summary>How the next token is chosen. The defaults take the likeliest.</summary>
public sealed record Sampling
{
    public static readonly Sampling Greedy = new();

    /// <summary>0: always the likeliest token.</summary>
    public float Temperature { get; init; }

    /// <summary>Only the so many likeliest; 0 for all.</summary>
    public int TopK { get; init; }

    /// <summary>Only the likeliest that together reach this probability; 1 for all.</summary>
    public float TopP { get; init; } = 1;

    /// <summary>Only tokens at least this share as likely as the likeliest; 0 for all.</summary>
    public float MinP { get; init; }

    /// <summary>Above 1: tokens that the prompt or the answer holds become less likely.</summary>
    public float RepetitionPenalty { get; init; } = 1;

    /// <summary>Taken off the logit of each token that the answer holds, once for each time.</summary>
    public float FrequencyPenalty { get; init; }

    /// <summary>Taken off the logit of each token that the answer holds.</summary>
    public float PresencePenalty { get; init; }

    /// <summary>The same seed gives the same answer; null draws one.</summary>
    public long? Seed { get; init; }
}
