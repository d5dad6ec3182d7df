namespace Designer.Models.Onnx.Generation;

/// <summary>A request on its way through batches: the tokens so far, and how many of them the cache holds.</summary>
internal sealed class Sequence
{
    private readonly GenerationRequest _request;
    private readonly Sampler _sampler;
    private readonly int[] _tokens;

    /// <param name="longest">The prompt and what may follow it, in tokens.</param>
    public Sequence(GenerationRequest request, int longest)
    {
        _request = request;
        _tokens = new int[longest];
        for (Count = 0; Count < request.Prompt.Count; Count++) _tokens[Count] = request.Prompt[Count];
        _sampler = new Sampler(request.Sampling, _tokens.AsSpan(0, Count));
    }

    public string? Adapter => _request.Adapter;
    public int Longest => _tokens.Length;
    public int Count { get; private set; }

    /// <summary>How many of the tokens the cache holds.</summary>
    public int Fed { get; private set; }

    public bool IsDone { get; private set; }
    public ReadOnlySpan<int> Unfed => _tokens.AsSpan(Fed, Count - Fed);

    public bool IsCancelled => _request.Cancellation.IsCancellationRequested;

    public void Start() => Report(() => _request.Sink.Started());

    public void Feed(int count) => Fed += count;

    /// <summary>Chooses the next token and says whether the sequence goes on.</summary>
    public void Take(Span<float> logits, SamplingRoom room)
    {
        try
        {
            _request.Constraint?.Mask(logits);
            var token = _sampler.Next(logits, room);
            if (_request.EndTokens.Contains(token))
            {
                End(GenerationEnd.Stop);
                return;
            }
            _request.Constraint?.Advance(token);
            _tokens[Count++] = token;
            if (_request.Sink.Accept(token) || _request.Constraint?.MustEnd == true) End(GenerationEnd.Stop);
            else if (Count == _tokens.Length) End(GenerationEnd.Length);
        }
        catch (Exception e)
        {
            // One request's constraint or reader must not take the whole batch down.
            Fail(e);
        }
    }

    public void Cancel() => Fail(new OperationCanceledException(_request.Cancellation));

    public void Fail(Exception error)
    {
        if (IsDone) return;
        IsDone = true;
        Report(() => _request.Sink.Failed(error));
    }

    private void End(GenerationEnd end)
    {
        IsDone = true;
        _request.Sink.Ended(end);
    }

    private static void Report(Action report)
    {
        try
        {
            report();
        }
        catch (Exception)
        {
            // A reader that is gone cannot be told anything.
        }
    }
}
