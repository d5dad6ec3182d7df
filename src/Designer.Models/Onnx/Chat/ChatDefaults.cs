using Designer.Models.Onnx.Folders;
using Designer.Models.Onnx.Generation;
using Microsoft.Extensions.AI;

namespace Designer.Models.Onnx.Chat;

/// <summary>What a model's folder says about generating (<c>generation_config.json</c>), under what the caller asks for.</summary>
internal sealed record ChatDefaults(Sampling Sampling, IReadOnlySet<int> EndTokens)
{
    public static ChatDefaults Read(string folder)
    {
        JsonFile generation = JsonFile.Read(folder, "generation_config.json"), config = JsonFile.Read(folder, "config.json");
        var draws = generation.Flag("do_sample") == true;
        var sampling = new Sampling
        {
            Temperature = draws ? generation.Number("temperature") ?? 1 : 0,
            TopK = generation.Whole("top_k") ?? 0,
            TopP = generation.Number("top_p") ?? 1,
            MinP = generation.Number("min_p") ?? 0,
            RepetitionPenalty = generation.Number("repetition_penalty") ?? 1,
        };
        IReadOnlyList<int> ends = generation.Wholes("eos_token_id") is { Count: > 0 } own ? own : config.Wholes("eos_token_id");
        return new ChatDefaults(sampling, ends.ToHashSet());
    }

    /// <summary>Beyond the abstractions' own options, <c>min_p</c> and <c>repetition_penalty</c> may stand among the additional properties.</summary>
    public Sampling For(ChatOptions? options) => options is null ? Sampling : Sampling with
    {
        Temperature = options.Temperature ?? Sampling.Temperature,
        TopK = options.TopK ?? Sampling.TopK,
        TopP = options.TopP ?? Sampling.TopP,
        MinP = Number(options, "min_p") ?? Sampling.MinP,
        RepetitionPenalty = Number(options, "repetition_penalty") ?? Sampling.RepetitionPenalty,
        FrequencyPenalty = options.FrequencyPenalty ?? 0,
        PresencePenalty = options.PresencePenalty ?? 0,
        Seed = options.Seed,
    };

    private static float? Number(ChatOptions options, string name) =>
        options.AdditionalProperties?.TryGetValue(name, out float number) == true ? number : null;
}
