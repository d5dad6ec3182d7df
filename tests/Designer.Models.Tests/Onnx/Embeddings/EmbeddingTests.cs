using System.Numerics.Tensors;
using Designer.Models.Onnx.Embeddings;
using Designer.Models.Onnx.Encoders;
using Designer.Models.Onnx.Tokenizers;
using Microsoft.Extensions.AI;

namespace Designer.Models.Tests.Onnx.Embeddings;

public class EmbeddingTests
{
    private static readonly CancellationToken s_cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sentences_of_like_meaning_lie_close_together()
    {
        using var models = OnnxRegistry.Create();
        var generator = models.Registry.CreateOther<IEmbeddingGenerator<string, Embedding<float>>>(OnnxRegistry.Connection("use-lite-en"));
        var made = await generator.GenerateAsync(["How old are you?", "What is your age?", "The weather is bad today."], cancellationToken: s_cancellation);
        Assert.All(made, e => Assert.Equal((512, 1f), (e.Vector.Length, MathF.Round(TensorPrimitives.Norm<float>(e.Vector.Span), 4))));
        var near = TensorPrimitives.CosineSimilarity<float>(made[0].Vector.Span, made[1].Vector.Span);
        var far = TensorPrimitives.CosineSimilarity<float>(made[0].Vector.Span, made[2].Vector.Span);
        Assert.True(near > 0.7f && near > far + 0.3f, $"{near} {far}");
        Assert.True(made.Usage!.InputTokenCount > 10);
    }

    [Fact]
    public async Task Company_changes_nothing_and_long_texts_are_cut_at_the_models_length()
    {
        using var models = OnnxRegistry.Create();
        var generator = models.Registry.CreateOther<IEmbeddingGenerator<string, Embedding<float>>>(OnnxRegistry.Connection("use-lite-en"));
        var texts = Enumerable.Range(0, 40).Select(i => string.Join(' ', Enumerable.Repeat($"sentence number {i}", 1 + i % 9 * 8))).ToArray();
        var together = await Task.WhenAll(texts.Chunk(7).Select(c => generator.GenerateAsync(c, cancellationToken: s_cancellation)));
        var all = together.SelectMany(t => t).ToList();
        for (var i = 0; i < texts.Length; i += 5)
        {
            var alone = await generator.GenerateVectorAsync(texts[i], cancellationToken: s_cancellation);
            Assert.True(TensorPrimitives.CosineSimilarity<float>(alone.Span, all[i].Vector.Span) > 0.9999f);
        }
    }

    [Theory]
    [InlineData("First", new[] { 3f, 4f })]
    [InlineData("Last", new[] { 0f, 2f })]
    [InlineData("Mean", new[] { 1.5f, 3f })]
    public void Token_vectors_are_pooled_as_the_folder_says(string mode, float[] expected)
    {
        var text = new TokenizedText([5, 6], [0, 0], [0, 0], [default, default]);
        // The third place is padding.
        float[] values = [3, 4, 0, 2, 100, 100];
        var pooling = new Pooling(Enum.Parse<PoolingMode>(mode), Normalizes: false);
        Assert.Equal(expected, pooling.Apply(new EncoderOutput(values, [1, 3, 2]), 0, text));
        Assert.Equal(1, TensorPrimitives.Norm<float>((pooling with { Normalizes = true }).Apply(new EncoderOutput(values, [1, 3, 2]), 0, text)), 4);
    }

    [Fact]
    public void The_files_of_sentence_transformers_are_read()
    {
        var folder = Directory.CreateTempSubdirectory("designer-pooling").FullName;
        try
        {
            Assert.Equal(new Pooling(PoolingMode.Mean, true), Pooling.Read(folder));
            Directory.CreateDirectory(Path.Combine(folder, "1_Pooling"));
            File.WriteAllText(Path.Combine(folder, "1_Pooling", "config.json"), """{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}""");
            File.WriteAllText(Path.Combine(folder, "modules.json"), """[{"idx": 0, "type": "sentence_transformers.models.Transformer"}]""");
            Assert.Equal(new Pooling(PoolingMode.First, false), Pooling.Read(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
