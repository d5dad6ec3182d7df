using System.Net.Sockets;
using System.Text.Json;
using Designer.Models.Comfy;
using Designer.Models.Connections;
using Designer.Models.Network;
using Polly.CircuitBreaker;

namespace Designer.Models.Calls;

/// <summary>Turns what the HTTP stack and the providers' libraries throw into a <see cref="ModelException"/>, without the key.</summary>
internal sealed class ModelErrors(ModelConnection connection, string? key, Uri server)
{
    private const int LongestExcerpt = 300;
    private static readonly TimeSpan s_longestPause = TimeSpan.FromDays(1);

    private string Server => server.Authority;

    public ModelException Map(Exception exception)
    {
        if (NetworkGuard.FindRefusal(exception) is { } refusal) return Make(ModelErrorCodes.Unavailable, refusal.Message, exception);
        if (Find<ResponseTooLargeException>(exception) is { } tooLarge) return Make(ModelErrorCodes.BadResponse, $"The model '{connection.Name}' sent an unusable answer. {tooLarge.Message}", exception);
        if (Find<ModelException>(exception) is { } known) return known;
        if (Find<BrokenCircuitException>(exception) is not null)
            return Make(ModelErrorCodes.Unavailable, $"The model server {Server} failed again and again, and is left alone for a few seconds.", exception, transient: true);
        if (Find<TimeoutException>(exception) is { } timeout) return Make(ModelErrorCodes.Timeout, $"The model server {Server} is too slow. {timeout.Message}", exception, transient: true);
        if (Find<HttpRequestException>(exception) is { } http && MapConnection(http) is { } unreachable) return unreachable;
        if (Find<OperationCanceledException>(exception) is not null) return Make(ModelErrorCodes.Timeout, $"The model server {Server} did not answer in time.", exception, transient: true);
        if (Find<IOException>(exception) is not null) return Bad("it was cut off before its end", exception);
        if (Find<JsonException>(exception) is not null) return Bad("it is not the JSON that a model server sends", exception);
        return Bad("it cannot be understood", exception);
    }

    public ModelException Bad(string why, Exception? cause = null, bool transient = true) =>
        Make(ModelErrorCodes.BadResponse, $"The model '{connection.Name}' sent an unusable answer: {why}.", cause, transient);

    /// <param name="body">The beginning of what the server says about it.</param>
    public ModelException OfStatus(HttpResponseMessage response, string body)
    {
        var status = (int)response.StatusCode;
        var said = Excerpt(body);
        var retryAfter = PauseOf(response);
        return status switch
        {
            401 or 403 => Make(ModelErrorCodes.Key, $"The model server {Server} refused the key of '{connection.Name}'.{said}", null),
            404 => Make(ModelErrorCodes.Unknown, $"The model server {Server} does not know '{connection.Model}', or nothing answers at this path.{said}", null),
            408 or 504 => Make(ModelErrorCodes.Timeout, $"The model server {Server} gave up waiting.{said}", null, transient: true, retryAfter),
            429 => Make(ModelErrorCodes.RateLimited, $"The model server {Server} asks for fewer calls.{said}", null, transient: !IsOutOfQuota(said), retryAfter),
            >= 500 => Make(ModelErrorCodes.Unavailable, $"The model server {Server} failed with status {status}.{said}", null, transient: true, retryAfter),
            >= 300 and < 400 => Make(ModelErrorCodes.Unavailable, $"The model server {Server} redirects elsewhere (status {status}); enter its own address.", null),
            >= 400 => Make(ModelErrorCodes.Refused, $"The model server {Server} refused the request with status {status}.{said}", null),
            _ => Bad("it cannot be understood"),
        };
    }

    private ModelException? MapConnection(HttpRequestException e)
    {
        if (e.HttpRequestError is HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse
            || Find<SocketException>(e)?.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown) return Bad("it was cut off before its end", e);
        if (e.HttpRequestError is HttpRequestError.ConfigurationLimitExceeded) return Bad("its headers are too large", e);
        if (e.HttpRequestError is HttpRequestError.SecureConnectionError)
            return Make(ModelErrorCodes.Unavailable, $"No secure connection to {Server} is possible: its certificate or protocol was not accepted.", e);
        if (Find<SocketException>(e) is null && e.HttpRequestError is not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError)) return null;
        var why = Find<SocketException>(e)?.SocketErrorCode switch
        {
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "there is no host of that name",
            SocketError.ConnectionRefused => "nothing listens there",
            _ when e.HttpRequestError == HttpRequestError.NameResolutionError => "there is no host of that name",
            _ => "it does not answer",
        };
        return Make(ModelErrorCodes.Unavailable, $"The model server {Server} cannot be reached: {why}.", e, transient: true);
    }

    private ModelException Make(string code, string message, Exception? cause, bool transient = false, TimeSpan? retryAfter = null)
    {
        // A cause that quotes the key would carry it into logs.
        var safe = cause is not null && !string.IsNullOrEmpty(key) && cause.ToString().Contains(key, StringComparison.Ordinal) ? null : cause;
        return new ModelException(code, Mask(message), transient, retryAfter, safe);
    }

    private string Mask(string text) => string.IsNullOrEmpty(key) ? text : text.Replace(key, "•••", StringComparison.Ordinal);

    // Providers answer 429 for an empty account as well, and no waiting heals that.
    public static bool IsOutOfQuota(string said) => said.Contains("quota", StringComparison.OrdinalIgnoreCase) || said.Contains("billing", StringComparison.OrdinalIgnoreCase);

    private static T? Find<T>(Exception? exception) where T : Exception
    {
        for (var e = exception; e is not null; e = e is AggregateException { InnerExceptions: [var first, ..] } ? first : e.InnerException)
            if (e is T found) return found;
        return null;
    }

    /// <summary>How long the server asks to be left alone, by its own clock where it names a date.</summary>
    public static TimeSpan? PauseOf(HttpResponseMessage response)
    {
        if (response.Headers.RetryAfter is not { } wish) return null;
        if (wish.Delta is { } pause) return pause < s_longestPause ? pause : s_longestPause;
        var left = wish.Date - (response.Headers.Date ?? DateTimeOffset.UtcNow);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>The server's own words, one line, bounded.</summary>
    private static string Excerpt(string body)
    {
        var text = "";
        try
        {
            using var json = JsonDocument.Parse(body);
            // Gemini sends a list of one; vLLM and servers made with FastAPI leave the envelope out.
            var root = json.RootElement is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 ? list[0] : json.RootElement;
            if (root.ValueKind == JsonValueKind.Object && (root.TryGetProperty("error", out var error) || root.TryGetProperty("message", out error) || root.TryGetProperty("detail", out error)))
                text = $"{(error.ValueKind == JsonValueKind.Object && error.TryGetProperty("message", out var message) ? message.ToString() : error.ToString())} {ComfyMessage.NodeErrors(root)}";
        }
        catch (JsonException)
        {
            // An error page that is not JSON says nothing that the status does not.
        }
        text = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        if (text.Length > LongestExcerpt) text = text[..LongestExcerpt] + "…";
        return text.Length == 0 ? "" : $" It says: {text}";
    }
}
