using Microsoft.ML.OnnxRuntime;

namespace Designer.Models.Onnx.Generation;

/// <summary>Runs one decoder for all who ask at the same time: requests join and leave the batch between two steps.</summary>
/// <remarks>One thread owns every tensor. Requests with the same LoRA adapter share a batch; batches take turns, and so does reading
/// the prompts of those who wait, so that tokens keep flowing to those who run.</remarks>
internal sealed class Generator : IDisposable
{
    private readonly InferenceSession _session;
    private readonly DecoderGraph _graph;
    private readonly LoraAdapters _adapters;
    private readonly GeneratorLimits _limits;
    private readonly TensorMemory _memory;
    private readonly SamplingRoom _room;
    private readonly Dictionary<string, Batch> _batches = [];
    private readonly List<Sequence> _waiting = [];
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly Thread _thread;
    private Batch? _joining;
    private volatile bool _isStopping;

    public Generator(InferenceSession session, DecoderGraph graph, LoraAdapters adapters, GeneratorLimits limits)
    {
        (_session, _graph, _adapters, _limits) = (session, graph, adapters, limits);
        _memory = new TensorMemory(session, graph);
        _room = new SamplingRoom(graph.Vocabulary);
        _thread = new Thread(Loop) { IsBackground = true, Name = "Designer.Generator" };
        _thread.Start();
    }

    /// <summary>Puts a request in the queue; its sink hears of everything else.</summary>
    /// <exception cref="ModelException">The request can never run, or too many wait.</exception>
    public void Submit(GenerationRequest request)
    {
        var sequence = new Sequence(request, Admissible(request));
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isStopping, this);
            if (_waiting.Count >= _limits.LongestQueue) throw new ModelException(ModelErrorCodes.RateLimited, $"{_waiting.Count} requests wait for this model already.", isTransient: true);
            _waiting.Add(sequence);
        }
        _work.Release();
    }

    private int Admissible(GenerationRequest request)
    {
        if (request.Prompt.Count == 0) throw new ModelException(ModelErrorCodes.Refused, "The prompt is empty.");
        if (request.Prompt.FirstOrDefault(t => t < 0 || t >= _graph.Vocabulary, -1) is var odd && odd != -1) throw new ModelException(ModelErrorCodes.Refused, $"The tokenizer gave {odd}, but the graph knows {_graph.Vocabulary} tokens only: they do not belong together.");
        if (request.Prompt.Count >= _limits.ContextTokens) throw new ModelException(ModelErrorCodes.Refused, $"The prompt has {request.Prompt.Count} tokens; the model's context holds {_limits.ContextTokens}, answer included.");
        if (request.Adapter is { } adapter) _adapters.Require(adapter);
        var longest = (int)Math.Min((long)request.Prompt.Count + Math.Max(1, request.MaxTokens), _limits.ContextTokens);
        var bytes = KeyValueCache.BytesFor(_graph, 1, longest);
        if (bytes > _limits.CacheBytes) throw new ModelException(ModelErrorCodes.Refused, $"The request may need {bytes >> 20} MiB of key-value cache, more than the {_limits.CacheBytes >> 20} MiB allowed (onnx:cacheMegabytes). Ask for a shorter answer.");
        return longest;
    }

    private void Loop()
    {
        while (!_isStopping)
        {
            if (!Turn()) _work.Wait();
        }
        Batch[] left = [.. _batches.Values, .. _joining is null ? [] : new[] { _joining }];
        var stopped = new ModelException(ModelErrorCodes.Unavailable, "The model was unloaded.", isTransient: true);
        foreach (var batch in left)
        {
            batch.Fail(stopped);
            batch.Dispose();
        }
        lock (_gate)
        {
            foreach (var sequence in _waiting) sequence.Fail(stopped);
        }
        _memory.Dispose();
    }

    /// <summary>One step for everyone who runs. False when nobody does.</summary>
    private bool Turn()
    {
        Guard(Admit, null);
        if (_joining is { } joining) Guard(() => Read(joining), joining);
        var ran = _joining is not null;
        foreach (var batch in _batches.Values)
        {
            if (batch.Rows.Count == 0) continue;
            ran = true;
            Guard(() => Step(batch), batch);
        }
        return ran;
    }

    private void Step(Batch batch)
    {
        batch.Leave();
        if (batch.Rows.Count == 0) return;
        batch.Step(1, _room);
        batch.Leave();
    }

    // A step that fails (memory, a broken graph) fails its rows and nobody else.
    private void Guard(Action step, Batch? batch)
    {
        try
        {
            step();
        }
        catch (Exception e)
        {
            batch?.Fail(e as ModelException ?? new ModelException(ModelErrorCodes.Unavailable, $"The model failed while it ran: {e.Message}", inner: e));
            if (batch is null || batch != _joining) return;
            _joining = null;
            batch.Dispose();
        }
    }

    private void Read(Batch joining)
    {
        joining.Leave();
        if (joining.Rows.Count > 0) joining.Step(_limits.PromptPiece, _room);
        joining.Leave();
        if (joining.Rows.Count > 0 && joining.IsReading) return;
        if (joining.Rows.Count > 0) Running(joining.Rows[0].Adapter).Join(joining);
        _joining = null;
        joining.Dispose();
    }

    private Batch Running(string? adapter)
    {
        var key = adapter ?? "";
        if (_batches.TryGetValue(key, out var batch)) return batch;
        return _batches[key] = NewBatch(adapter);
    }

    private Batch NewBatch(string? adapter) => new(_session, _graph, _memory, adapter is null ? null : _adapters.Load(adapter));

    // First come, first served: whoever fits after the first goes along if the adapter is the same and the prompt of like length.
    private void Admit()
    {
        List<Sequence> chosen = [];
        lock (_gate)
        {
            foreach (var sequence in _waiting.Where(s => s.IsCancelled)) sequence.Cancel();
            _waiting.RemoveAll(s => s.IsDone);
            if (_joining is not null || _waiting.Count == 0) return;
            foreach (var sequence in _waiting)
            {
                if (!Fits(chosen, sequence)) break;
                if (chosen.Count == 0 || IsAlike(chosen[0], sequence)) chosen.Add(sequence);
            }
            _waiting.RemoveAll(chosen.Contains);
        }
        if (chosen.Count == 0) return;
        foreach (var sequence in chosen) sequence.Start();
        try
        {
            var batch = NewBatch(chosen[0].Adapter);
            batch.Start(chosen);
            _joining = batch;
        }
        catch (Exception e)
        {
            foreach (var sequence in chosen) sequence.Fail(e as ModelException ?? new ModelException(ModelErrorCodes.Unavailable, $"The model failed while it ran: {e.Message}", inner: e));
        }
    }

    // Pieces of a long prompt are read alone: a graph with a shared buffer reads on only for a single row.
    private bool IsAlike(Sequence first, Sequence other) =>
        first.Adapter == other.Adapter && Math.Max(first.Count, other.Count) <= _limits.PromptPiece && other.Count <= 2 * first.Count && first.Count <= 2 * other.Count;

    private bool Fits(List<Sequence> chosen, Sequence next)
    {
        var running = _batches.Values.SelectMany(b => b.Rows).Concat(chosen).Append(next).ToList();
        return running.Count <= _limits.LargestBatch
            && running.GroupBy(s => s.Adapter).Sum(g => KeyValueCache.BytesFor(_graph, g.Count(), g.Max(s => s.Longest))) <= _limits.CacheBytes;
    }

    public void Dispose()
    {
        lock (_gate) _isStopping = true;
        _work.Release();
        _thread.Join();
        _work.Dispose();
    }
}
