using Designer.Models.Onnx.Encoders;
using Designer.Models.Onnx.Folders;
using Designer.Models.Onnx.Sessions;

namespace Designer.Models.Onnx.Embeddings;

/// <summary>An embedding model in memory.</summary>
internal sealed class EmbeddingRuntime : IDisposable
{
    private const int UnsaidLength = 512;

    private readonly Encoder _encoder;
    private readonly Dictionary<string, string> _prefixes;
    private readonly int _longest;

    public EmbeddingRuntime(OnnxFolder folder, OnnxSettings settings)
    {
        var prompts = JsonFile.Read(folder.Folder, "config_sentence_transformers.json")["prompts"];
        _prefixes = prompts is { ValueKind: System.Text.Json.JsonValueKind.Object } some ? some.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.ToString()) : [];
        _longest = JsonFile.Read(folder.Folder, "sentence_bert_config.json").Whole("max_seq_length") ?? folder.ContextTokens ?? UnsaidLength;
        _encoder = new Encoder(folder, settings, Pooling.Read(folder.Folder).Apply);
    }

    /// <param name="purpose">What the texts are for (<c>query</c>, <c>document</c>): models trained with prefixes get theirs.</param>
    /// <returns>A vector for each text, and how many tokens were read in all.</returns>
    public async Task<(float[][] Vectors, long Tokens)> EmbedAsync(IEnumerable<string> texts, string? purpose, CancellationToken cancellation)
    {
        var prefix = purpose is null ? "" : _prefixes.GetValueOrDefault(purpose, "");
        var tokens = texts.Select(text => _encoder.Tokenizer.Tokenize(prefix + text, maxTokens: _longest)).ToList();
        return (await _encoder.RunAsync(tokens, cancellation), tokens.Sum(t => (long)t.Ids.Length));
    }

    public void Dispose() => _encoder.Dispose();
}
