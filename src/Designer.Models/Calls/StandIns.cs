using Designer.Models.Connections;

namespace Designer.Models.Calls;

/// <summary>What holds for every fallback, of whatever kind the models are.</summary>
public static class StandIns
{
    private const ModelCapabilities Kinds = ModelCapabilities.Chat | ModelCapabilities.Embedding | ModelCapabilities.Rerank | ModelCapabilities.ClassifyText | ModelCapabilities.FindSpans
        | ModelCapabilities.ClassifyFile | ModelCapabilities.ReadImage | ModelCapabilities.MakeImage;

    /// <summary>Whether a model can answer in another's place. Vectors of two models cannot be compared, and would spoil what is searched by them: only the same
    /// files, run elsewhere, give the same ones. What makes pictures takes a workflow or a prompt, by its provider.</summary>
    public static bool CanStandInFor(this ModelConnection other, ModelConnection first)
    {
        if ((first.Capabilities & Kinds & ~other.Capabilities) != 0) return false;
        if (first.Capabilities.HasFlag(ModelCapabilities.Embedding)) return other.Provider == first.Provider && other.Endpoint == first.Endpoint && other.Model == first.Model;
        return !first.Capabilities.HasFlag(ModelCapabilities.MakeImage) || other.Provider == first.Provider;
    }

    /// <summary>What one model refuses, another is not to be talked into; all else may be the first one's own trouble.</summary>
    public static bool MayPassOn(this ModelException failed) => failed.Code != ModelErrorCodes.Refused;

    /// <summary>The first failure with why nobody stands in.</summary>
    internal static ModelException WithoutHelp(this ModelException failed, string why) => new(failed.Code, $"{failed.Message} {why}", failed.IsTransient, failed.RetryAfter, failed);
}
