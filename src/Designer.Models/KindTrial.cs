using System.Globalization;
using Designer.Models.Connections;
using Designer.Models.Kinds;
using Designer.Models.Onnx.Images;
using Microsoft.Extensions.AI;

namespace Designer.Models;

/// <summary>Tries out a model that does something else than chat: a small piece of work of its kind, and what came of it in words.</summary>
internal static class KindTrial
{
    private const string Sentence = "Ada Lovelace wrote the first program in 1843.";

    public static async Task<string> RunAsync(ModelRegistry registry, ModelConnection connection, CancellationToken cancellation)
    {
        var can = connection.Capabilities;
        if (can.HasFlag(ModelCapabilities.Embedding))
        {
            var made = await registry.CreateFresh<IEmbeddingGenerator<string, Embedding<float>>>(connection).GenerateAsync([Sentence], cancellationToken: cancellation);
            return $"A sentence became {made[0].Vector.Length} numbers.";
        }
        if (can.HasFlag(ModelCapabilities.Rerank))
        {
            var scores = await registry.CreateFresh<IReranker>(connection).ScoreAsync("Who wrote the first program?", [Sentence, "Bananas are yellow."], cancellation);
            return string.Create(CultureInfo.InvariantCulture, $"An answer scored {scores[0]:0.00}, a stray sentence {scores[1]:0.00}.");
        }
        if (can.HasFlag(ModelCapabilities.FindSpans))
        {
            var found = await registry.CreateFresh<ISpanFinder>(connection).FindAsync(Sentence, cancellation);
            return found.Count == 0 ? "Nothing was found in a sentence about Ada Lovelace." : string.Join(", ", found.Select(f => $"{f.Text}: {f.Label}")) + ".";
        }
        if (can.HasFlag(ModelCapabilities.ClassifyText)) return Best((await registry.CreateFresh<ITextClassifier>(connection).ClassifyAsync([Sentence], cancellation))[0]);
        if (can.HasFlag(ModelCapabilities.ClassifyFile)) return Best(await registry.CreateFresh<IFileClassifier>(connection).ClassifyAsync(Picture.Blank(), cancellation));
        if (can.HasFlag(ModelCapabilities.ReadImage)) return $"A blank page has {(await registry.CreateFresh<IImageReader>(connection).ReadAsync(Picture.Blank(), cancellation)).Count} lines.";
        if (can.HasFlag(ModelCapabilities.MakeImage)) return await registry.CreateFresh<IModelTrial>(connection).TryAsync(cancellation);
        throw new ModelException(ModelErrorCodes.Refused, $"The model '{connection.Name}' says of nothing that it can do it.");
    }

    private static string Best(IReadOnlyList<LabelScore> labels) => labels.Count == 0 ? "No label." : string.Create(CultureInfo.InvariantCulture, $"{labels[0].Label} ({labels[0].Score:0.00}).");
}
