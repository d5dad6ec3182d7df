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
        response.Content = await BoundAsync(response.Content, cancellationToken);
        return response;
    }

    private async Task<HttpContent> BoundAsync(HttpContent content, CancellationToken cancellation)
    {
        var bounded = new StreamContent(new BoundedStream(await content.ReadAsStreamAsync(cancellation), limits));
        foreach (var header in content.Headers) bounded.Headers.TryAddWithoutValidation(header.Key, header.Value);
        return bounded;
    }
}

/// <summary>Reads no more than the limit and waits for no byte longer than the allowed silence.</summary>
internal sealed class BoundedStream(Stream inner, ModelHttpLimits limits) : Stream
{
    private long _read;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => _read; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var pending = inner.ReadAsync(buffer, cancellationToken);
        if (pending.IsCompletedSuccessfully) return Count(pending.Result);
        using var silence = new CancellationTokenSource(limits.Silence);
        // Disposing the inner stream is what ends a read that its own token does not.
        await using var stop = silence.Token.UnsafeRegister(static s => ((Stream)s!).Dispose(), inner);
        try
        {
            return Count(await pending);
        }
        catch (Exception) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The answer stopped for {limits.Silence.TotalSeconds:0.#} s.");
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => Count(inner.Read(buffer, offset, count));

    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private int Count(int read)
    {
        _read += read;
        return _read <= limits.MaxResponseBytes ? read : throw new ResponseTooLargeException(limits.MaxResponseBytes);
    }
}
