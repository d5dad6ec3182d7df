using System.Collections.Concurrent;
using Designer.Models.Calls;
using Designer.Models.Comfy;
using Designer.Models.Connections;
using Designer.Models.Discovery;
using Designer.Models.OpenAi;

namespace Designer.Models.Kinds;

/// <summary>What can be tried without making anything.</summary>
internal interface IModelTrial
{
    /// <summary>What the server says of itself, in a line for people.</summary>
    Task<string> TryAsync(CancellationToken cancellation);
}

/// <summary>Makes the picture makers of connections, and keeps each as long as its connection stays the same: it knows how many calls are under way.</summary>
public sealed class PictureMakers(ModelHttp http, ServerModels models, TimeProvider? time = null)
{
    private readonly ConcurrentDictionary<Guid, IPictureMaker> _makers = new();

    /// <exception cref="ModelException"><c>model.refused</c>: it is asked for something else than pictures.</exception>
    public T Create<T>(ModelConnection connection, string? key) where T : class
    {
        IPictureMaker maker = _makers.TryGetValue(connection.Id, out IPictureMaker? known) && known.Connection == connection ? known : _makers[connection.Id] = Make(connection, key);
        return maker as T ?? throw new ModelException(ModelErrorCodes.Refused, $"The model '{connection.Name}' makes pictures and nothing else.");
    }

    private IPictureMaker Make(ModelConnection connection, string? key)
    {
        if (connection.Provider == ModelProviders.OpenAiImages) return new OpenAiPictures(connection, key, http, models);
        return connection.Endpoint is not null ? new ComfyPictures(connection, key, http, time ?? TimeProvider.System) : throw new ModelException(ModelErrorCodes.Unavailable, $"The model '{connection.Name}' needs the address of its ComfyUI server.");
    }
}
