using System.Text.Json;

namespace Designer.Models.Tests.Onnx.Graphs;

/// <summary>Models that the tests write themselves: a folder with a graph and a tokenizer of whole words, gone when disposed.</summary>
internal sealed class WrittenModels : IDisposable
{
    private static readonly string[] s_special = ["[UNK]", "[CLS]", "[SEP]"];

    public string Home { get; } = Directory.CreateTempSubdirectory("designer-written").FullName;

    /// <summary>Scores a pair by the words of the second text: the sum of their weights.</summary>
    public void Reranker(string name, params (string Word, float Weight)[] words)
    {
        Tokenizer(name, [.. words.Select(w => w.Word)]);
        Config(name, new { architectures = new[] { "BertForSequenceClassification" }, id2label = new Dictionary<string, string> { ["0"] = "LABEL_0" }, max_position_embeddings = 64 });
        TextInputs(new GraphWriter(), types: true)
            .Weights("weights", GraphWriter.Float, [0f, 0f, 0f, .. words.Select(w => w.Weight)], words.Length + 3, 1)
            .Weights("one", GraphWriter.Int64, [1L], 1)
            .Weights("two", GraphWriter.Int64, [2L], 1)
            .Node("Gather", ["weights", "input_ids"], "picked")
            .Node("Mul", ["attention_mask", "token_type_ids"], "second")
            .Node("Cast", ["second"], "numbers", "", ("to", GraphWriter.Float))
            .Node("Unsqueeze", ["numbers", "two"], "column")
            .Node("Mul", ["picked", "column"], "counted")
            .Node("ReduceSum", ["counted", "one"], "logits", "", ("keepdims", 0))
            .Output("logits", GraphWriter.Float, "batch", 1)
            .Save(Path.Combine(Home, name, "model.onnx"));
    }

    /// <summary>Labels each word by a table.</summary>
    public void SpanFinder(string name, string[] labels, int longest, params (string Word, string Label)[] words)
    {
        Tokenizer(name, [.. words.Select(w => w.Word)]);
        Config(name, new { architectures = new[] { "BertForTokenClassification" }, id2label = labels.Index().ToDictionary(l => l.Index.ToString(System.Globalization.CultureInfo.InvariantCulture), l => l.Item), max_position_embeddings = longest });
        var table = new float[(words.Length + 3) * labels.Length];
        for (var row = 0; row < words.Length + 3; row++) table[row * labels.Length + (row < 3 ? 0 : Array.IndexOf(labels, words[row - 3].Label))] = 6;
        TextInputs(new GraphWriter(), types: false)
            .Weights("table", GraphWriter.Float, table, words.Length + 3, labels.Length)
            .Node("Gather", ["table", "input_ids"], "logits")
            .Output("logits", GraphWriter.Float, "batch", "length", labels.Length)
            .Save(Path.Combine(Home, name, "model.onnx"));
    }

    /// <summary>A classifier of whole texts: adds up the words' columns.</summary>
    public void Classifier(string name, string[] labels, params (string Word, string Label)[] words)
    {
        Tokenizer(name, [.. words.Select(w => w.Word)]);
        Config(name, new { architectures = new[] { "BertForSequenceClassification" }, id2label = labels.Index().ToDictionary(l => l.Index.ToString(System.Globalization.CultureInfo.InvariantCulture), l => l.Item) });
        var table = new float[(words.Length + 3) * labels.Length];
        for (var row = 3; row < words.Length + 3; row++) table[row * labels.Length + Array.IndexOf(labels, words[row - 3].Label)] = 3;
        TextInputs(new GraphWriter(), types: false)
            .Weights("table", GraphWriter.Float, table, words.Length + 3, labels.Length)
            .Weights("one", GraphWriter.Int64, [1L], 1)
            .Weights("two", GraphWriter.Int64, [2L], 1)
            .Node("Gather", ["table", "input_ids"], "picked")
            .Node("Cast", ["attention_mask"], "numbers", "", ("to", GraphWriter.Float))
            .Node("Unsqueeze", ["numbers", "two"], "column")
            .Node("Mul", ["picked", "column"], "counted")
            .Node("ReduceSum", ["counted", "one"], "logits", "", ("keepdims", 0))
            .Output("logits", GraphWriter.Float, "batch", labels.Length)
            .Save(Path.Combine(Home, name, "model.onnx"));
    }

    /// <summary>A decoder that says the sum of all tokens so far, modulo its sixteen tokens. Its cache holds their values, so that a wrong
    /// cache, mask or padding gives a wrong sum.</summary>
    /// <param name="cache">The cache's and the logits' number type.</param>
    /// <param name="isInt4">The last product has four-bit weights (MatMulNBits), the identity.</param>
    public string Adder(string name, int cache, bool isInt4 = false)
    {
        const int vocabulary = 16;
        var values = Enumerable.Range(0, vocabulary).Select(i => (float)i).ToArray();
        var graph = new GraphWriter()
            .Input("input_ids", GraphWriter.Int64, "batch", "length")
            .Input("attention_mask", GraphWriter.Int64, "batch", "total")
            .Input("past_key_values.0.key", cache, "batch", 1, "past", 1)
            .Input("past_key_values.0.value", cache, "batch", 1, "past", 1)
            .Weights("values", GraphWriter.Float, values, vocabulary)
            .Weights("zeros", GraphWriter.Float, new float[vocabulary * vocabulary], vocabulary, vocabulary)
            .Weights("row", GraphWriter.Float, values, 1, 1, vocabulary)
            .Weights("modulus", GraphWriter.Float, [(float)vocabulary], 1)
            .Weights("axes", GraphWriter.Int64, [1L, 3L], 2)
            .Weights("middle", GraphWriter.Int64, [1L, 2L], 2)
            .Weights("first", GraphWriter.Int64, [1L], 1)
            .Node("Gather", ["values", "input_ids"], "picked")
            .Node("Unsqueeze", ["picked", "axes"], "column")
            .Node("Cast", ["column"], "fresh", "", ("to", cache))
            .Node("Concat", ["past_key_values.0.key", "fresh"], "present.0.key", "", ("axis", 2))
            .Node("Concat", ["past_key_values.0.value", "fresh"], "present.0.value", "", ("axis", 2))
            .Node("Cast", ["attention_mask"], "numbers", "", ("to", GraphWriter.Float))
            .Node("Unsqueeze", ["numbers", "middle"], "mask")
            .Node("Cast", ["present.0.value"], "seen", "", ("to", GraphWriter.Float))
            .Node("MatMul", ["mask", "seen"], "sum4")
            .Node("Squeeze", ["sum4", "first"], "sum")
            .Node("Mod", ["sum", "modulus"], "rest", "", ("fmod", 1))
            .Node("Sub", ["row", "rest"], "distance")
            .Node("Abs", ["distance"], "far")
            .Node("Neg", ["far"], "near")
            .Node("Gather", ["zeros", "input_ids"], "wide")
            .Node("Add", ["wide", "near"], "spread");
        if (isInt4) Identity(graph, vocabulary);
        graph.Node("Cast", [isInt4 ? "product" : "spread"], "logits", "", ("to", cache))
            .Output("logits", cache, "batch", "length", vocabulary)
            .Output("present.0.key", cache, "batch", 1, "total", 1)
            .Output("present.0.value", cache, "batch", 1, "total", 1)
            .Save(Path.Combine(Home, name, "model.onnx"));
        return Path.Combine(Home, name, "model.onnx");
    }

    // Four-bit weights are stored two to a byte, around 8: nines on the diagonal are ones.
    private static void Identity(GraphWriter graph, int size)
    {
        var packed = Enumerable.Repeat((byte)0x88, size * size / 2).ToArray();
        for (var i = 0; i < size; i++) packed[(i * size + i) / 2] = i % 2 == 0 ? (byte)0x89 : (byte)0x98;
        graph.Weights("packed", GraphWriter.UInt8, packed, size, 1, size / 2)
            .Weights("scales", GraphWriter.Float, Enumerable.Repeat(1f, size).ToArray(), size)
            .Node("MatMulNBits", ["spread", "packed", "scales"], "product", "com.microsoft", ("K", size), ("N", size), ("bits", 4), ("block_size", 16));
    }

    private static GraphWriter TextInputs(GraphWriter graph, bool types)
    {
        graph.Input("input_ids", GraphWriter.Int64, "batch", "length").Input("attention_mask", GraphWriter.Int64, "batch", "length");
        return types ? graph.Input("token_type_ids", GraphWriter.Int64, "batch", "length") : graph;
    }

    private void Config(string name, object config) => Write(name, "config.json", config);

    private void Tokenizer(string name, string[] words) => Write(name, "tokenizer.json", new
    {
        version = "1.0",
        added_tokens = s_special.Index().Select(t => new { id = t.Index, content = t.Item, single_word = false, lstrip = false, rstrip = false, normalized = false, special = true }),
        normalizer = new { type = "Lowercase" },
        pre_tokenizer = new { type = "Whitespace" },
        post_processor = new
        {
            type = "TemplateProcessing",
            single = new object[] { Special("[CLS]", 0), Part("A", 0), Special("[SEP]", 0) },
            pair = new object[] { Special("[CLS]", 0), Part("A", 0), Special("[SEP]", 0), Part("B", 1), Special("[SEP]", 1) },
            special_tokens = new Dictionary<string, object> { ["[CLS]"] = Known("[CLS]", 1), ["[SEP]"] = Known("[SEP]", 2) },
        },
        model = new { type = "WordLevel", vocab = s_special.Concat(words).Index().ToDictionary(w => w.Item, w => w.Index), unk_token = "[UNK]" },
    });

    private static object Special(string id, int type) => new { SpecialToken = new { id, type_id = type } };
    private static object Part(string id, int type) => new { Sequence = new { id, type_id = type } };
    private static object Known(string id, int number) => new { id, ids = new[] { number }, tokens = new[] { id } };

    private void Write(string name, string file, object content)
    {
        Directory.CreateDirectory(Path.Combine(Home, name));
        File.WriteAllText(Path.Combine(Home, name, file), JsonSerializer.Serialize(content));
    }

    public void Dispose() => Directory.Delete(Home, recursive: true);
}
