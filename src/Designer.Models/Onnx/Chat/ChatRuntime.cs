using System.Collections.Concurrent;
using System.Text.Json;
using Designer.Models.Onnx.Constraints;
using Designer.Models.Onnx.Folders;
using Designer.Models.Onnx.Generation;
using Designer.Models.Onnx.Sessions;
using Designer.Models.Onnx.Tokenizers;
using Designer.Models.Onnx.ToolCalls;
using Microsoft.ML.OnnxRuntime;

namespace Designer.Models.Onnx.Chat;

/// <summary>A chat model in memory: graph, tokenizer, adapters and what its folder says about generating.</summary>
internal sealed class ChatRuntime : IDisposable
{
    private const int UnsaidContext = 2048;
    private const int MostConstraints = 64;

    private readonly InferenceSession _session;
    private readonly LoraAdapters _adapters;
    private readonly Lazy<TokenTrie> _tokens;
    private readonly ConcurrentDictionary<string, JsonConstraint> _constraints = new();

    private ChatRuntime(OnnxFolder folder, OnnxSettings settings)
    {
        Folder = ModelFolder.Open(folder.Folder);
        Tokenizer = Folder.LoadTokenizer();
        ToolCalls = ToolCallFormats.Of(string.Concat(Folder.ChatTemplates.Values));
        // A chat ends its turns with the tokenizer's end token, which may be another than the text's.
        EndTokens = Folder.Generation.EndTokens.Concat(Folder.SpecialTokens.End is { } end && Tokenizer.IdOf(end) is { } id ? [id] : []).ToHashSet();
        ContextTokens = folder.ContextTokens ?? UnsaidContext;
        _session = SessionOpening.Open(folder.Graph, settings);
        try
        {
            var graph = DecoderGraph.Read(_session, folder.File);
            _adapters = new LoraAdapters(folder.Folder, takesAdapters: _session.OverridableInitializerMetadata.Count > 0);
            _tokens = new Lazy<TokenTrie>(() => new TokenTrie(Tokenizer, [.. EndTokens], graph.Vocabulary));
            Generator = new Generator(_session, graph, _adapters, new GeneratorLimits(ContextTokens, settings.CacheBytes, settings.LargestBatch, settings.LongestQueue));
        }
        catch
        {
            _session.Dispose();
            throw;
        }
    }

    public static ChatRuntime Load(OnnxFolder folder, OnnxSettings settings) => new(folder, settings);

    public Tokenizer Tokenizer { get; }
    public ModelFolder Folder { get; }
    public IReadOnlySet<int> EndTokens { get; }

    /// <summary>How the model writes the calls that it wants made.</summary>
    public ToolCallFormat ToolCalls { get; }
    public Generator Generator { get; }
    public int ContextTokens { get; }

    /// <summary>Holds an answer to a schema; null for any JSON object. Schemas that come again are read once.</summary>
    public JsonGuide Guide(JsonElement? schema)
    {
        var key = schema?.GetRawText() ?? "";
        if (_constraints.Count >= MostConstraints) _constraints.Clear();
        return _constraints.GetOrAdd(key, _ => new JsonConstraint(schema, _tokens.Value)).Begin();
    }

    public void Dispose()
    {
        Generator.Dispose();
        _adapters.Dispose();
        _session.Dispose();
    }
}
