using Designer.Models.Onnx.Encoders;
using Designer.Models.Onnx.Folders;
using Designer.Models.Onnx.Sessions;
using Designer.Models.Tests.Onnx.Graphs;

namespace Designer.Models.Tests.Onnx.Encoders;

public sealed class EncoderTests : IDisposable
{
    private readonly WrittenModels _written = new();

    // Of a text of 20 words and its two marks: 22 places of 40 × 1,024 × 1,000 bytes, which is 860 MiB.
    private const string Sizes = """{"architectures":["BertForSequenceClassification"],"id2label":{"0":"a","1":"b"},"hidden_size":1024000,"num_attention_heads":1,"max_position_embeddings":64}""";

    private async Task<List<long>> BatchesAsync(OnnxSettings settings, string? config)
    {
        _written.Classifier("labels", ["a", "b"], ("good", "a"), ("bad", "b"));
        if (config is not null) File.WriteAllText(Path.Combine(_written.Home, "labels", "config.json"), config);
        List<long> batches = [];
        using var encoder = new Encoder(OnnxFolder.Read(Path.Combine(_written.Home, "labels")), settings, (output, row, _) =>
        {
            if (row == 0) batches.Add(output.Shape[0]);
            return output.Row(row).ToArray();
        });
        var texts = Enumerable.Range(0, 8).Select(_ => encoder.Tokenizer.Tokenize(string.Join(' ', Enumerable.Repeat("good", 20)))).ToList();
        var rows = await encoder.RunAsync(texts, TestContext.Current.CancellationToken);
        Assert.All(rows, row => Assert.True(row[0] > row[1]));
        return batches;
    }

    [Fact]
    public async Task Texts_share_a_batch_as_far_as_its_memory_reaches()
    {
        Assert.Equal([8], await BatchesAsync(new OnnxSettings { Threads = 1 }, config: null));
        // Two fit into 1,800 MiB, three do not; alone every text runs.
        Assert.Equal([2, 2, 2, 2], await BatchesAsync(new OnnxSettings { Threads = 1, CacheMegabytes = 1800 }, Sizes));
        Assert.Equal(Enumerable.Repeat(1L, 8), await BatchesAsync(new OnnxSettings { Threads = 1, CacheMegabytes = 1 }, Sizes));
        Assert.Equal([3, 3, 2], await BatchesAsync(new OnnxSettings { Threads = 1, LargestBatch = 3 }, config: null));
    }

    [Fact]
    public void What_a_full_batch_works_with_counts_before_it_is_loaded()
    {
        _written.Classifier("labels", ["a", "b"], ("good", "a"), ("bad", "b"));
        File.WriteAllText(Path.Combine(_written.Home, "labels", "config.json"), Sizes);
        var settings = new OnnxSettings { CacheMegabytes = 100 };
        using var models = new Designer.Models.Onnx.OnnxModels(new ModelPaths(_written.Home, settings), settings, TimeProvider.System);
        var folder = models.Find("labels");
        Assert.Equal(folder.Bytes + (100L << 20), models.Estimate(folder).Bytes);
    }

    public void Dispose() => _written.Dispose();
}
