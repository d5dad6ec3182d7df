using System.ClientModel;
using System.ClientModel.Primitives;
using Designer.Models.Calls;
using Designer.Models.Connections;
using Microsoft.Extensions.AI;
using OpenAI;

namespace Designer.Models.OpenAi;

/// <summary>Makes chat clients for OpenAI-compatible servers.</summary>
/// <remarks>The client underneath is the one that Semantic Kernel's connector wraps, without the wrapper that invokes functions by itself:
/// each tool call is a step of its own, and the engine runs it.</remarks>
public sealed class OpenAiChatClients(ModelHttp http)
{
    private static readonly Uri s_openAi = new("https://api.openai.com/v1");

    public IChatClient Create(ModelConnection connection, string? key)
    {
        Uri server = BaseAddress(connection.Endpoint);
        var errors = new ModelErrors(connection, key, server);
        OpenAIClient client = Open(server, key, StreamedAnswer.Client(http.CreateHandler(connection, errors)));
        // OpenAI's newer models refuse max_tokens; most other servers know nothing else.
        string? usualLimit = IsOpenAi(connection.Endpoint) ? null : ModelOptions.MaxTokens;
        return new CalledChatClient(OpenAiTalk.Create(client.GetChatClient(connection.Model).AsIChatClient(), connection.Options, usualLimit), connection, errors, http.Limits);
    }

    /// <summary>The connector over a client of ours.</summary>
    internal static OpenAIClient Open(Uri server, string? key, HttpClient transport)
    {
        var options = new OpenAIClientOptions
        {
            Endpoint = server,
            NetworkTimeout = Timeout.InfiniteTimeSpan,
            RetryPolicy = new ClientRetryPolicy(0),
            Transport = new HttpClientPipelineTransport(transport),
            UserAgentApplicationId = "Designer",
        };
        if (key is null) options.AddPolicy(new NoKeyPolicy(), PipelinePosition.BeforeTransport);
        return new OpenAIClient(new ApiKeyCredential(key ?? "none"), options);
    }

    /// <summary>What people paste, made the base that paths are appended to: a bare host gets <c>/v1</c>, a full path loses its end.</summary>
    internal static Uri BaseAddress(Uri? endpoint)
    {
        if (endpoint is null) return s_openAi;
        var path = endpoint.AbsolutePath.TrimEnd('/');
        foreach (var tail in (ReadOnlySpan<string>)["/chat/completions", "/embeddings", "/rerank", "/images/generations", "/models"])
            if (path.EndsWith(tail, StringComparison.OrdinalIgnoreCase)) path = path[..^tail.Length];
        return new UriBuilder(endpoint) { Path = path.Length == 0 ? "/v1" : path }.Uri;
    }

    internal static bool IsOpenAi(Uri? endpoint) =>
        endpoint is null || endpoint.Host.EndsWith(".openai.com", StringComparison.OrdinalIgnoreCase) || endpoint.Host.EndsWith(".azure.com", StringComparison.OrdinalIgnoreCase);

    /// <summary>A server that asks for no key gets no invented one.</summary>
    private sealed class NoKeyPolicy : PipelinePolicy
    {
        public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            message.Request.Headers.Remove("Authorization");
            ProcessNext(message, pipeline, currentIndex);
        }

        public override ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            message.Request.Headers.Remove("Authorization");
            return ProcessNextAsync(message, pipeline, currentIndex);
        }
    }
}
