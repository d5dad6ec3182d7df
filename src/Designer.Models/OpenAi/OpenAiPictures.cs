using System.Runtime.CompilerServices;
using Designer.Models.Calls;
using Designer.Models.Connections;
using Designer.Models.Discovery;
using Designer.Models.Kinds;
using Designer.Models.Metering;
using Microsoft.Extensions.AI;
using OpenAI;

namespace Designer.Models.OpenAi;

/// <summary>Makes pictures by OpenAI's images interface, or changes given ones. A result that the server only names is fetched from there.</summary>
#pragma warning disable MEAI001 // Image generators are marked experimental.
internal sealed class OpenAiPictures : IPictureMaker, IModelTrial, IDisposable
{
    private const long LargestAnswer = 128 * 1024 * 1024;
    private const int MostPictures = 10;

    private readonly string? _key;
    private readonly ModelHttp _http;
    private readonly ServerModels _models;
    private readonly Uri _server;
    private readonly ModelErrors _errors;
    private readonly IImageGenerator _generator;
    private readonly SemaphoreSlim? _places;

    public OpenAiPictures(ModelConnection connection, string? key, ModelHttp http, ServerModels models)
    {
        (Connection, _key, _http, _models) = (connection, key, http, models);
        _server = OpenAiChatClients.BaseAddress(connection.Endpoint);
        _errors = new ModelErrors(connection, key, _server);
        OpenAIClient client = OpenAiChatClients.Open(_server, key, http.Create(connection, _errors, http.Limits with { MaxResponseBytes = LargestAnswer }));
        _generator = client.GetImageClient(connection.Model).AsIImageGenerator().AsBuilder().UseOpenTelemetry(sourceName: ModelTelemetry.Name, configure: traced => traced.EnableSensitiveData = false).Build();
        _places = connection.Options.MaxConcurrent is { } most ? new SemaphoreSlim(most, most) : null;
    }

    public ModelConnection Connection { get; }

    /// <summary>A picture costs money, so the server is only asked whether it has the model.</summary>
    public async Task<string> TryAsync(CancellationToken cancellation)
    {
        IReadOnlyList<string> served = await _models.ListAsync(Connection.Provider, _server, _key, Connection.AllowPrivateNetwork, cancellation);
        return served.Contains(Connection.Model, StringComparer.OrdinalIgnoreCase)
            ? $"{_server.Host} has {Connection.Model}. No picture was made."
            : throw new ModelException(ModelErrorCodes.Unknown, $"{_server.Host} answers, but “{Connection.Model}” is not in its list of {served.Count:N0} models.");
    }

    public async IAsyncEnumerable<PictureUpdate> MakeAsync(PictureRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(request.Prompt)) throw Refused("Say in words what the picture is to show.");
        if (request.Workflow is { Length: > 0 } || request.Inputs.Count > 0) throw Refused($"“{Connection.Name}” runs no workflows. Bind the slot to a ComfyUI server, or empty the workflow and its inputs.");
        if (request.Count is < 1 or > MostPictures) throw Refused($"From 1 to {MostPictures} pictures can be made at once.");
        if (_places is not null) await _places.WaitAsync(cancellation);
        try
        {
            ImageGenerationResponse answer = await AskAsync(request, cancellation);
            if (answer.Usage is { } usage) yield return new PictureUpdate.Used(usage.InputTokenCount ?? 0, usage.OutputTokenCount ?? 0);
            int number = 0;
            foreach (AIContent content in answer.Contents.Take(MostPictures))
            {
                string name = $"picture-{++number}.png";
                if (content is DataContent data) yield return new PictureUpdate.Result(name, new MemoryStream(data.Data.ToArray(), writable: false));
                else if (content is UriContent named)
                {
                    await using Stream fetched = await FetchAsync(named.Uri, cancellation);
                    yield return new PictureUpdate.Result(name, fetched);
                }
            }
            if (number == 0) throw _errors.Bad("it holds no picture");
        }
        finally
        {
            _places?.Release();
        }
    }

    private async Task<ImageGenerationResponse> AskAsync(PictureRequest request, CancellationToken cancellation)
    {
        ImageGenerationRequest asked = new(request.Prompt) { OriginalImages = request.Images.Count > 0 ? request.Images : null };
        try
        {
            return await _generator.GenerateAsync(asked, new ImageGenerationOptions { Count = request.Count, ImageSize = request.Size }, cancellation);
        }
        catch (Exception e) when (!IsOwn(e, cancellation))
        {
            throw _errors.Map(e);
        }
    }

    // The server may name any address. Only itself may it name in a private network, and there is no key for anybody.
    private async Task<Stream> FetchAsync(Uri address, CancellationToken cancellation)
    {
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https")) throw _errors.Bad("it names a picture by something that is no web address");
        bool isItself = Uri.Compare(address, _server, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;
        ModelErrors errors = new(Connection, _key, address);
        HttpClient client = _http.Create(Connection with { AllowPrivateNetwork = isItself && Connection.AllowPrivateNetwork }, errors, _http.Limits with { MaxResponseBytes = LargestAnswer });
        try
        {
            HttpResponseMessage response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return new CalledStream(await response.Content.ReadAsStreamAsync(cancellation), errors);
        }
        catch (Exception e) when (!IsOwn(e, cancellation))
        {
            throw errors.Map(e);
        }
    }

    public void Dispose()
    {
        _generator.Dispose();
        _places?.Dispose();
    }

    private static ModelException Refused(string message) => new(ModelErrorCodes.Refused, message);

    private static bool IsOwn(Exception e, CancellationToken cancellation) => e is ModelException || (e is OperationCanceledException && cancellation.IsCancellationRequested);
}
#pragma warning restore MEAI001
