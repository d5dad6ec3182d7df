using System.Net.Http.Headers;
using System.Text;
using Designer.Engine;
using Designer.Flows;

namespace Designer.Nodes.Tools;

/// <summary>A request before it is sent, and again before each redirect.</summary>
internal sealed record HttpCall(Uri Uri, HttpMethod Method, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[]? Body, string? MediaType, TimeSpan Timeout)
{
    /// <summary>Goes to the first host only.</summary>
    public KeyValuePair<string, string>? SecretHeader { get; init; }

    private const int LongestBody = 5 * 1024 * 1024;
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(10);
    // Set by the client from the address and the body; a second opinion splits requests.
    private static readonly HashSet<string> Reserved = new(["host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer", "expect", "proxy-authorization"], StringComparer.OrdinalIgnoreCase);

    public static async ValueTask<HttpCall> PrepareAsync(HttpNode.Settings settings, StepContext step)
    {
        string? secret = string.IsNullOrEmpty(settings.Credential) ? null : await step.SecretAsync(settings.Credential).ConfigureAwait(false);
        List<HttpNode.Row> query = [.. settings.Query ?? []];
        List<KeyValuePair<string, string>> headers = [];
        string? mediaType = null;
        foreach (HttpNode.Row row in (settings.Headers ?? []).Where(r => !string.IsNullOrEmpty(r.Value)))
        {
            Check(row.Name, row.Value!);
            if (row.Name.Equals("content-type", StringComparison.OrdinalIgnoreCase)) mediaType = row.Value;
            else headers.Add(new(row.Name, row.Value!));
        }
        KeyValuePair<string, string>? secretHeader = null;
        if (secret is not null)
        {
            string name = settings.CredentialIn == HttpNode.CredentialPlace.Bearer ? "Authorization" : settings.CredentialName ?? "";
            if (name.Length == 0) throw new StepException("http.credential", $"Say under which name the credential goes into the header or query.");
            if (settings.CredentialIn == HttpNode.CredentialPlace.Query) query.Add(new(name, secret));
            else
            {
                Check(name, secret);
                headers.RemoveAll(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
                secretHeader = new(name, settings.CredentialIn == HttpNode.CredentialPlace.Bearer ? "Bearer " + secret : secret);
            }
        }
        HttpMethod method = new(settings.Method.ToString().ToUpperInvariant());
        if (method != HttpMethod.Get && method != HttpMethod.Head && !headers.Exists(h => h.Key.Equals("Idempotency-Key", StringComparison.OrdinalIgnoreCase)))
            headers.Add(new("Idempotency-Key", step.IdempotencyKey));
        (byte[]? body, string? bodyType) = BodyOf(settings.Body);
        TimeSpan timeout = settings.Timeout is { } limit && limit > TimeSpan.Zero ? limit < LongestTimeout ? limit : LongestTimeout : DefaultTimeout;
        return new HttpCall(Address(settings.Url, query), method, headers, body, mediaType ?? bodyType, timeout) { SecretHeader = secretHeader };
    }

    public HttpRequestMessage ToMessage()
    {
        HttpRequestMessage message = new(Method, Uri) { Version = System.Net.HttpVersion.Version11 };
        foreach ((string name, string value) in Headers) message.Headers.TryAddWithoutValidation(name, value);
        if (SecretHeader is { } secret) message.Headers.TryAddWithoutValidation(secret.Key, secret.Value);
        if (!message.Headers.Contains("User-Agent")) message.Headers.UserAgent.Add(new ProductInfoHeaderValue("Designer", "1.0"));
        message.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip, br");
        if (Body is not null)
        {
            message.Content = new ByteArrayContent(Body);
            if (MediaType is not null) message.Content.Headers.TryAddWithoutValidation("Content-Type", MediaType);
        }
        return message;
    }

    /// <exception cref="StepException"><c>http.address</c></exception>
    public static Uri Address(string url, IReadOnlyList<HttpNode.Row> query)
    {
        if (!Uri.TryCreate(url.Trim(), UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https")) throw new StepException("http.address", $"The address must begin with http:// or https://.");
        if (uri.UserInfo.Length > 0) throw new StepException("http.address", $"The address must not hold a user name or password. Use a credential.");
        string more = string.Join('&', query.Where(q => !string.IsNullOrEmpty(q.Name) && !string.IsNullOrEmpty(q.Value)).Select(q => $"{Uri.EscapeDataString(q.Name)}={Uri.EscapeDataString(q.Value!)}"));
        if (more.Length == 0) return uri;
        UriBuilder builder = new(uri);
        builder.Query = builder.Query.Length > 1 ? builder.Query[1..] + "&" + more : more;
        return builder.Uri;
    }

    private static (byte[]?, string?) BodyOf(object? body)
    {
        if (FlowValue.Unwrap(body) is not { } value || value is string { Length: 0 }) return (null, null);
        string text = value as string ?? FlowValue.ToJson(value).GetRawText();
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length > LongestBody) throw new StepException("http.tooLarge", $"The body of a request may have 5 MB at most.");
        return (bytes, value is string ? "text/plain; charset=utf-8" : "application/json");
    }

    private static void Check(string name, string value)
    {
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal))) throw new StepException("http.header", $"“{name}” is no name of a header.");
        if (Reserved.Contains(name)) throw new StepException("http.header", $"The header “{name}” is set by the client.");
        if (value.Any(char.IsControl)) throw new StepException("http.header", $"The header “{name}” holds a line break or control character.");
    }
}
