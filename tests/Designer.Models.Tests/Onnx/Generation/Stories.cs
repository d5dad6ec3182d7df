using System.Text;
using Designer.Models.Onnx.Folders;
using Designer.Models.Onnx.Generation;
using Designer.Models.Onnx.Sessions;
using Microsoft.ML.OnnxRuntime;

namespace Designer.Models.Tests.Onnx.Generation;

/// <summary>A generator over a shared model, with what its callers need to read along.</summary>
internal sealed class Stories : IDisposable
{
    /// <summary>"Once upon a time" with the start token.</summary>
    public static readonly int[] Prompt = [1, 403, 407, 261, 378];

    private readonly InferenceSession _session;
    private readonly LoraAdapters _adapters;

    public Stories(string file = "model.onnx", string model = "stories260k", GeneratorLimits? limits = null)
        : this(new FileInfo(Path.Combine(Repository.Model(model), file)), limits ?? new GeneratorLimits(512))
    {
    }

    public Stories(FileInfo graph, GeneratorLimits limits)
    {
        var path = graph.FullName;
        using var options = ExecutionProvider.Configure(new OnnxSettings { Threads = 1 }).Options;
        _session = new InferenceSession(path, options);
        Graph = DecoderGraph.Read(_session, GraphFile.Read(path));
        _adapters = new LoraAdapters(Path.GetDirectoryName(path)!, _session.OverridableInitializerMetadata.Count > 0);
        Generator = new Generator(_session, Graph, _adapters, limits);
    }

    public DecoderGraph Graph { get; }
    public Generator Generator { get; }

    public Task<Generated> RunAsync(int[] prompt, int tokens, Func<GenerationRequest, GenerationRequest>? with = null)
    {
        var sink = new CollectingSink();
        var request = new GenerationRequest(prompt, tokens, sink) { EndTokens = new HashSet<int> { 1, 2 } };
        Generator.Submit(with?.Invoke(request) ?? request);
        return sink.Done;
    }

    /// <summary>The text of tokens by the vocabulary file of llama2.c.</summary>
    public static string Text(IEnumerable<int> tokens)
    {
        using var reader = new BinaryReader(File.OpenRead(Path.Combine(Repository.Model("stories260k"), "tok512.bin")));
        reader.ReadInt32();
        var pieces = new List<string>();
        while (reader.BaseStream.Position < reader.BaseStream.Length)
        {
            reader.ReadSingle();
            pieces.Add(Encoding.UTF8.GetString(reader.ReadBytes(reader.ReadInt32())));
        }
        return string.Concat(tokens.Select(t => pieces[t] is ['<', '0', 'x', ..] raw ? ((char)Convert.ToByte(raw[3..5], 16)).ToString() : pieces[t]));
    }

    public void Dispose()
    {
        Generator.Dispose();
        _adapters.Dispose();
        _session.Dispose();
    }
}

internal sealed record Generated(IReadOnlyList<int> Tokens, GenerationEnd End);

/// <summary>Gathers a sequence's tokens; <see cref="OnToken"/> sees each and may end the answer.</summary>
internal sealed class CollectingSink : ITokenSink
{
    private readonly List<int> _tokens = [];
    private readonly TaskCompletionSource<Generated> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<Generated> Done => _done.Task;
    public Task First => _first.Task;
    public Func<int, bool>? OnToken { get; init; }

    public void Started()
    {
    }

    public bool Accept(int token)
    {
        _tokens.Add(token);
        _first.TrySetResult();
        return OnToken?.Invoke(token) == true;
    }

    public void Ended(GenerationEnd end) => _done.TrySetResult(new Generated(_tokens, end));

    public void Failed(Exception error)
    {
        if (error is OperationCanceledException) _done.TrySetCanceled();
        else _done.TrySetException(error);
    }
}
