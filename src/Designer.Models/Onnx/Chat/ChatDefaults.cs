using Designer.Models.Onnx.Generation;
using Microsoft.Extensions.AI;

namespace Designer.Models.Onnx.Chat;

/// <summary>What a model's folder says about generating, under what the caller asks for.</summary>
internal static class ChatDefaults
{
    /// <summary>Beyond the abstractions' own options, <c>min_p</c> and <c>repetition_penalty</c> may stand among the additional properties.</summary>
    public static Sampling Sampling(ModelFolderGeneration folder, ChatOptions? options) => new()
    {
        Temperature = options?.Temperature ?? (folder.Sample == true ? (float)(folder.Temperature ?? 1) : 0),
        TopK = options?.TopK ?? folder.TopK ?? 0,
        TopP = options?.TopP ?? (float)(folder.TopP ?? 1),
        MinP = Number(options, "min_p") ?? (float)(folder.MinP ?? 0),
        RepetitionPenalty = Number(options, "repetition_penalty") ?? (float)(folder.RepetitionPenalty ?? 1),
        FrequencyPenalty = options?.FrequencyPenalty ?? 0,
        PresencePenalty = options?.PresencePenalty ?? 0,
        Seed = options?.Seed,
    };

    private static float? Number(ChatOptions? options, string name) =>
        options?.AdditionalProperties?.TryGetValue(name, out float number) == true ? number : null;
}
