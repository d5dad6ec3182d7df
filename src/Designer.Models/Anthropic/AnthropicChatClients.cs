using Anthropic;
using Designer.Models.Calls;
using Designer.Models.Connections;
using Microsoft.Extensions.AI;

namespace Designer.Models.Anthropic;

/// <summary>Makes chat clients for Anthropic's own interface, by Anthropic's own library.</summary>
public sealed class AnthropicChatClients(ModelHttp http)
{
    internal static readonly Uri Home = new("https://api.anthropic.com");

    /// <summary>The interface requires a limit with every call; nodes set their own.</summary>
    private const int DefaultOutputTokens = 4096;

    public IChatClient Create(ModelConnection connection, string? key)
    {
        var errors = new ModelErrors(connection, key, connection.Endpoint ?? Home);
        var client = new AnthropicClient
        {
            // Null as well: otherwise the library would take what it finds in the environment.
            ApiKey = key,
            BaseUrl = BaseAddress(connection.Endpoint).AbsoluteUri.TrimEnd('/'),
            HttpClient = http.Create(connection, errors),
            MaxRetries = 0,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        IChatClient chat = client.AsIChatClient(connection.Model, DefaultOutputTokens, AnthropicTalk.ModeOf(connection.Options));
        return new CalledChatClient(new AnthropicTalk(chat, connection.Options), connection, errors, http.Limits);
    }

    /// <summary>The library appends <c>/v1/messages</c>; people paste addresses with their end.</summary>
    private static Uri BaseAddress(Uri? endpoint)
    {
        if (endpoint is null) return Home;
        string path = endpoint.AbsolutePath.TrimEnd('/');
        foreach (string tail in (ReadOnlySpan<string>)["/messages", "/v1"])
            if (path.EndsWith(tail, StringComparison.OrdinalIgnoreCase)) path = path[..^tail.Length];
        return new UriBuilder(endpoint) { Path = path }.Uri;
    }
}
