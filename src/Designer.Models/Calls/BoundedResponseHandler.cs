using System.Runtime.CompilerServices;

namespace Designer.Models.Calls;

/// <summary>Thrown inside the HTTP stack when an answer outgrows its limit.</summary>
internal sealed class ResponseTooLargeException(long limit) : IOException($"The answer is larger than {limit:N0} bytes.");

/// <summary>Bounds each answer in time to its headers, silence between bytes, and size.</summary>
internal sealed class BoundedResponseHandler(ModelHttpLimits limits) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limits.FirstResponse);
        HttpResponseMessage response;
        try
        {
            response = await base.SendAsync(request, deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested && deadline.IsCancellationRequested)
        {
            throw new TimeoutException($"No answer within {limits.FirstResponse.TotalSeconds:0.#} s.");
        }
        response.Content = await BoundedStream.BoundAsync(response.Content, limits, cancellationToken);
        return response;
    }
}

/// <summary>Reads no more than the limit and waits for no byte longer than the allowed silence.</summary>
internal sealed class BoundedStream : ReadOnlyStream
{
    private readonly ModelHttpLimits _limits;
    // One for the whole body: a source and a timer for each piece of a stream were a sixth of what a token cost.
    private readonly CancellationTokenSource _silence = new();
    private long _read;

    private BoundedStream(Stream inner, ModelHttpLimits limits) : base(inner)
    {
        _limits = limits;
        // Disposing the inner stream is what ends a read that its own token does not.
        _silence.Token.UnsafeRegister(static s => ((Stream)s!).Dispose(), inner);
    }

    /// <summary>The same content with its body bounded.</summary>
    public static async Task<HttpContent> BoundAsync(HttpContent content, ModelHttpLimits limits, CancellationToken cancellation)
    {
        var bounded = new StreamContent(new BoundedStream(await content.ReadAsStreamAsync(cancellation), limits));
        foreach (var header in content.Headers) bounded.Headers.TryAddWithoutValidation(header.Key, header.Value);
        return bounded;
    }

    // Pooled, because it runs for each piece of a stream.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var pending = Inner.ReadAsync(buffer, cancellationToken);
            if (pending.IsCompletedSuccessfully) return Count(pending.Result);
            _silence.CancelAfter(_limits.Silence);
            int read = await pending;
            // Whoever takes long over what was read is not the server's silence.
            _silence.CancelAfter(Timeout.InfiniteTimeSpan);
            return Count(read);
        }
        catch (Exception) when (_silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The answer stopped for {_limits.Silence.TotalSeconds:0.#} s.");
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Count(Inner.Read(buffer, offset, count));

    protected override void Dispose(bool disposing)
    {
        if (disposing) _silence.Dispose();
        base.Dispose(disposing);
    }

    private int Count(int read)
    {
        _read += read;
        return _read <= _limits.MaxResponseBytes ? read : throw new ResponseTooLargeException(_limits.MaxResponseBytes);
    }
}
