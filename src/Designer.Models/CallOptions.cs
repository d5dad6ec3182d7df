namespace Designer.Models;

/// <summary>What a call may ask for beyond the abstractions' own options: names among its additional properties. Models in this process know all of
/// them; servers with OpenAI's interface are told the first two by these names, which vLLM, SGLang and others know.</summary>
public static class CallOptions
{
    /// <summary>A <see cref="float"/>: only tokens at least this share as likely as the likeliest.</summary>
    public const string MinP = "min_p";

    /// <summary>A <see cref="float"/>: above 1, what was said already becomes less likely.</summary>
    public const string RepetitionPenalty = "repetition_penalty";

    /// <summary>The name of a LoRA adapter in the model's folder.</summary>
    public const string Adapter = "lora_adapter";
}
