using Designer.Models.Onnx.Folders;
using Designer.Models.Onnx.Generation;
using Designer.Models.Onnx.Sessions;
using Designer.Models.Onnx.Tokenizers;
using Microsoft.ML.OnnxRuntime;

namespace Designer.Models.Onnx.Chat;

/// <summary>A chat model in memory: graph, tokenizer, adapters and what its folder says about generating.</summary>
internal sealed class ChatRuntime : IDisposable
{
    private const int UnsaidContext = 2048;

    private readonly InferenceSession _session;
    private readonly LoraAdapters _adapters;

    private ChatRuntime(OnnxFolder folder, OnnxSettings settings)
    {
        Tokenizer = Tokenizer.Load(folder.Folder);
        Defaults = ChatDefaults.Read(folder.Folder);
        ContextTokens = folder.ContextTokens ?? UnsaidContext;
        _session = SessionOpening.Open(folder.Graph, settings);
        try
        {
            var graph = DecoderGraph.Read(_session, folder.File);
            _adapters = new LoraAdapters(folder.Folder, takesAdapters: _session.OverridableInitializerMetadata.Count > 0);
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
    public ChatDefaults Defaults { get; }
    public Generator Generator { get; }
    public int ContextTokens { get; }

    public void Dispose()
    {
        Generator.Dispose();
        _adapters.Dispose();
        _session.Dispose();
    }
}
