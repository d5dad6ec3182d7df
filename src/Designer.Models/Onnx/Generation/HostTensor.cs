using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Designer.Models.Onnx.Generation;

/// <summary>A table of integers handed to a graph, in memory that is kept: int64, or int32 where the graph wants that.</summary>
internal sealed class HostTensor(TensorElementType type) : IDisposable
{
    private readonly bool _isWide = type == TensorElementType.Int64;
    private long[] _memory = [];
    private OrtValue? _tensor;
    private int _rows, _columns;

    public OrtValue Resize(int rows, int columns)
    {
        if (_tensor is not null && rows == _rows && columns == _columns) return _tensor;
        _tensor?.Dispose();
        (_rows, _columns) = (rows, columns);
        if (_memory.Length < rows * columns) _memory = GC.AllocateUninitializedArray<long>(Math.Max(rows * columns, 2 * _memory.Length), pinned: true);
        return _tensor = OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, type, [rows, columns], Marshal.UnsafeAddrOfPinnedArrayElement(_memory, 0), (long)rows * columns * (_isWide ? 8 : 4));
    }

    public void Fill(int row, int value)
    {
        if (_isWide) Wide(row).Fill(value);
        else Narrow(row).Fill(value);
    }

    public void Write(int row, int at, ReadOnlySpan<int> values)
    {
        if (!_isWide)
        {
            values.CopyTo(Narrow(row)[at..]);
            return;
        }
        var wide = Wide(row)[at..];
        for (var i = 0; i < values.Length; i++) wide[i] = values[i];
    }

    /// <summary>Zeros, and from <paramref name="at"/> on <paramref name="count"/> numbers that start with <paramref name="first"/>.</summary>
    public void Count(int row, int at, int count, int first)
    {
        Fill(row, 0);
        for (var i = 0; i < count; i++)
        {
            if (_isWide) Wide(row)[at + i] = first + i;
            else Narrow(row)[at + i] = first + i;
        }
    }

    /// <summary>Zeros, and <paramref name="count"/> ones from <paramref name="at"/> on.</summary>
    public void Ones(int row, int at, int count)
    {
        Fill(row, 0);
        if (_isWide) Wide(row).Slice(at, count).Fill(1);
        else Narrow(row).Slice(at, count).Fill(1);
    }

    public void Dispose() => _tensor?.Dispose();

    private Span<long> Wide(int row) => _memory.AsSpan(row * _columns, _columns);
    private Span<int> Narrow(int row) => MemoryMarshal.Cast<long, int>(_memory.AsSpan()).Slice(row * _columns, _columns);
}
