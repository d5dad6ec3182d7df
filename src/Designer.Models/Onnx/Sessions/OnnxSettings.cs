using Designer.Models.Connections;

namespace Designer.Models.Onnx.Sessions;

/// <summary>How models run inside this process; the host reads it from the section <c>onnx</c>.</summary>
public sealed record OnnxSettings
{
    /// <summary>Execution provider: <c>cpu</c>, <c>cuda</c> (needs the GPU build), or the name of a plug-in in <see cref="ProviderLibraries"/>.</summary>
    public string Provider { get; init; } = ExecutionProvider.Cpu;

    /// <summary>Plug-in providers: name → path of the shared library.</summary>
    public IReadOnlyDictionary<string, string> ProviderLibraries { get; init; } = new Dictionary<string, string>();

    /// <summary>Handed to the provider as they are, e.g. <c>device_id</c> or <c>gpu_mem_limit</c>.</summary>
    public IReadOnlyDictionary<string, string> ProviderOptions { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether a model may run on the CPU when its provider cannot load.</summary>
    public bool FallBackToCpu { get; init; }

    /// <summary>Threads of one model; 0 leaves it to the runtime (one per core).</summary>
    public int Threads { get; init; }

    /// <summary>What all loaded models may take together; 0 means half of what this process may use.</summary>
    public int MemoryMegabytes { get; init; }

    /// <summary>What the running requests of one model may take: a chat model's keys and values, and what an encoder works with.</summary>
    public int CacheMegabytes { get; init; } = 1024;

    /// <summary>How many requests of one model share a batch.</summary>
    public int LargestBatch { get; init; } = 32;

    /// <summary>How many requests of one model may wait for a place.</summary>
    public int LongestQueue { get; init; } = 1024;

    /// <summary>Folders beside the data folder's <c>models</c> from which models may be loaded.</summary>
    public IReadOnlyList<string> AllowedFolders { get; init; } = [];

    /// <summary>The same with what one model's connection says otherwise.</summary>
    public OnnxSettings With(ModelOptions own) => this with
    {
        Provider = own.ExecutionProvider ?? Provider,
        FallBackToCpu = own.FallBackToCpu ?? FallBackToCpu,
        CacheMegabytes = own.CacheMegabytes ?? CacheMegabytes,
        LargestBatch = own.MaxConcurrent ?? LargestBatch,
    };

    internal long MemoryBytes => (long)MemoryMegabytes << 20;
    internal long CacheBytes => (long)CacheMegabytes << 20;
}
