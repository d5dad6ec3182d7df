using Designer.Models.Calls;
using Designer.Models.Connections;
using Designer.Models.Metering;
using Microsoft.Extensions.AI;
using OpenAI;

namespace Designer.Models.OpenAi;

/// <summary>Vectors of texts by OpenAI's embeddings interface, which vLLM, llama.cpp, Ollama, LM Studio and others share. A purpose is not sent: the interface knows none.</summary>
internal sealed class OpenAiEmbeddings : DelegatingEmbeddingGenerator<string, Embedding<float>>
{
    /// <summary>As many texts as small servers take in one request.</summary>
    private const int Batch = 32;
    private const long LargestAnswer = 64 * 1024 * 1024;

    private readonly ModelErrors _errors;
    private readonly SemaphoreSlim? _places;

    public OpenAiEmbeddings(ModelConnection connection, string? key, ModelHttp http) : this(connection, key, http, OpenAiChatClients.BaseAddress(connection.Endpoint))
    {
    }

    private OpenAiEmbeddings(ModelConnection connection, string? key, ModelHttp http, Uri server) : this(connection, key, http, server, new ModelErrors(connection, key, server))
    {
    }

    private OpenAiEmbeddings(ModelConnection connection, string? key, ModelHttp http, Uri server, ModelErrors errors)
        : base(Open(connection, key, http, server, errors).GetEmbeddingClient(connection.Model).AsIEmbeddingGenerator())
    {
        _errors = errors;
        _places = connection.Options.MaxConcurrent is { } most ? new SemaphoreSlim(most, most) : null;
    }

    /// <exception cref="ModelException">The server failed, or answered with something else than one vector for each text, all of one length.</exception>
    public override async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        GeneratedEmbeddings<Embedding<float>> all = [];
        long? tokens = 0;
        foreach (string[] texts in values.Chunk(Batch))
        {
            GeneratedEmbeddings<Embedding<float>> made = await AskAsync(texts, options, cancellationToken);
            if (made.Count != texts.Length) throw _errors.Bad($"it holds {made.Count} vectors for {texts.Length} texts");
            int length = (all.Count > 0 ? all : made)[0].Vector.Length;
            if (length == 0 || made.Any(one => one.Vector.Length != length)) throw _errors.Bad("its vectors are not of one length");
            if (made.Any(one => one.Vector.Span.ContainsAnyExceptInRange(float.MinValue, float.MaxValue))) throw _errors.Bad("a vector holds something that is no number");
            all.AddRange(made);
            CountedTokens.Clean(made.Usage);
            tokens += made.Usage?.InputTokenCount;
        }
        all.Usage = tokens is null ? null : new UsageDetails { InputTokenCount = tokens, TotalTokenCount = tokens };
        return all;
    }

    private async Task<GeneratedEmbeddings<Embedding<float>>> AskAsync(string[] texts, EmbeddingGenerationOptions? options, CancellationToken cancellation)
    {
        if (_places is not null) await _places.WaitAsync(cancellation);
        try
        {
            return await base.GenerateAsync(texts, options, cancellation);
        }
        catch (Exception e) when (e is not ModelException && !(e is OperationCanceledException && cancellation.IsCancellationRequested))
        {
            throw _errors.Map(e);
        }
        finally
        {
            _places?.Release();
        }
    }

    private static OpenAIClient Open(ModelConnection connection, string? key, ModelHttp http, Uri server, ModelErrors errors) =>
        OpenAiChatClients.Open(server, key, http.Create(connection, errors, http.Limits with { MaxResponseBytes = LargestAnswer }));

    protected override void Dispose(bool disposing)
    {
        if (disposing) _places?.Dispose();
        base.Dispose(disposing);
    }
}
