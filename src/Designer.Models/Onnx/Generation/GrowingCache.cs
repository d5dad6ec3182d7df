using Microsoft.ML.OnnxRuntime;

namespace Designer.Models.Onnx.Generation;

/// <summary>For graphs that concatenate: every row is as wide as the longest, padded on the left, so that the new token stands at the
/// end of each row and a step moves nothing. Only joining and leaving copy rows.</summary>
internal sealed class GrowingCache(DecoderGraph graph, TensorMemory memory) : KeyValueCache(graph, memory)
{
    private readonly OrtValue[] _past = new OrtValue[graph.Cache.Count];
    private readonly OrtValue[] _present = new OrtValue[graph.Cache.Count];
    private readonly List<Move> _moves = [];
    private int _width;

    public override bool PadsLeft => true;

    public override void AddEmpty(int rows)
    {
        if (RowLengths.Count > 0) throw new InvalidOperationException("Only a new cache takes empty rows.");
        RowLengths.AddRange(new int[rows]);
        Allocate(_past, rows, 0);
    }

    public override void Prepare(int step, Span<OrtValue> past, Span<OrtValue> present)
    {
        Allocate(_present, RowLengths.Count, _width + step);
        _past.CopyTo(past);
        _present.CopyTo(present);
    }

    public override void Advance(ReadOnlySpan<int> counts)
    {
        for (var i = 0; i < _past.Length; i++)
        {
            _past[i].Dispose();
            _past[i] = _present[i];
            _present[i] = null!;
        }
        var step = 0;
        for (var row = 0; row < counts.Length; row++)
        {
            RowLengths[row] += counts[row];
            step = Math.Max(step, counts[row]);
        }
        _width += step;
    }

    public override void Append(KeyValueCache other)
    {
        var joining = (GrowingCache)other;
        var rows = Enumerable.Range(0, RowLengths.Count).Select(r => (this, r)).Concat(Enumerable.Range(0, joining.RowLengths.Count).Select(r => (joining, r))).ToList();
        Gather(rows);
        joining.Clear();
    }

    public override void Keep(IReadOnlyList<int> rows)
    {
        if (rows.Count == RowLengths.Count) return;
        if (rows.Count == 0) Clear();
        else Gather([.. rows.Select(r => (this, r))]);
    }

    // Rows keep their end at the right edge: shared padding on the left falls away.
    private void Gather(List<(GrowingCache Cache, int Row)> rows)
    {
        var lengths = rows.ConvertAll(r => r.Cache.RowLengths[r.Row]);
        var width = lengths.Max();
        var fresh = new OrtValue[_past.Length];
        for (var i = 0; i < fresh.Length; i++) fresh[i] = Memory.AllocateZeroed(Graph.Cache[i].Type, Graph.Cache[i].Shape(rows.Count, width));
        for (var i = 0; i < fresh.Length; i++) Move(i, rows, lengths, width, fresh[i]);
        Memory.Copy(_moves);
        _moves.Clear();
        Clear();
        fresh.CopyTo(_past, 0);
        _width = width;
        RowLengths.AddRange(lengths);
    }

    private void Move(int tensor, List<(GrowingCache Cache, int Row)> rows, List<int> lengths, int width, OrtValue to)
    {
        var shape = Graph.Cache[tensor];
        var token = (long)shape.Size * shape.ElementBytes;
        var target = TensorMemory.Address(to);
        for (var row = 0; row < rows.Count; row++)
        {
            var (cache, index) = rows[row];
            var source = TensorMemory.Address(cache._past[tensor]);
            for (var outer = 0; outer < shape.Outer; outer++)
                for (var head = 0; head < shape.Heads; head++)
                {
                    var from = (((long)outer * cache.RowLengths.Count + index) * shape.Heads + head) * cache._width + cache._width - lengths[row];
                    var at = (((long)outer * rows.Count + row) * shape.Heads + head) * width + width - lengths[row];
                    _moves.Add(new Move((nint)(source + from * token), (nint)(target + at * token), lengths[row] * token));
                }
        }
    }

    private void Allocate(OrtValue[] tensors, int rows, int width)
    {
        for (var i = 0; i < tensors.Length; i++)
        {
            tensors[i]?.Dispose();
            tensors[i] = Memory.Allocate(Graph.Cache[i].Type, Graph.Cache[i].Shape(rows, width));
        }
    }

    private void Clear()
    {
        for (var i = 0; i < _past.Length; i++)
        {
            _past[i]?.Dispose();
            _present[i]?.Dispose();
            (_past[i], _present[i]) = (null!, null!);
        }
        RowLengths.Clear();
        _width = 0;
    }

    protected override void Dispose(bool disposing) => Clear();
}
