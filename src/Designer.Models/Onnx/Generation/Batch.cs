using Microsoft.ML.OnnxRuntime;

namespace Designer.Models.Onnx.Generation;

/// <summary>Sequences that run together. Each step feeds every row what its cache lacks: a piece of the prompt, or the token chosen last.</summary>
internal sealed class Batch(InferenceSession session, DecoderGraph graph, TensorMemory memory, OrtLoraAdapter? adapter) : IDisposable
{
    private readonly KeyValueCache _cache = KeyValueCache.Create(graph, memory);
    private readonly DecoderRun _run = new(session, graph, adapter);
    private readonly List<Sequence> _rows = [];
    private readonly float[] _logits = new float[graph.Vocabulary];
    private int[] _counts = [];

    public IReadOnlyList<Sequence> Rows => _rows;

    /// <summary>Whether a prompt has not been read to its end.</summary>
    public bool IsReading => _rows.Exists(r => r.Unfed.Length > 0 && r.Fed == 0 || r.Unfed.Length > 1);

    public void Start(IReadOnlyList<Sequence> rows)
    {
        _rows.AddRange(rows);
        _cache.AddEmpty(rows.Count);
    }

    /// <param name="most">The longest piece of a prompt that one step reads.</param>
    public void Step(int most, SamplingRoom room)
    {
        if (_counts.Length < _rows.Count) _counts = new int[Math.Max(_rows.Count, 2 * _counts.Length)];
        var counts = _counts.AsSpan(0, _rows.Count);
        for (var row = 0; row < counts.Length; row++) counts[row] = Math.Min(most, _rows[row].Unfed.Length);
        _run.Run(_rows, counts, _cache);
        for (var row = 0; row < counts.Length; row++)
        {
            if (_rows[row].Unfed.Length > 0 || _rows[row].IsDone) continue;
            _run.ReadLogits(row, counts[row], _cache.PadsLeft, _logits);
            _rows[row].Take(_logits, room);
        }
    }

    /// <summary>Cancelled and finished rows leave; the last rows take their places.</summary>
    public void Leave()
    {
        foreach (var row in _rows)
            if (row.IsCancelled) row.Cancel();
        if (!_rows.Exists(r => r.IsDone)) return;
        var order = Enumerable.Range(0, _rows.Count).ToList();
        for (var i = 0; i < order.Count;)
        {
            if (!_rows[order[i]].IsDone)
            {
                i++;
                continue;
            }
            order[i] = order[^1];
            order.RemoveAt(order.Count - 1);
        }
        _cache.Keep(order);
        List<Sequence> staying = order.ConvertAll(i => _rows[i]);
        _rows.Clear();
        _rows.AddRange(staying);
        if (_rows.Count == 0) _run.Release();
    }

    public void Join(Batch other)
    {
        _cache.Append(other._cache);
        _rows.AddRange(other._rows);
        other._rows.Clear();
    }

    public void Fail(Exception error)
    {
        foreach (var row in _rows) row.Fail(error);
        _rows.Clear();
        _cache.Keep([]);
        _run.Release();
    }

    public void Dispose()
    {
        _run.Dispose();
        _cache.Dispose();
    }
}
