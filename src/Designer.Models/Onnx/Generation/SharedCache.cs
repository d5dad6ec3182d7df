using System.Numerics;
using Microsoft.ML.OnnxRuntime;

namespace Designer.Models.Onnx.Generation;

/// <summary>For GroupQueryAttention: past and present are one buffer with room for more tokens and more rows, each row written at its own
/// end. A step allocates and copies nothing; a row that joins is copied once, and the last row moves into the place of one that leaves.</summary>
internal sealed class SharedCache(DecoderGraph graph, TensorMemory memory) : KeyValueCache(graph, memory)
{
    private const int SmallestLength = 64;

    private readonly OrtValue?[] _buffers = new OrtValue?[graph.Cache.Count];
    private readonly OrtValue?[] _views = new OrtValue?[graph.Cache.Count];
    private readonly List<Move> _moves = [];
    private int _rows, _length, _viewed;

    public override bool PadsLeft => false;

    public override void AddEmpty(int rows)
    {
        RowLengths.AddRange(new int[rows]);
        Reserve(RowLengths.Count, 1);
    }

    public override void Prepare(int step, Span<OrtValue> past, Span<OrtValue> present)
    {
        var longest = 0;
        foreach (var length in RowLengths) longest = Math.Max(longest, length);
        Reserve(RowLengths.Count, longest + step);
        if (_viewed != RowLengths.Count) View();
        _views.CopyTo(past!);
        _views.CopyTo(present!);
    }

    public override void Advance(ReadOnlySpan<int> counts)
    {
        for (var row = 0; row < counts.Length; row++) RowLengths[row] += counts[row];
    }

    public override void Append(KeyValueCache other)
    {
        var joining = (SharedCache)other;
        var first = RowLengths.Count;
        Reserve(first + joining.RowLengths.Count, joining.RowLengths.Max());
        for (var row = 0; row < joining.RowLengths.Count; row++) MoveRow(joining, row, first + row, joining.RowLengths[row]);
        Flush();
        RowLengths.AddRange(joining.RowLengths);
        joining.Clear();
    }

    public override void Keep(IReadOnlyList<int> rows)
    {
        for (var at = 0; at < rows.Count; at++)
        {
            if (rows[at] == at) continue;
            MoveRow(this, rows[at], at, RowLengths[rows[at]]);
            RowLengths[at] = RowLengths[rows[at]];
        }
        Flush();
        RowLengths.RemoveRange(rows.Count, RowLengths.Count - rows.Count);
        if (rows.Count == 0) Clear();
    }

    private void MoveRow(SharedCache from, int row, int to, int tokens)
    {
        for (var i = 0; i < Graph.Cache.Count; i++)
        {
            var shape = Graph.Cache[i];
            var token = (long)shape.Size * shape.ElementBytes;
            nint source = TensorMemory.Address(from._buffers[i]!), target = TensorMemory.Address(_buffers[i]!);
            for (var head = 0; head < shape.Heads; head++)
            {
                var read = ((long)row * shape.Heads + head) * from._length;
                var write = ((long)to * shape.Heads + head) * _length;
                _moves.Add(new Move((nint)(source + read * token), (nint)(target + write * token), tokens * token));
            }
        }
    }

    private void Flush()
    {
        Memory.Copy(_moves);
        _moves.Clear();
    }

    private void Reserve(int rows, int length)
    {
        if (rows <= _rows && length <= _length) return;
        var old = new SharedCache(Graph, Memory) { _rows = _rows, _length = _length };
        _buffers.CopyTo(old._buffers, 0);
        ReleaseViews();
        _rows = Math.Max(_rows, (int)BitOperations.RoundUpToPowerOf2((uint)rows));
        _length = Math.Max(_length, (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(length, SmallestLength)));
        for (var i = 0; i < _buffers.Length; i++) _buffers[i] = Memory.Allocate(Graph.Cache[i].Type, Graph.Cache[i].Shape(_rows, _length));
        for (var row = 0; row < RowLengths.Count && old._rows > row; row++) MoveRow(old, row, row, RowLengths[row]);
        Flush();
        old.Clear();
    }

    private void View()
    {
        ReleaseViews();
        _viewed = RowLengths.Count;
        for (var i = 0; i < _views.Length; i++)
        {
            var shape = Graph.Cache[i];
            _views[i] = Memory.View(shape.Type, shape.Shape(_viewed, _length), TensorMemory.Address(_buffers[i]!), (long)_viewed * _length * shape.BytesPerToken);
        }
    }

    private void ReleaseViews()
    {
        foreach (var view in _views) view?.Dispose();
        _viewed = 0;
    }

    private void Clear()
    {
        ReleaseViews();
        for (var i = 0; i < _buffers.Length; i++)
        {
            _buffers[i]?.Dispose();
            _buffers[i] = null;
        }
        RowLengths.Clear();
        (_rows, _length) = (0, 0);
    }

    protected override void Dispose(bool disposing) => Clear();
}
