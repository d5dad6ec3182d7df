using Designer.Models.Connections;
using Designer.Models.Kinds;
using Designer.Models.Metering;
using Designer.Models.Onnx.Folders;
using Microsoft.Extensions.AI;

namespace Designer.Models.Onnx.Embeddings;

/// <summary>An embedding model of this process behind the abstractions' generator.</summary>
internal sealed class OnnxEmbeddingGenerator(OnnxModels models, ModelConnection connection, OnnxFolder folder) : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly EmbeddingGeneratorMetadata _metadata = new("onnxruntime", defaultModelId: connection.Model);

    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        using var lease = await models.UseAsync(folder, (f, settings) => new EmbeddingRuntime(f, settings), cancellationToken);
        var purpose = options?.AdditionalProperties?.TryGetValue(EmbeddingPurpose.Property, out string? said) == true ? said : null;
        var (vectors, tokens) = await lease.Model.EmbedAsync(values, purpose, cancellationToken);
        ModelTelemetry.Current?.SetTag("designer.model", connection.Name).SetTag("designer.load_ms", lease.Loading.TotalMilliseconds).SetTag("designer.cost", (double?)connection.Cost(tokens, 0));
        return new GeneratedEmbeddings<Embedding<float>>(vectors.Select(v => new Embedding<float>(v) { ModelId = connection.Model }))
        {
            Usage = new UsageDetails { InputTokenCount = tokens, TotalTokenCount = tokens },
        };
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null) return null;
        return serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata : serviceType.IsInstanceOfType(this) ? this : null;
    }

    public void Dispose()
    {
        // The model belongs to the pool.
    }
}
