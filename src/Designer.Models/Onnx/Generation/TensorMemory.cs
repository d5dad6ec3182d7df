using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Designer.Models.Onnx.Generation;

/// <summary>A run of bytes to move between two tensors of the same memory.</summary>
internal readonly record struct Move(nint From, nint To, long Bytes);

/// <summary>Where a graph's cache lives: this process's memory, or a device's, from the session's own allocator, which reuses what was freed.</summary>
internal sealed class TensorMemory : IDisposable
{
    private readonly OrtMemoryInfo? _device;
    private readonly OrtAllocator _allocator;

    public TensorMemory(InferenceSession session, DecoderGraph graph)
    {
        var place = session.InputNames.ToList().IndexOf(graph.Cache[0].Past);
        using var places = session.GetMemoryInfosForInputs();
        if (places[place].GetDeviceType() != OrtMemoryInfoDeviceType.CPU) _device = new OrtMemoryInfo(places[place].Name, OrtAllocatorType.DeviceAllocator, places[place].Id, OrtMemType.Default);
        _allocator = new OrtAllocator(session, _device ?? OrtMemoryInfo.DefaultInstance);
    }

    public OrtValue Allocate(TensorElementType type, long[] shape) => OrtValue.CreateAllocatedTensorValue(_allocator, type, shape);

    /// <summary>Masked places still enter a graph's sums: they must hold zeros, for nothing heals a NaN.</summary>
    public OrtValue AllocateZeroed(TensorElementType type, long[] shape)
    {
        var tensor = Allocate(type, shape);
        if (_device is null)
        {
            tensor.GetTensorMutableRawData().Clear();
            return tensor;
        }
        using var zeros = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, type, shape);
        zeros.GetTensorMutableRawData().Clear();
        OrtEnv.Instance().CopyTensors([zeros], [tensor], null);
        return tensor;
    }

    /// <summary>A tensor over part of another's memory, which must outlive it.</summary>
    public OrtValue View(TensorElementType type, long[] shape, nint address, long bytes) =>
        OrtValue.CreateTensorValueWithData(_device ?? OrtMemoryInfo.DefaultInstance, type, shape, address, bytes);

    public static unsafe nint Address(OrtValue tensor)
    {
        // Only the address is taken: a device's memory cannot be read through the span.
        fixed (byte* start = tensor.GetTensorMutableRawData()) return (nint)start;
    }

    public unsafe void Copy(List<Move> moves)
    {
        if (_device is null)
        {
            foreach (var move in moves) Buffer.MemoryCopy((void*)move.From, (void*)move.To, move.Bytes, move.Bytes);
            return;
        }
        var from = moves.ConvertAll(m => View(TensorElementType.UInt8, [m.Bytes], m.From, m.Bytes));
        var to = moves.ConvertAll(m => View(TensorElementType.UInt8, [m.Bytes], m.To, m.Bytes));
        OrtEnv.Instance().CopyTensors(from, to, null);
        foreach (var view in from.Concat(to)) view.Dispose();
    }

    public void Dispose()
    {
        _allocator.Dispose();
        _device?.Dispose();
    }
}
