using System.Diagnostics;
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
        var spans = new List<Activity>();
        var name = $"priced-{Guid.NewGuid():N}";
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ModelTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => { lock (spans) spans.Add(span); },
        };
        ActivitySource.AddActivityListener(listener);
        using var models = OnnxRegistry.Create();
        var client = await models.ClientAsync(OnnxRegistry.Connection("stories260k", name) with { InputPrice = 1_000_000, OutputPrice = 2_000_000 });
        var options = new ChatOptions { MaxOutputTokens = 7, Temperature = 0 };
        await client.GetStreamingResponseAsync("Once upon a time", options, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        await client.GetResponseAsync("Once upon a time", options, TestContext.Current.CancellationToken);

        Activity[] own;
        lock (spans) own = [.. spans.Where(s => (string?)s.GetTagItem("designer.model") == name)];
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
}
