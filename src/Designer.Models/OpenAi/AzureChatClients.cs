using System.ClientModel;
using System.ClientModel.Primitives;
using Azure.AI.OpenAI;
using Designer.Models.Calls;
using Designer.Models.Connections;
using Microsoft.Extensions.AI;

namespace Designer.Models.OpenAi;

/// <summary>Makes chat clients for Azure OpenAI: a resource's address, and a deployment's name as the model.</summary>
public sealed class AzureChatClients(ModelHttp http)
{
    public IChatClient Create(ModelConnection connection, string? key)
    {
        if (connection.Endpoint is not { } resource) throw new ModelException(ModelErrorCodes.Unavailable, $"The model '{connection.Name}' needs the address of its Azure resource.");
        var errors = new ModelErrors(connection, key, resource);
        var options = new AzureOpenAIClientOptions
        {
            NetworkTimeout = Timeout.InfiniteTimeSpan,
            RetryPolicy = new ClientRetryPolicy(0),
            Transport = new HttpClientPipelineTransport(StreamedAnswer.Client(http.CreateHandler(connection, errors))),
            UserAgentApplicationId = "Designer",
        };
        // People paste the address of a call; the library builds its own path under the host.
        var client = new AzureOpenAIClient(new UriBuilder(resource) { Path = "/", Query = "" }.Uri, new ApiKeyCredential(key ?? "none"), options);
        IChatClient chat = OpenAiTalk.Create(client.GetChatClient(connection.Model).AsIChatClient(), connection.Options, ModelOptions.MaxCompletionTokens);
        return new CalledChatClient(chat, connection, errors, http.Limits);
    }
}
