using Designer.Models.Onnx.Generation;
using Microsoft.Extensions.AI;

namespace Designer.Models.Onnx.Chat;

/// <summary>What a model's folder says about generating, under what the caller asks for.</summary>
internal static class ChatDefaults
{
    /// <summary>Beyond the abstractions' own options, <see cref="CallOptions.MinP"/> and <see cref="CallOptions.RepetitionPenalty"/> may stand among the additional properties.</summary>
    public static Sampling Sampling(ModelFolderGeneration folder, ChatOptions? options) => new()
    {
        Temperature = options?.Temperature ?? (folder.Sample == true ? (float)(folder.Temperature ?? 1) : 0),
        TopK = options?.TopK ?? folder.TopK ?? 0,
        TopP = options?.TopP ?? (float)(folder.TopP ?? 1),
        MinP = Number(options, CallOptions.MinP) ?? (float)(folder.MinP ?? 0),
        // What is divided by it must stay a number; folders are somebody else's.
        RepetitionPenalty = (Number(options, CallOptions.RepetitionPenalty) ?? (float)(folder.RepetitionPenalty ?? 1)) is > 0 and var penalty ? penalty : 1,
        FrequencyPenalty = options?.FrequencyPenalty ?? 0,
        PresencePenalty = options?.PresencePenalty ?? 0,
        Seed = options?.Seed,
    };

    private static float? Number(ChatOptions? options, string name) =>
        options?.AdditionalProperties?.TryGetValue(name, out float number) == true ? number : null;
}
