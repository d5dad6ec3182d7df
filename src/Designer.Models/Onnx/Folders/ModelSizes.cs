namespace Designer.Models.Onnx.Folders;

/// <summary>What requests take beside the model itself, by the sizes in its config.json; 0 where it does not say. The file is somebody else's:
/// absurd numbers give an absurd amount, never a wrong sign.</summary>
internal sealed class ModelSizes
{
    private const int NumberBytes = 4;

    public static readonly ModelSizes Unsaid = new();

    private readonly Int128 _cachePerToken, _perPlace, _perPair;

    public ModelSizes(ModelFolderConfig config)
    {
        Int128 layers = Of(config.Layers), heads = Of(config.Heads), hidden = Of(config.HiddenSize);
        _cachePerToken = Clamp(2 * NumberBytes * layers * Of(config.KeyValueHeads) * Of(config.HeadSize));
        if (hidden == 0 || heads == 0) return;
        // One layer at a time: query, key, value, their product, what goes in and what comes out; and the wider part, usually of four times the size.
        _perPlace = NumberBytes * (6 + 4) * hidden;
        _perPair = NumberBytes * heads;
    }

    private ModelSizes()
    {
    }

    /// <summary>The keys and values of a batch of chat requests.</summary>
    public long CacheBytes(int rows, int tokens) => Clamp(_cachePerToken * rows * tokens);

    /// <summary>What a graph that reads whole texts works with: each place's numbers, and each place's look at each other.</summary>
    public long ReadingBytes(int rows, int tokens) => Clamp((_perPlace + _perPair * tokens) * rows * tokens);

    private static Int128 Of(int? size) => size is > 0 and var known ? known : 0;

    private static long Clamp(Int128 bytes) => (long)Int128.Min(bytes, long.MaxValue / 2);
}
