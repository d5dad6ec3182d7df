using System.Runtime.InteropServices;
using System.Text;
using Designer.Models.Connections;
using Designer.Models.Kinds;
using Designer.Models.Metering;
using Microsoft.Extensions.AI;

namespace Designer.Models.Caching;

/// <summary>Computes each text's vector once. A vector depends on the model's files, the text's purpose and the text alone, so it is kept long.</summary>
/// <param name="identity">Names the model so that another model, or another state of its files, has another name.</param>
internal sealed class RememberingEmbeddings(IEmbeddingGenerator<string, Embedding<float>> inner, ModelMemory memory, ModelConnection connection, string identity, TimeProvider time) : DelegatingEmbeddingGenerator<string, Embedding<float>>(inner)
{
    private static readonly TimeSpan s_time = TimeSpan.FromDays(30);

    public override async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        DateTimeOffset since = time.GetUtcNow();
        string[] texts = [.. values];
        var kind = $"{identity}\n{options?.ModelId}\n{options?.Dimensions}\n{options?.AdditionalProperties?.GetValueOrDefault(EmbeddingPurpose.Property)}\n";
        string[] keys = [.. texts.Select(t => ModelMemory.KeyOf(connection.WorkspaceId, "vector", Encoding.UTF8.GetBytes(kind + t)))];
        var known = await memory.FindAsync(connection.WorkspaceId, keys, cancellationToken);
        int[] missing = [.. Enumerable.Range(0, texts.Length).Where(i => known[i] is null)];
        var vectors = new Embedding<float>[texts.Length];
        for (var i = 0; i < texts.Length; i++)
            if (known[i] is { } kept) vectors[i] = new Embedding<float>(MemoryMarshal.Cast<byte, float>(kept).ToArray());
        // What is missing is a call with a span of its own.
        if (missing.Length < texts.Length)
            ModelTelemetry.StartKnown("embeddings", connection, this.GetService<EmbeddingGeneratorMetadata>()?.ProviderName, null, since)?.SetTag("designer.known_texts", texts.Length - missing.Length).Dispose();
        long? tokens = 0;
        if (missing.Length > 0)
        {
            var made = await base.GenerateAsync(missing.Select(i => texts[i]), options, cancellationToken);
            for (var i = 0; i < missing.Length; i++) vectors[missing[i]] = made[i];
            tokens = made.Usage?.InputTokenCount;
            await memory.KeepAsync(connection.WorkspaceId, [.. missing.Select(i => (keys[i], MemoryMarshal.AsBytes(vectors[i].Vector.Span).ToArray())).DistinctBy(v => v.Item1)], s_time, cancellationToken);
        }
        return new GeneratedEmbeddings<Embedding<float>>(vectors)
        {
            Usage = tokens is null ? null : new UsageDetails { InputTokenCount = tokens, TotalTokenCount = tokens },
            AdditionalProperties = missing.Length == 0 ? new() { [ChatModel.FromCache] = true } : null,
        };
    }
}
