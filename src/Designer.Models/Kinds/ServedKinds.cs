using System.Collections.Concurrent;
using Designer.Models.Calls;
using Designer.Models.Comfy;
using Designer.Models.Connections;
using Designer.Models.Discovery;
using Designer.Models.Metering;
using Designer.Models.OpenAi;
using Microsoft.Extensions.AI;

namespace Designer.Models.Kinds;

/// <summary>What can be tried without making anything.</summary>
internal interface IModelTrial
{
    /// <summary>What the server says of itself, in a line for people.</summary>
    Task<string> TryAsync(CancellationToken cancellation);
}

/// <summary>Makes the clients of servers whose models do something else than chat, and keeps each as long as its connection stays the same: it knows how many calls are under way.</summary>
public sealed class ServedKinds(ModelHttp http, ServerModels models, TimeProvider? time = null)
{
    private readonly ConcurrentDictionary<Guid, (ModelConnection Connection, object Client)> _made = new();

    /// <exception cref="ModelException"><c>model.refused</c>: it is asked for something else than its interface does.</exception>
    public T Create<T>(ModelConnection connection, string? key) where T : class
    {
        if (!_made.TryGetValue(connection.Id, out (ModelConnection Connection, object Client) known) || known.Connection != connection)
            _made[connection.Id] = known = (connection, Make(connection, key));
        return known.Client as T ?? throw new ModelException(ModelErrorCodes.Refused, $"The model '{connection.Name}' cannot be used here: it is of the kind '{ModelProviders.KindOf(connection.Provider)}'.");
    }

    private object Make(ModelConnection connection, string? key) => connection.Provider switch
    {
        ModelProviders.OpenAiEmbeddings => new OpenAiEmbeddings(connection, key, http).AsBuilder().UseOpenTelemetry(sourceName: ModelTelemetry.Name).Build(),
        ModelProviders.OpenAiImages => new OpenAiPictures(connection, key, http, models),
        _ when connection.Endpoint is null => throw new ModelException(ModelErrorCodes.Unavailable, $"The model '{connection.Name}' needs the address of its server."),
        ModelProviders.Rerank => new MeteredKinds.Reranker(new ServedReranker(connection, key, http), connection, connection.Provider),
        _ => new ComfyPictures(connection, key, http, time ?? TimeProvider.System),
    };
}
