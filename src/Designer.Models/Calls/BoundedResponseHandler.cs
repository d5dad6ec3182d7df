using System.Net;

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
internal sealed class BoundedStream(Stream inner, ModelHttpLimits limits) : ReadOnlyStream(inner)
{
    private long _read;

    /// <summary>The same content with its body bounded.</summary>
    public static async Task<HttpContent> BoundAsync(HttpContent content, ModelHttpLimits limits, CancellationToken cancellation)
    {
        var bounded = new StreamContent(new BoundedStream(await content.ReadAsStreamAsync(cancellation), limits));
        foreach (var header in content.Headers) bounded.Headers.TryAddWithoutValidation(header.Key, header.Value);
        return bounded;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var pending = Inner.ReadAsync(buffer, cancellationToken);
        if (pending.IsCompletedSuccessfully) return Count(pending.Result);
        using var silence = new CancellationTokenSource(limits.Silence);
        // Disposing the inner stream is what ends a read that its own token does not.
        await using var stop = silence.Token.UnsafeRegister(static s => ((Stream)s!).Dispose(), Inner);
        try
        {
            return Count(await pending);
        }
        catch (Exception) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The answer stopped for {limits.Silence.TotalSeconds:0.#} s.");
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Count(Inner.Read(buffer, offset, count));

    private int Count(int read)
    {
        _read += read;
        return _read <= limits.MaxResponseBytes ? read : throw new ResponseTooLargeException(limits.MaxResponseBytes);
    }
}
