using System.Numerics.Tensors;
using Designer.Models.Onnx.Encoders;
using Designer.Models.Onnx.Folders;
using Designer.Models.Onnx.Tokenizers;

namespace Designer.Models.Onnx.Embeddings;

internal enum PoolingMode { Mean, First, Last }

/// <summary>How a model's folder says that a text's vector is made of its tokens' vectors (the files of sentence-transformers).</summary>
internal sealed record Pooling(PoolingMode Mode, bool Normalizes)
{
    public static Pooling Read(string folder)
    {
        var pooling = JsonFile.Read(folder, Path.Combine("1_Pooling", "config.json"));
        var mode = pooling.Flag("pooling_mode_cls_token") == true ? PoolingMode.First : pooling.Flag("pooling_mode_lasttoken") == true ? PoolingMode.Last : PoolingMode.Mean;
        // A list, not an object: only whether it names the step matters. Without the file, vectors of length one are what everybody expects.
        var modules = Path.Combine(folder, "modules.json");
        return new Pooling(mode, !File.Exists(modules) || File.ReadAllText(modules).Contains("Normalize", StringComparison.Ordinal));
    }

    public float[] Apply(EncoderOutput output, int row, TokenizedText text)
    {
        var numbers = output.Row(row);
        var vector = output.Shape.Length == 3 ? Pool(numbers, (int)output.Shape[2], Math.Max(1, text.Ids.Length)) : numbers.ToArray();
        if (Normalizes && TensorPrimitives.Norm<float>(vector) is > 0 and var norm) TensorPrimitives.Divide(vector, norm, vector);
        return vector;
    }

    private float[] Pool(ReadOnlySpan<float> tokens, int size, int count)
    {
        if (Mode == PoolingMode.First) return tokens[..size].ToArray();
        if (Mode == PoolingMode.Last) return tokens.Slice((count - 1) * size, size).ToArray();
        var mean = new float[size];
        for (var i = 0; i < count; i++) TensorPrimitives.Add(mean, tokens.Slice(i * size, size), mean);
        TensorPrimitives.Divide(mean, count, mean);
        return mean;
    }
}
