using Designer.Models.Onnx.Folders;
using Designer.Models.Onnx.Sessions;
using Designer.Models.Onnx.Tokenizers;

namespace Designer.Models.Onnx.Encoders;

/// <summary>Makes one row's result of what the graph gave.</summary>
internal delegate float[] ReadRow(EncoderOutput output, int row, TokenizedText text);

/// <summary>Runs an encoder for all who ask at the same time: whatever waits when a batch is done makes up the next, texts of like length together,
/// as many as the batch and its memory take.</summary>
internal sealed class Encoder : IDisposable
{
    /// <summary>Places of a batch, padding included.</summary>
    private const int MostPlaces = 16_384;

    private readonly EncoderGraph _graph;
    private readonly ReadRow _read;
    private readonly OnnxSettings _settings;
    private readonly ModelSizes _sizes;
    private readonly Queue<Job> _waiting = [];
    private readonly object _gate = new();
    private readonly Thread _thread;
    private bool _isStopping;

    public Encoder(OnnxFolder folder, OnnxSettings settings, ReadRow read)
    {
        (_read, _settings, _sizes) = (read, settings, folder.Sizes);
        Tokenizer = Tokenizer.Load(folder.Folder);
        _graph = new EncoderGraph(folder.Graph, settings);
        _thread = new Thread(Loop) { IsBackground = true, Name = "Designer.Encoder" };
        _thread.Start();
    }

    public Tokenizer Tokenizer { get; }

    public async Task<float[][]> RunAsync(IReadOnlyList<TokenizedText> texts, CancellationToken cancellation)
    {
        if (texts.Count == 0) return [];
        var job = new Job(texts, cancellation);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isStopping, this);
            if (_waiting.Count >= _settings.LongestQueue) throw new ModelException(ModelErrorCodes.RateLimited, $"{_waiting.Count} requests wait for this model already.", isTransient: true);
            _waiting.Enqueue(job);
            Monitor.Pulse(_gate);
        }
        return await job.Done.WaitAsync(cancellation);
    }

    private void Loop()
    {
        var jobs = new List<Job>();
        while (Take(jobs))
        {
            // Long and short texts apart: padding costs as much as text.
            var rows = jobs.Where(j => !j.Cancellation.IsCancellationRequested).SelectMany(j => j.Texts.Select((text, i) => (Job: j, Text: text, Index: i))).OrderBy(r => r.Text.Ids.Length).ToList();
            for (var at = 0; at < rows.Count;)
            {
                var count = 1;
                while (at + count < rows.Count && Fits(count + 1, rows[at + count].Text.Ids.Length)) count++;
                Run(rows.GetRange(at, count));
                at += count;
            }
            jobs.Clear();
        }
        lock (_gate)
        {
            foreach (var job in _waiting) job.Fail(new ModelException(ModelErrorCodes.Unavailable, "The model was unloaded.", isTransient: true));
        }
    }

    // One text always runs: it cannot be parted. Whoever does not fit beside the others goes with the next batch.
    private bool Fits(int rows, int width) => rows <= _settings.LargestBatch && rows * width <= MostPlaces && _sizes.ReadingBytes(rows, width) <= _settings.CacheBytes;

    private bool Take(List<Job> jobs)
    {
        lock (_gate)
        {
            while (_waiting.Count == 0 && !_isStopping) Monitor.Wait(_gate);
            for (var rows = 0; rows < _settings.LargestBatch * 4 && _waiting.TryDequeue(out var job); rows += job.Texts.Count) jobs.Add(job);
            return jobs.Count > 0 && !_isStopping;
        }
    }

    private void Run(List<(Job Job, TokenizedText Text, int Index)> rows)
    {
        try
        {
            _graph.Run(rows.ConvertAll(r => r.Text), output =>
            {
                for (var row = 0; row < rows.Count; row++) rows[row].Job.Set(rows[row].Index, _read(output, row, rows[row].Text));
            });
        }
        catch (Exception e)
        {
            var error = e as ModelException ?? new ModelException(ModelErrorCodes.Unavailable, $"The model failed while it ran: {e.Message}", inner: e);
            foreach (var (job, _, _) in rows) job.Fail(error);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isStopping = true;
            Monitor.Pulse(_gate);
        }
        _thread.Join();
        _graph.Dispose();
    }

    private sealed class Job(IReadOnlyList<TokenizedText> texts, CancellationToken cancellation)
    {
        private readonly TaskCompletionSource<float[][]> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly float[][] _results = new float[texts.Count][];
        private int _missing = texts.Count;

        public IReadOnlyList<TokenizedText> Texts => texts;
        public CancellationToken Cancellation => cancellation;
        public Task<float[][]> Done => _done.Task;

        public void Set(int index, float[] result)
        {
            _results[index] = result;
            if (--_missing == 0) _done.TrySetResult(_results);
        }

        public void Fail(Exception error) => _done.TrySetException(error);
    }
}
