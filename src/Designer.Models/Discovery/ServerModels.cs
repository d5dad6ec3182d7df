using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Designer.Models.Calls;
using Designer.Models.Connections;
using Designer.Models.Network;

namespace Designer.Models.Discovery;

/// <summary>Asks a server which models it serves, so that nobody has to type their names.</summary>
public sealed class ServerModels(IHttpClientFactory http)
{
    private static readonly Uri s_openAi = new("https://api.openai.com/v1");
    private static readonly Uri s_anthropic = new("https://api.anthropic.com/v1");
    /// <summary>The one that Anthropic's library sends with chat calls.</summary>
    private const string AnthropicVersion = "2026-10-21";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private const int LargestList = 2 * 1024 * 1024;

    /// <param name="provider">OpenAI's interface or Anthropic's, see <see cref="ModelProviders"/>.</param>
    /// <param name="endpoint">Null means the provider itself.</param>
    /// <param name="allowPrivate">Whether the endpoint may lie on this machine or in a private network.</param>
    /// <returns>The models' names, by name.</returns>
    /// <exception cref="ModelException">The server cannot be reached, refuses the key or does not answer with a list; the message says so and never holds the key.</exception>
    public async Task<IReadOnlyList<string>> ListAsync(string provider, Uri? endpoint, string? key, bool allowPrivate, CancellationToken cancellation)
    {
        bool isAnthropic = provider == ModelProviders.Anthropic;
        Uri server = endpoint ?? (isAnthropic ? s_anthropic : s_openAi);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.AbsoluteUri.TrimEnd('/') + "/models"));
        if (isAnthropic) request.Headers.Add("anthropic-version", AnthropicVersion);
        if (!string.IsNullOrEmpty(key)) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(s_patience);
        HttpClient client = http.CreateClient(allowPrivate ? ModelHttp.PrivateClient : ModelHttp.PublicClient);
        try
        {
            using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
                throw new ModelException(ModelErrorCodes.Key, string.IsNullOrEmpty(key) ? $"{server.Host} asks for a key." : $"{server.Host} refuses this key.");
            if (!response.IsSuccessStatusCode)
                throw new ModelException(ModelErrorCodes.Unavailable, $"{server.Host} answered {(int)response.StatusCode} when asked for its models. Is the address right? It often ends with /v1.");
            await response.Content.LoadIntoBufferAsync(LargestList, patience.Token);
            IReadOnlyList<string>? models = LocalServers.ReadModels(await response.Content.ReadAsByteArrayAsync(patience.Token), isMarked: !isAnthropic);
            return models is null
                ? throw new ModelException(ModelErrorCodes.BadResponse, $"{server.Host} answered, but not with a list of models. Is the address right? It often ends with /v1.")
                : [.. models.Order(StringComparer.OrdinalIgnoreCase)];
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new ModelException(ModelErrorCodes.Timeout, $"{server.Host} did not answer within {s_patience.TotalSeconds:0} seconds.");
        }
        catch (JsonException e)
        {
            throw new ModelException(ModelErrorCodes.BadResponse, $"{server.Host} answered, but not with a list of models. Is the address right?", inner: e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            string why = NetworkGuard.FindRefusal(e)?.Message ?? "It cannot be reached.";
            throw new ModelException(ModelErrorCodes.Unavailable, $"{server.Authority}: {why}", inner: e);
        }
    }
}
