using System.Diagnostics;
using Designer.Models.Kinds;
using Designer.Models.Metering;
using Designer.Models.Tests.Onnx;
using Designer.Models.Tests.OpenAi;
using Microsoft.Extensions.AI;

namespace Designer.Models.Tests.Metering;

public class ModelSpanTests
{
    [Fact]
    public async Task A_call_is_a_span_with_the_conventions_names_its_times_and_its_cost_and_not_what_was_said()
    {
        var name = $"priced-{Guid.NewGuid():N}";
        using var spans = new HeardSpans();
        using var models = OnnxRegistry.Create();
        var client = await models.ClientAsync(OnnxRegistry.Connection("stories260k", name) with { InputPrice = 1_000_000, OutputPrice = 2_000_000 });
        var options = new ChatOptions { MaxOutputTokens = 7, Temperature = 0 };
        await client.GetStreamingResponseAsync("Once upon a time", options, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        await client.GetResponseAsync("Once upon a time", options, TestContext.Current.CancellationToken);

        Activity[] own = spans.Of(name);
        Assert.Equal(2, own.Length);
        foreach (var span in own)
        {
            Assert.Equal("chat", span.GetTagItem("gen_ai.operation.name"));
            Assert.Equal("onnxruntime", span.GetTagItem("gen_ai.provider.name"));
            Assert.Equal("stories260k", span.GetTagItem("gen_ai.response.model"));
            Assert.Equal(("5", "7"), ($"{span.GetTagItem("gen_ai.usage.input_tokens")}", $"{span.GetTagItem("gen_ai.usage.output_tokens")}"));
            Assert.Equal(5d + 2 * 7, span.GetTagItem("designer.cost"));
            Assert.IsType<double>(span.GetTagItem("designer.queue_ms"));
            Assert.DoesNotContain(span.TagObjects, tag => $"{tag.Value}".Contains("Once upon", StringComparison.Ordinal));
        }
        Assert.True((double)own[0].GetTagItem("designer.first_token_ms")! > 0);
        // The first call loaded the model, the second found it warm.
        Assert.True((double)own[0].GetTagItem("designer.load_ms")! > 0);
        Assert.Equal(0d, own[1].GetTagItem("designer.load_ms"));
    }

    [Fact]
    public async Task Every_other_kind_of_a_model_in_this_process_is_a_span_too_and_a_failure_says_so()
    {
        var name = $"kinds-{Guid.NewGuid():N}";
        using var spans = new HeardSpans();
        using var models = OnnxRegistry.Create();
        var cancellation = TestContext.Current.CancellationToken;
        T Face<T>(string model) where T : class => models.Registry.CreateOther<T>(OnnxRegistry.Connection(model, name) with { InputPrice = 1_000_000 });
        var meter = CallMeter.Begin();
        await Face<IEmbeddingGenerator<string, Embedding<float>>>("use-lite-en").GenerateAsync(["a secret sentence"], cancellationToken: cancellation);
        await Face<ITextClassifier>("prompt-guard-tfidf/jailbreak.onnx").ClassifyAsync(["a secret sentence"], cancellation);
        await Face<IFileClassifier>("magika-v3.3").ClassifyAsync("a secret sentence"u8.ToArray(), cancellation);
        await Assert.ThrowsAsync<ModelException>(() => Face<IImageReader>("pp-ocr-v4").ReadAsync("a secret sentence"u8.ToArray(), cancellation));

        Activity[] own = spans.Of(name);
        Assert.Equal(["embeddings", "classify", "classify", "ocr"], own.Select(s => s.GetTagItem("gen_ai.operation.name")));
        Assert.All(own, span =>
        {
            Assert.Equal("onnxruntime", span.GetTagItem("gen_ai.provider.name"));
            Assert.NotNull(span.GetTagItem("gen_ai.request.model"));
            Assert.True((double)span.GetTagItem("designer.load_ms")! > 0);
            Assert.DoesNotContain(span.TagObjects, tag => $"{tag.Value}".Contains("secret", StringComparison.Ordinal));
        });
        Assert.True((double)own[0].GetTagItem("designer.cost")! > 0);
        Assert.Equal([ActivityStatusCode.Unset, ActivityStatusCode.Unset, ActivityStatusCode.Unset, ActivityStatusCode.Error], own.Select(s => s.Status));
        Assert.StartsWith("model.", (string)own[3].GetTagItem("error.type")!, StringComparison.Ordinal);
        // Whoever measures around the calls hears of the loads all the same.
        Assert.True(meter.Load > TimeSpan.Zero);
    }
}
