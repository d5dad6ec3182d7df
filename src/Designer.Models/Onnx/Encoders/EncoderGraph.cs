using System.Runtime.InteropServices;
using Designer.Models.Onnx.Folders;
using Designer.Models.Onnx.Generation;
using Designer.Models.Onnx.Sessions;
using Designer.Models.Onnx.Tokenizers;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Designer.Models.Onnx.Encoders;

/// <summary>What a graph gave for a batch: its numbers, and their shape with the batch first.</summary>
internal readonly ref struct EncoderOutput(ReadOnlySpan<float> values, ReadOnlySpan<long> shape)
{
    private readonly ReadOnlySpan<float> _values = values;

    public ReadOnlySpan<long> Shape { get; } = shape;

    /// <summary>The numbers of one row.</summary>
    public ReadOnlySpan<float> Row(int row)
    {
        var size = _values.Length / (int)Shape[0];
        return _values.Slice(row * size, size);
    }
}

/// <summary>A graph that reads whole texts at once (BERT and its kin). For one thread.</summary>
internal sealed class EncoderGraph : IDisposable
{
    private static readonly string[] s_known = ["input_ids", "attention_mask", "token_type_ids", "position_ids"];

    private readonly InferenceSession _session;
    private readonly RunOptions _options = SessionOpening.Run();
    private readonly HostTensor[] _tensors;
    private readonly string[] _inputs, _outputs;
    private float[] _converted = [];

    public EncoderGraph(string path, OnnxSettings settings)
    {
        _session = SessionOpening.Open(path, settings);
        _inputs = [.. _session.InputNames];
        if (_inputs.FirstOrDefault(name => !s_known.Contains(name)) is { } unknown) throw BadFolder.Because($"The graph asks for an input '{unknown}' that is not known.");
        _tensors = [.. _inputs.Select(name => new HostTensor(_session.InputMetadata[name].ElementDataType))];
        _outputs = [s_preferred.FirstOrDefault(_session.OutputMetadata.ContainsKey) ?? _session.OutputNames[0]];
    }

    private static readonly string[] s_preferred = ["sentence_embedding", "logits", "last_hidden_state", "token_embeddings"];

    public void Run(IReadOnlyList<TokenizedText> texts, Action<EncoderOutput> read)
    {
        var width = Math.Max(1, texts.Max(t => t.Ids.Length));
        var inputs = new OrtValue[_inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            inputs[i] = _tensors[i].Resize(texts.Count, width);
            for (var row = 0; row < texts.Count; row++) Write(_tensors[i], _inputs[i], row, texts[row]);
        }
        using var outputs = _session.Run(_options, _inputs, inputs, _outputs);
        var type = outputs[0].GetTensorTypeAndShape();
        read(new EncoderOutput(Numbers(outputs[0], type.ElementDataType), type.Shape));
    }

    private static void Write(HostTensor tensor, string name, int row, TokenizedText text)
    {
        // A text without any token still needs one place to look at.
        var length = Math.Max(1, text.Ids.Length);
        switch (name)
        {
            case "attention_mask": tensor.Ones(row, 0, length); break;
            case "position_ids": tensor.Count(row, 0, length, 0); break;
            default:
                tensor.Fill(row, 0);
                tensor.Write(row, 0, name == "input_ids" ? text.Ids : text.Types);
                break;
        }
    }

    private ReadOnlySpan<float> Numbers(OrtValue output, TensorElementType type)
    {
        if (type == TensorElementType.Float) return output.GetTensorDataAsSpan<float>();
        if (type != TensorElementType.Float16) throw BadFolder.Because($"The graph gives {type}, which is not supported.");
        var halves = MemoryMarshal.Cast<Float16, Half>(output.GetTensorDataAsSpan<Float16>());
        if (_converted.Length < halves.Length) _converted = new float[halves.Length];
        System.Numerics.Tensors.TensorPrimitives.ConvertToSingle(halves, _converted);
        return _converted.AsSpan(0, halves.Length);
    }

    public void Dispose()
    {
        foreach (var tensor in _tensors) tensor.Dispose();
        _options.Dispose();
        _session.Dispose();
    }
}
