namespace Designer.Models.Connections;

/// <summary>The words by which nodes and slots say what a model must be able to do: a capability's name, or <see cref="Classify"/> for any of three.</summary>
public static class ModelNeeds
{
    public const string Chat = "chat";
    public const string Embedding = "embedding";
    public const string Rerank = "rerank";
    public const string ReadImage = "readImage";
    public const string MakeImage = "makeImage";

    /// <summary>Labels whole texts, stretches of them, or files.</summary>
    public const string Classify = "classify";

    private const ModelCapabilities AnyLabels = ModelCapabilities.ClassifyText | ModelCapabilities.FindSpans | ModelCapabilities.ClassifyFile;

    /// <summary>False for words that are not known, too.</summary>
    public static bool Meets(this ModelCapabilities can, string need) => need.Equals(Classify, StringComparison.OrdinalIgnoreCase)
        ? (can & AnyLabels) != 0
        : Enum.TryParse(need, ignoreCase: true, out ModelCapabilities wanted) && can.HasFlag(wanted);

    /// <summary>All the words that such a model meets.</summary>
    public static IReadOnlyList<string> MetBy(ModelCapabilities can) =>
    [
        .. Enum.GetValues<ModelCapabilities>().Where(c => c != ModelCapabilities.None && can.HasFlag(c)).Select(c => char.ToLowerInvariant(c.ToString()[0]) + c.ToString()[1..]),
        .. can.Meets(Classify) ? (string[])[Classify] : [],
    ];
}
