using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Designer.Models.Calls;
using Designer.Models.Network;

namespace Designer.Models.Hub;

/// <summary>Speaks a hub's documented interface. Each redirect is a decision of its own: the token is for the hub and goes no further,
/// nothing falls back from TLS, and no address of the own network is reached unless the admin named it.</summary>
/// <param name="home">The data folder's models, for what is said without internet.</param>
public sealed class HubClient(HubSettings settings, string home) : IDisposable
{
    private const int MostRedirects = 5;
    private const int LargestAnswer = 16 << 20;
    private readonly HttpClient _http = new(NetworkGuard.CreateHandler(settings.Network)) { Timeout = Timeout.InfiniteTimeSpan };

    public HubSettings Settings => settings;

    /// <exception cref="ModelException">Downloads are switched off.</exception>
    public Uri Address => settings.Address ?? throw new ModelException(HubErrors.Refused, "Downloads are switched off here (hub:address). Copy the model's folder into the folder for models, and add it from there.");

    /// <summary>The model's page, where its terms are accepted.</summary>
    public Uri PageOf(string id) => new(Address, id);

    /// <param name="id">As <see cref="HubModel.IdIn"/> gives it.</param>
    /// <param name="revision">As <see cref="HubModel.RevisionIn"/> gives it.</param>
    /// <exception cref="ModelException">The hub cannot be reached, does not know the model, or answers something else.</exception>
    public async Task<HubModel> FindAsync(string id, string revision, string? token, CancellationToken cancellation)
    {
        using var response = await SendAsync(new Uri(Address, $"api/models/{id}/revision/{Uri.EscapeDataString(revision)}?blobs=true"), token, null, cancellation);
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            throw new ModelException(HubErrors.Unknown, $"{Address.Host} knows no public model '{id}' with the revision '{revision}'.{(token is null ? " If it is not public, give a token." : " This token does not open it either.")}");
        if (!response.IsSuccessStatusCode) throw Failed(response, id);
        try
        {
            await response.Content.LoadIntoBufferAsync(LargestAnswer, cancellation);
            return HubModel.Read(id, JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(cancellation)));
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException or TimeoutException)
        {
            throw new ModelException(HubErrors.Refused, $"{Address.Host} answered, but not with a model's files. Is its address right?", inner: e);
        }
    }

    /// <summary>A file's answer from a byte on: whole (200), the rest (206), or nothing of it (416). The body falls silent for so long only.</summary>
    /// <param name="etag">What the part that is here already came from.</param>
    internal async Task<HttpResponseMessage> OpenAsync(string id, string commit, string path, long from, string? etag, string? token, CancellationToken cancellation)
    {
        var uri = new Uri(Address, $"{id}/resolve/{commit}/{string.Join('/', path.Split('/').Select(Uri.EscapeDataString))}");
        var response = await SendAsync(uri, token, headers =>
        {
            if (from == 0) return;
            headers.Range = new RangeHeaderValue(from, null);
            if (etag is not null) headers.IfRange = new RangeConditionHeaderValue(new EntityTagHeaderValue(etag));
        }, cancellation);
        if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable) return response;
        using (response)
            throw response.StatusCode switch
            {
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => Gated(id, token),
                HttpStatusCode.NotFound => new ModelException(HubErrors.Unknown, $"{Address.Host} does not have the file {path} of {id} any more."),
                _ => Failed(response, id),
            };
    }

    internal ModelException Gated(string id, string? token) => new(HubErrors.Gated, token is null
        ? $"{id} is handed out only to people who accepted its terms. Accept them at {PageOf(id)}, make a token for reading there, store it as a credential, and name that credential."
        : $"{Address.Host} refuses this token for {id}. Accept the model's terms at {PageOf(id)} with the account that the token belongs to.");

    private async Task<HttpResponseMessage> SendAsync(Uri uri, string? token, Action<HttpRequestHeaders>? more, CancellationToken cancellation)
    {
        var isHub = true;
        for (var hop = 0; ; hop++)
        {
            // Once it has left the hub, a request does not carry the token again, wherever it is sent.
            isHub &= uri.Scheme == Address.Scheme && uri.Authority == Address.Authority;
            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            request.Headers.UserAgent.ParseAdd("Designer");
            request.Headers.AcceptEncoding.ParseAdd("identity");
            if (isHub && token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            more?.Invoke(request.Headers);
            var response = await SendOnceAsync(request, cancellation);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308)) return await BoundAsync(response, cancellation);
            using (response)
            {
                if (hop == MostRedirects || response.Headers.Location is not { } location) throw HubErrors.Refuse($"{uri.Host} sends from place to place.");
                var next = new Uri(uri, location);
                if (next.Scheme is not ("http" or "https") || (uri.Scheme == Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttps) || next.UserInfo.Length > 0)
                    throw HubErrors.Refuse($"{uri.Host} sends on to an address that is not safe.");
                uri = next;
            }
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        var host = request.RequestUri!.Host;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(settings.Silence);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw HubErrors.Cut(Offline(host, $"it did not answer within {settings.Silence.TotalSeconds:0} seconds"), inner: e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            if (NetworkGuard.FindRefusal(e) is { } refusal) throw new ModelException(HubErrors.Refused, $"{refusal.Message} An admin may open it with hub:allow.", inner: e);
            throw HubErrors.Cut(Offline(host, e.InnerException?.Message ?? e.Message), inner: e);
        }
    }

    private string Offline(string host, string why) =>
        $"{host} cannot be reached: {why.TrimEnd('.')}. Without internet, copy the model's folder (config.json, tokenizer.json and its .onnx file) from another machine into {home}, and add it from that folder.";

    // Packed bytes are not asked for; what comes packed all the same could unpack into anything.
    private async Task<HttpResponseMessage> BoundAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.Content.Headers.ContentEncoding.Any(e => !e.Equals("identity", StringComparison.OrdinalIgnoreCase)))
        {
            response.Dispose();
            throw HubErrors.Refuse("The hub sends packed bytes, which nobody asked for.");
        }
        response.Content = await BoundedStream.BoundAsync(response.Content, new ModelHttpLimits { Silence = settings.Silence, MaxResponseBytes = long.MaxValue }, cancellation);
        return response;
    }

    private ModelException Failed(HttpResponseMessage response, string id)
    {
        var status = (int)response.StatusCode;
        var later = response.Headers.RetryAfter?.Delta;
        return status is 408 or 429 or >= 500
            ? HubErrors.Cut($"{Address.Host} answered {status} when asked for {id}.{(status == 429 ? " It asks for fewer downloads." : " Try again later.")}", later < TimeSpan.FromMinutes(2) ? later : null)
            : HubErrors.Refuse($"{Address.Host} answered {status} when asked for {id}.");
    }

    public void Dispose() => _http.Dispose();
}
