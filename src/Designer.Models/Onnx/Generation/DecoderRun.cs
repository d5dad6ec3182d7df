using System.Runtime.InteropServices;
using Designer.Models.Onnx.Sessions;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Designer.Models.Onnx.Generation;

/// <summary>Calls the graph with the tensors of a batch, bound by name once and again only where they changed.</summary>
internal sealed class DecoderRun : IDisposable
{
    private readonly InferenceSession _session;
    private readonly DecoderGraph _graph;
    private readonly RunOptions _options = SessionOpening.Run();
    private readonly OrtIoBinding? _binding;
    private readonly string[] _inputNames, _outputNames;
    private readonly OrtValue?[] _inputs, _outputs, _boundInputs, _boundOutputs;
    private readonly HostTensor _ids, _mask, _positions;
    private readonly int _fixedInputs;
    private byte[] _logits = [];
    private long _logitsRows, _logitsStep;

    /// <param name="adapter">LoRA weights for all rows of the batch, or null.</param>
    public DecoderRun(InferenceSession session, DecoderGraph graph, OrtLoraAdapter? adapter)
    {
        (_session, _graph) = (session, graph);
        (_ids, _mask, _positions) = (new HostTensor(graph.IdType), new HostTensor(graph.IdType), new HostTensor(graph.IdType));
        List<string> inputs = ["input_ids"];
        if (graph.HasMask) inputs.Add("attention_mask");
        if (graph.HasPositions) inputs.Add("position_ids");
        _fixedInputs = inputs.Count;
        _inputNames = [.. inputs, .. graph.Cache.Select(c => c.Past)];
        _outputNames = ["logits", .. graph.Cache.Select(c => c.Present)];
        _inputs = new OrtValue?[_inputNames.Length];
        _outputs = new OrtValue?[_outputNames.Length];
        (_boundInputs, _boundOutputs) = (new OrtValue?[_inputNames.Length], new OrtValue?[_outputNames.Length]);
        // The runtime pays no heed to adapters in a bound run (1.31), without a word.
        if (adapter is null) _binding = session.CreateIoBinding();
        else _options.AddActiveLoraAdapter(adapter);
    }

    /// <summary>Feeds the next <paramref name="counts"/> tokens of each row; the rows' logits can be read until the next call.</summary>
    public void Run(IReadOnlyList<Sequence> rows, ReadOnlySpan<int> counts, KeyValueCache cache)
    {
        var step = 0;
        foreach (var count in counts) step = Math.Max(step, count);
        Write(rows, counts, step, cache);
        SizeLogits(rows.Count, step);
        cache.Prepare(step, _inputs.AsSpan(_fixedInputs)!, _outputs.AsSpan(1)!);
        if (_binding is null) _session.Run(_options, _inputNames, _inputs!, _outputNames, _outputs!);
        else RunBound(_binding);
        cache.Advance(counts);
        for (var row = 0; row < rows.Count; row++) rows[row].Feed(counts[row]);
    }

    /// <summary>The logits after a row's last fed token, converted into <paramref name="into"/>.</summary>
    public void ReadLogits(int row, int count, bool padsLeft, Span<float> into)
    {
        var at = (row * _logitsStep + (padsLeft ? _logitsStep - 1 : count - 1)) * _graph.Vocabulary;
        if (_graph.LogitsType == TensorElementType.Float) MemoryMarshal.Cast<byte, float>(_logits).Slice((int)at, _graph.Vocabulary).CopyTo(into);
        else System.Numerics.Tensors.TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(_logits).Slice((int)at, _graph.Vocabulary), into);
    }

    private void Write(IReadOnlyList<Sequence> rows, ReadOnlySpan<int> counts, int step, KeyValueCache cache)
    {
        var width = 0;
        for (var row = 0; row < rows.Count; row++) width = Math.Max(width, cache.Lengths[row] + (cache.PadsLeft ? step : counts[row]));
        _inputs[0] = _ids.Resize(rows.Count, step);
        var at = 1;
        if (_graph.HasMask) _inputs[at++] = _mask.Resize(rows.Count, width);
        if (_graph.HasPositions) _inputs[at] = _positions.Resize(rows.Count, step);
        for (var row = 0; row < rows.Count; row++)
        {
            var (length, count) = (cache.Lengths[row], counts[row]);
            var first = cache.PadsLeft ? step - count : 0;
            _ids.Fill(row, 0);
            _ids.Write(row, first, rows[row].Unfed[..count]);
            if (_graph.HasPositions) _positions.Count(row, first, count, length);
            if (_graph.HasMask) _mask.Ones(row, cache.PadsLeft ? width - length - count : 0, length + count);
        }
    }

    private void SizeLogits(int rows, int step)
    {
        if (_outputs[0] is not null && rows == _logitsRows && step == _logitsStep) return;
        var element = _graph.LogitsType == TensorElementType.Float ? 4 : 2;
        var bytes = checked(rows * step * _graph.Vocabulary * element);
        _outputs[0]?.Dispose();
        if (_logits.Length < bytes) _logits = GC.AllocateUninitializedArray<byte>(bytes, pinned: true);
        _outputs[0] = OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, _graph.LogitsType, [rows, step, _graph.Vocabulary], Marshal.UnsafeAddrOfPinnedArrayElement(_logits, 0), bytes);
        (_logitsRows, _logitsStep) = (rows, step);
    }

    private void RunBound(OrtIoBinding binding)
    {
        for (var i = 0; i < _inputs.Length; i++)
        {
            if (ReferenceEquals(_inputs[i], _boundInputs[i])) continue;
            binding.BindInput(_inputNames[i], _inputs[i]);
            _boundInputs[i] = _inputs[i];
        }
        for (var i = 0; i < _outputs.Length; i++)
        {
            if (ReferenceEquals(_outputs[i], _boundOutputs[i])) continue;
            binding.BindOutput(_outputNames[i], _outputs[i]);
            _boundOutputs[i] = _outputs[i];
        }
        binding.SynchronizeBoundInputs();
        _session.RunWithBinding(_options, binding);
        binding.SynchronizeBoundOutputs();
    }

    /// <summary>Lets go of the cache's tensors; a binding keeps what it was given.</summary>
    public void Release()
    {
        _binding?.ClearBoundInputs();
        _binding?.ClearBoundOutputs();
        Array.Clear(_boundInputs);
        Array.Clear(_boundOutputs);
    }

    public void Dispose()
    {
        _binding?.Dispose();
        _options.Dispose();
        _ids.Dispose();
        _mask.Dispose();
        _positions.Dispose();
        _outputs[0]?.Dispose();
    }
}
