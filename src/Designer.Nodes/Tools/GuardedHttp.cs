using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Designer.Engine;
using Designer.Models.Network;

namespace Designer.Nodes.Tools;

/// <param name="Text">Credentials masked; null where the answer is no text.</param>
internal sealed record HttpReply(int Status, IReadOnlyDictionary<string, string> Headers, string? Text, bool IsJson, Uri Uri, TimeSpan? RetryAfter);

/// <summary>
/// Sends requests of flows, of which neither the address nor the answer can be trusted: every connection, each redirect's too, passes the
/// network guard; bytes, unpacked bytes and time are bounded; a credential goes to the host it was meant for only.
/// </summary>
public sealed class GuardedHttp(NetworkPolicy policy) : IDisposable
{
    private const int LongestAnswer = 5 * 1024 * 1024;
    private const int MostRedirects = 5;
    private static readonly TimeSpan DownloadTimeout = TimeSpan.FromSeconds(60);

    private readonly HttpMessageInvoker _client = new(NetworkGuard.CreateHandler(policy));

    public void Dispose() => _client.Dispose();

    internal ValueTask<HttpReply> SendAsync(HttpCall call, StepContext step) => ExchangeAsync(call, step, (uri, response, stop) => ReadAsync(uri, response, step, stop));

    /// <summary>The bytes at an address that somebody gave.</summary>
    /// <param name="most">In bytes; a longer answer is an error.</param>
    /// <exception cref="StepException"><c>http.…</c>, as a request of a flow has them.</exception>
    internal ValueTask<byte[]> DownloadAsync(string address, long most, StepContext step)
    {
        HttpCall call = new(HttpCall.Address(address, []), HttpMethod.Get, [], null, null, DownloadTimeout);
        return ExchangeAsync(call, step, async (uri, response, stop) => response.IsSuccessStatusCode
            ? await BytesAsync(response, most, stop).ConfigureAwait(false)
            : throw new StepException("http.status", $"{uri.Host} answered with status {(int)response.StatusCode}.", isTransient: (int)response.StatusCode is 408 or 429 or >= 500));
    }

    private async ValueTask<T> ExchangeAsync<T>(HttpCall call, StepContext step, Func<Uri, HttpResponseMessage, CancellationToken, ValueTask<T>> read)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(step.Cancellation);
        using ITimer timer = step.Clock.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), limit, call.Timeout, Timeout.InfiniteTimeSpan);
        try
        {
            for (int redirects = 0; ; redirects++)
            {
                using HttpRequestMessage message = call.ToMessage();
                using HttpResponseMessage response = await _client.SendAsync(message, limit.Token).ConfigureAwait(false);
                if (NextAddress(call.Uri, response) is not { } next) return await read(call.Uri, response, limit.Token).ConfigureAwait(false);
                if (redirects == MostRedirects) throw new StepException("http.redirects", $"{call.Uri.Host} redirects more than {MostRedirects} times.");
                call = Follow(call, next, response.StatusCode);
            }
        }
        catch (OperationCanceledException) when (!step.Cancellation.IsCancellationRequested)
        {
            throw new StepException("http.timeout", $"{call.Uri.Host} did not answer within {call.Timeout.TotalSeconds:0.#} seconds.", isTransient: true);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or SocketException or InvalidDataException)
        {
            throw InWords(error, call.Uri, step);
        }
    }

    private static Uri? NextAddress(Uri current, HttpResponseMessage response) =>
        (int)response.StatusCode is 301 or 302 or 303 or 307 or 308 && response.Headers.Location is { } location ? new Uri(current, location) : null;

    private static HttpCall Follow(HttpCall call, Uri next, HttpStatusCode status)
    {
        if (next.Scheme is not ("http" or "https") || next.UserInfo.Length > 0) throw new StepException("http.redirects", $"The answer redirects to something that is no web address.");
        if (call.Uri.Scheme == "https" && next.Scheme == "http") throw new StepException("http.redirects", $"{call.Uri.Host} redirects from https to http.");
        bool isGet = call.Method == HttpMethod.Get || call.Method == HttpMethod.Head;
        if ((int)status <= 303 && !isGet) call = call with { Method = HttpMethod.Get, Body = null, MediaType = null };
        bool isSameOrigin = Uri.Compare(call.Uri, next, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;
        // Headers that the flow's author set may hold secrets too.
        return isSameOrigin ? call with { Uri = next } : call with { Uri = next, SecretHeader = null, Headers = [] };
    }

    private static async ValueTask<HttpReply> ReadAsync(Uri uri, HttpResponseMessage response, StepContext step, CancellationToken cancellation)
    {
        byte[] bytes = await BytesAsync(response, LongestAnswer, cancellation).ConfigureAwait(false);
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, IEnumerable<string> values) in response.Headers.Concat(response.Content.Headers)) headers[name.ToLowerInvariant()] = step.Mask(string.Join(", ", values));
        string mediaType = response.Content.Headers.ContentType?.MediaType ?? "";
        string? text = TextOf(bytes, response.Content.Headers.ContentType?.CharSet);
        bool isJson = text is { Length: > 0 } && (mediaType.EndsWith("/json", StringComparison.OrdinalIgnoreCase) || mediaType.EndsWith("+json", StringComparison.OrdinalIgnoreCase));
        TimeSpan? retryAfter = response.Headers.RetryAfter is { } retry ? retry.Delta ?? (retry.Date - step.Clock.GetUtcNow()) : null;
        return new HttpReply((int)response.StatusCode, headers, text is null ? null : step.Mask(text), isJson, uri, retryAfter > TimeSpan.Zero ? retryAfter : null);
    }

    private static async ValueTask<byte[]> BytesAsync(HttpResponseMessage response, long most, CancellationToken cancellation)
    {
        await using Stream packed = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using Stream content = Unpack(packed, response.Content.Headers.ContentEncoding);
        using MemoryStream bytes = new();
        byte[] buffer = new byte[81920];
        // Counted after unpacking: a kilobyte of gzip can hold a gigabyte.
        for (int read; (read = await content.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0;)
        {
            if (bytes.Length + read > most) throw new StepException("http.tooLarge", $"The answer is larger than {most / 1024 / 1024} MB.");
            bytes.Write(buffer, 0, read);
        }
        return bytes.ToArray();
    }

    private static Stream Unpack(Stream packed, ICollection<string> encodings) => string.Join(',', encodings).ToLowerInvariant() switch
    {
        "" or "identity" => packed,
        "gzip" or "x-gzip" => new GZipStream(packed, CompressionMode.Decompress),
        "br" => new BrotliStream(packed, CompressionMode.Decompress),
        "deflate" => new ZLibStream(packed, CompressionMode.Decompress),
        string other => throw new StepException("http.encoding", $"The answer is packed as “{other}”, which was not asked for."),
    };

    private static string? TextOf(byte[] bytes, string? charset)
    {
        try
        {
            Encoding encoding = string.IsNullOrEmpty(charset) ? Encoding.UTF8 : Encoding.GetEncoding(charset.Trim('"'));
            string text = Encoding.GetEncoding(encoding.CodePage, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback).GetString(bytes);
            return text.Contains('\0', StringComparison.Ordinal) ? null : text.TrimStart('\uFEFF');
        }
        catch (Exception error) when (error is ArgumentException or DecoderFallbackException)
        {
            return null;
        }
    }

    private static StepException InWords(Exception error, Uri uri, StepContext step)
    {
        if (NetworkGuard.FindRefusal(error) is { } refused) return new StepException("http.refused", $"{refused.Message}", inner: error);
        return (error as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => new StepException("http.unknownHost", $"There is no host named {uri.Host}.", isTransient: true, inner: error),
            HttpRequestError.SecureConnectionError => new StepException("http.tls", $"No secure connection to {uri.Host} could be made: {step.Mask(error.InnerException?.Message ?? error.Message)}", inner: error),
            HttpRequestError.ConfigurationLimitExceeded => new StepException("http.tooLarge", $"The headers of {uri.Host}'s answer are too large.", inner: error),
            HttpRequestError.InvalidResponse => new StepException("http.badResponse", $"{uri.Host} did not answer in HTTP.", inner: error),
            _ when error is InvalidDataException => new StepException("http.badResponse", $"The answer of {uri.Host} cannot be unpacked.", inner: error),
            _ => new StepException("http.unreachable", $"{uri.Host} could not be reached, or broke off: {step.Mask(error.Message)}", isTransient: true, inner: error),
        };
    }
}
