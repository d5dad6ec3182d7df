using Designer.Engine;
using Designer.Flows;
using Designer.Models;
using Designer.Models.Connections;
using Designer.Models.Kinds;
using Microsoft.Extensions.AI;

namespace Designer.Nodes.Models;

[Node("models.embed", NodeGroup.Models, Name = "Embedding model", Icon = "binary", Summary = "{model}", Effect = true,
    Example = "Embed product descriptions, to find those that are alike.",
    Description = "Turns texts into vectors: texts that mean the same lie close together. Compare them in a code node, or send them to a vector store.")]
public sealed class EmbedNode(IModels models) : Node<EmbedNode.Settings, EmbedNode.Outputs>
{
    public enum Purpose { Anything, Questions, Documents }

    public sealed record Settings(
        [property: Setting("Model", Slot = "model", Needs = [ModelNeeds.Embedding], Required = true)] string Model,
        [property: Setting("Texts", Widget = Widget.Reference, Required = true, Help = "A text or a list of texts or passages, e.g. {{ search.chunks }}.")] object? Texts,
        [property: Setting("Texts are", Help = "Models that were trained with prefixes treat questions and documents differently.")] Purpose Purpose = Purpose.Anything);

    /// <param name="Vector">The first text's.</param>
    public sealed record Outputs(
        [property: Output("Vectors", Type = "array<any>")] IReadOnlyList<IReadOnlyList<float>> Vectors,
        [property: Output("First vector", Type = "array<number>")] IReadOnlyList<float> Vector,
        [property: Output("Dimensions")] int Dimensions,
        [property: Output("Input tokens")] long InputTokens);

    public override async ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step)
    {
        IReadOnlyList<string> texts = KindCall.Texts(settings.Texts, "embed.noText");
        ModelConnection model = await KindCall.FindAsync(models, settings.Model, step).ConfigureAwait(false);
        EmbeddingGenerationOptions options = new()
        {
            AdditionalProperties = settings.Purpose switch
            {
                Purpose.Questions => new() { [EmbeddingPurpose.Property] = EmbeddingPurpose.Query },
                Purpose.Documents => new() { [EmbeddingPurpose.Property] = EmbeddingPurpose.Document },
                _ => null,
            },
        };
        long atMost = texts.Sum(TokenEstimate.AtMost);
        GeneratedEmbeddings<Embedding<float>> made = await KindCall.RunAsync<IEmbeddingGenerator<string, Embedding<float>>, GeneratedEmbeddings<Embedding<float>>>(
            models, model, atMost, step, generator => generator.GenerateAsync(texts, options, step.Cancellation), result => result.Usage?.InputTokenCount,
            result => result.AdditionalProperties?.ContainsKey(ChatModel.FromCache) == true).ConfigureAwait(false);
        float[][] vectors = [.. made.Select(one => one.Vector.ToArray())];
        return StepResult.Done(new Outputs(vectors, vectors[0], vectors[0].Length, made.Usage?.InputTokenCount ?? atMost));
    }
}
