using System.Numerics.Tensors;
using Designer.Models.Onnx.Tokenizers;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Designer.Benchmarks;

/// <summary>The shortest greedy loop over a decoder: rows of one length, what comes out goes in again.</summary>
internal sealed class BareDecoder : IDisposable
{
    private readonly SessionOptions _settings = new() { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
    private readonly RunOptions _options = new();
    private readonly InferenceSession _session;
    private readonly string[] _past, _inputs, _outputs;
    private readonly bool _hasPositions;

    public BareDecoder(string path)
    {
        _session = new InferenceSession(path, _settings);
        _hasPositions = _session.InputMetadata.ContainsKey("position_ids");
        _past = [.. _session.InputNames.Where(n => n.StartsWith("past_", StringComparison.Ordinal))];
        _inputs = ["input_ids", "attention_mask", .. _hasPositions ? new[] { "position_ids" } : [], .. _past];
        _outputs = ["logits", .. _past.Select(n => n.Replace("past_key_values", "present", StringComparison.Ordinal))];
    }

    public void Run(int[] prompt, int rows, int tokens)
    {
        OrtValue[] past = [.. _past.Select(name => _session.InputMetadata[name].Dimensions).Select(d => OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, [rows, d[1], 0, d[3]]))];
        long[] ids = [.. Enumerable.Range(0, rows).SelectMany(_ => prompt.Select(t => (long)t))];
        IDisposableReadOnlyCollection<OrtValue>? last = null;
        for (int done = 0, length = 0; done < tokens; done++)
        {
            int step = ids.Length / rows;
            long[] mask = new long[rows * (length + step)], positions = new long[rows * step];
            Array.Fill(mask, 1);
            for (int i = 0; i < positions.Length; i++) positions[i] = length + i % step;
            using OrtValue idTensor = OrtValue.CreateTensorValueFromMemory(ids, [rows, step]);
            using OrtValue maskTensor = OrtValue.CreateTensorValueFromMemory(mask, [rows, length + step]);
            using OrtValue positionTensor = OrtValue.CreateTensorValueFromMemory(positions, [rows, step]);
            IDisposableReadOnlyCollection<OrtValue> results = _session.Run(_options, _inputs, [idTensor, maskTensor, .. _hasPositions ? new[] { positionTensor } : [], .. past], _outputs);
            ReadOnlySpan<float> logits = results[0].GetTensorDataAsSpan<float>();
            int vocabulary = logits.Length / (rows * step);
            ids = new long[rows];
            for (int row = 0; row < rows; row++) ids[row] = TensorPrimitives.IndexOfMax(logits.Slice((row * step + step - 1) * vocabulary, vocabulary));
            if (last is null) foreach (OrtValue value in past) value.Dispose();
            last?.Dispose();
            last = results;
            past = [.. results.Skip(1)];
            length += step;
        }
        last?.Dispose();
    }

    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
        _settings.Dispose();
    }
}

/// <summary>Tokens in, vectors out, one batch for each call.</summary>
internal sealed class BareEncoder(string folder) : IDisposable
{
    private readonly SessionOptions _settings = new() { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
    private readonly RunOptions _options = new();
    private readonly Tokenizer _tokenizer = Tokenizer.Load(folder);
    private InferenceSession? _session;

    public float[][] Run(string[] texts)
    {
        _session ??= new InferenceSession(Path.Combine(folder, "model.onnx"), _settings);
        int[][] tokens = [.. texts.Select(t => _tokenizer.Encode(t))];
        int width = tokens.Max(t => t.Length);
        long[] ids = new long[texts.Length * width], mask = new long[texts.Length * width];
        for (int row = 0; row < tokens.Length; row++)
            for (int i = 0; i < tokens[row].Length; i++) (ids[row * width + i], mask[row * width + i]) = (tokens[row][i], 1);
        using OrtValue idTensor = OrtValue.CreateTensorValueFromMemory(ids, [texts.Length, width]);
        using OrtValue maskTensor = OrtValue.CreateTensorValueFromMemory(mask, [texts.Length, width]);
        using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(_options, ["input_ids", "attention_mask"], [idTensor, maskTensor], ["sentence_embedding"]);
        ReadOnlySpan<float> numbers = results[0].GetTensorDataAsSpan<float>();
        int size = numbers.Length / texts.Length;
        float[][] vectors = new float[texts.Length][];
        for (int row = 0; row < vectors.Length; row++) vectors[row] = numbers.Slice(row * size, size).ToArray();
        return vectors;
    }

    public void Dispose()
    {
        _session?.Dispose();
        _options.Dispose();
        _settings.Dispose();
    }
}
