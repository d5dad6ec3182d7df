using System.Text.RegularExpressions;
using Designer.Models.Onnx.Folders;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Designer.Models.Onnx.Generation;

/// <summary>One tensor of the key-value cache: what goes in, what comes out, and its shape with the batch on <paramref name="BatchAxis"/>.</summary>
/// <param name="Outer">What stands before the batch: 1, or 2 where keys and values share a tensor.</param>
internal sealed record CacheTensor(string Past, string Present, int Outer, int Heads, int Size, TensorElementType Type)
{
    public int BytesPerToken => Outer * Heads * Size * ElementBytes;
    public int ElementBytes => Type == TensorElementType.Float ? 4 : 2;
    public long[] Shape(long rows, long length) => Outer == 1 ? [rows, Heads, length, Size] : [Outer, rows, Heads, length, Size];
}

/// <summary>How a decoder-only graph wants to be called, read from its inputs and outputs.</summary>
internal sealed partial record DecoderGraph
{
    private static readonly HashSet<string> s_known = ["input_ids", "attention_mask", "position_ids"];

    public required IReadOnlyList<CacheTensor> Cache { get; init; }

    /// <summary>The operators write into the past's own buffer and pad on the right (GroupQueryAttention); otherwise each step
    /// concatenates, and shorter rows are padded on the left.</summary>
    public required bool SharesBuffer { get; init; }

    public required bool HasMask { get; init; }
    public required bool HasPositions { get; init; }

    /// <summary>Token ids, mask and positions: int64, int32 in older exports.</summary>
    public required TensorElementType IdType { get; init; }

    public required TensorElementType LogitsType { get; init; }
    public required int Vocabulary { get; init; }

    public int CacheBytesPerToken => Cache.Sum(c => c.BytesPerToken);

    /// <exception cref="ModelException">The graph is no decoder with a key-value cache, or asks for inputs that are not known.</exception>
    public static DecoderGraph Read(InferenceSession session, GraphFile file)
    {
        var inputs = session.InputMetadata;
        if (!inputs.TryGetValue("input_ids", out var ids)) throw Refused("it has no input 'input_ids'");
        if (!session.OutputMetadata.TryGetValue("logits", out var logits)) throw Refused("it has no output 'logits'");
        var cache = inputs.Where(i => Past().IsMatch(i.Key)).OrderBy(i => Layer(i.Key)).ThenBy(i => i.Key, StringComparer.Ordinal).Select(i => Tensor(i.Key, i.Value, session)).ToList();
        if (cache.Count == 0) throw Refused("it keeps no key-value cache; export it with past_key_values");
        if (inputs.Keys.FirstOrDefault(name => !s_known.Contains(name) && !Past().IsMatch(name)) is { } unknown) throw Refused($"it asks for an input '{unknown}' that is not known");
        if (logits.Dimensions[^1] <= 0) throw Refused("its vocabulary has no fixed size");
        if (logits.ElementDataType is not (TensorElementType.Float or TensorElementType.Float16)) throw Refused($"its logits are {logits.ElementDataType}");
        return new DecoderGraph
        {
            Cache = cache,
            SharesBuffer = file.Operators.Contains("GroupQueryAttention") && inputs.ContainsKey("attention_mask") && cache.TrueForAll(c => c.Outer == 1),
            HasMask = inputs.ContainsKey("attention_mask"),
            HasPositions = inputs.ContainsKey("position_ids"),
            IdType = ids.ElementDataType is TensorElementType.Int32 or TensorElementType.Int64 ? ids.ElementDataType : throw Refused($"its token ids are {ids.ElementDataType}"),
            LogitsType = logits.ElementDataType,
            Vocabulary = logits.Dimensions[^1],
        };
    }

    private static CacheTensor Tensor(string past, NodeMetadata input, InferenceSession session)
    {
        var present = PresentOf(past);
        if (!session.OutputMetadata.ContainsKey(present)) throw Refused($"the cache '{past}' has no output '{present}'");
        if (input.ElementDataType is not (TensorElementType.Float or TensorElementType.Float16 or TensorElementType.BFloat16)) throw Refused($"its cache is {input.ElementDataType}");
        return input.Dimensions switch
        {
            [_, > 0 and var heads, _, > 0 and var size] => new CacheTensor(past, present, 1, heads, size, input.ElementDataType),
            [2, _, > 0 and var heads, _, > 0 and var size] => new CacheTensor(past, present, 2, heads, size, input.ElementDataType),
            _ => throw Refused($"the cache '{past}' has a shape that is not known"),
        };
    }

    private static string PresentOf(string past) => past.StartsWith("past_key_values.", StringComparison.Ordinal)
        ? string.Concat("present.", past.AsSpan("past_key_values.".Length))
        : string.Concat("present_", past.AsSpan("past_".Length));

    private static int Layer(string past) => int.Parse(Past().Match(past).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

    private static ModelException Refused(string why) => new(ModelErrorCodes.Refused, $"The graph cannot be used for chat: {why}.");

    [GeneratedRegex(@"\Apast_(?:key_values\.)?(\d{1,4})(?:\.(?:key|value))?\z")]
    private static partial Regex Past();
}
