using System.Collections.Concurrent;
using Designer.Models.Connections;
using Designer.Models.Metering;
using Designer.Models.Onnx.Folders;
using Designer.Models.Onnx.Sessions;

namespace Designer.Models.Onnx;

/// <summary>The models that run inside this process. One per process: they share its memory.</summary>
public sealed class OnnxModels(ModelPaths paths, OnnxSettings settings, TimeProvider time) : IDisposable
{
    private readonly ModelPool _pool = new(settings.MemoryBytes, time);
    private readonly ConcurrentDictionary<string, (DateTime Written, OnnxFolder Folder)> _known = new();

    public OnnxSettings Settings => settings;

    /// <summary>Where models are looked for that are named without a path.</summary>
    public string Home => paths.Home;

    /// <summary>What is in memory.</summary>
    public IReadOnlyList<Residence> Residents => _pool.Residents;

    /// <summary>The model behind a connection, recognised but not loaded.</summary>
    /// <exception cref="ModelException">It lies outside the allowed folders, or nothing usable is there.</exception>
    public OnnxFolder Find(string model)
    {
        var path = paths.Resolve(model);
        var written = Directory.Exists(path) ? Directory.GetLastWriteTimeUtc(path) : File.GetLastWriteTimeUtc(path);
        if (_known.TryGetValue(path, out var known) && known.Written == written) return known.Folder;
        var folder = OnnxFolder.Read(path);
        _known[path] = (written, folder);
        return folder;
    }

    /// <summary>The same with what the connection says of how it runs.</summary>
    public OnnxFolder Find(ModelConnection connection) => Find(connection.Model) with { Own = connection.Options };

    /// <summary>The models in <see cref="Home"/>, by the names that <see cref="Find"/> takes; what is no model is left out.</summary>
    public IReadOnlyList<string> List()
    {
        if (!Directory.Exists(Home)) return [];
        var found = new List<string>();
        foreach (var folder in Directory.EnumerateDirectories(Home).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(folder);
            if (IsModel(name)) found.Add(name);
            else found.AddRange(Directory.EnumerateFiles(folder, "*.onnx").Order(StringComparer.Ordinal).Select(file => $"{name}/{Path.GetFileName(file)}").Where(IsModel));
        }
        return found;
    }

    private bool IsModel(string name)
    {
        try
        {
            Find(name);
            return true;
        }
        catch (ModelException)
        {
            return false;
        }
    }

    public ModelState StateOf(OnnxFolder folder) => _pool.StateOf(folder.Key);

    /// <summary>The same for a connection's model; cold where it cannot be found.</summary>
    public ModelState StateOf(ModelConnection connection)
    {
        try
        {
            return StateOf(Find(connection));
        }
        catch (ModelException)
        {
            return ModelState.Cold;
        }
    }

    /// <summary>Why a model that is in memory runs on the CPU though it was meant to run elsewhere; null where it does what it should.</summary>
    public string? FallbackOf(ModelConnection connection)
    {
        var own = settings.With(connection.Options);
        return own.FallBackToCpu && StateOf(connection) == ModelState.Warm ? ExecutionProvider.MissingOf(own.Provider) : null;
    }

    /// <summary>What loading it now would take, for a check before a run.</summary>
    public LoadEstimate Estimate(OnnxFolder folder) => _pool.Estimate(folder.Key, Needed(folder));

    /// <summary>The same for several that shall be in memory at once.</summary>
    public LoadEstimate Estimate(IEnumerable<OnnxFolder> folders) => _pool.Estimate([.. folders.Select(f => (f.Key, Needed(f)))]);

    /// <summary>What all models may take together.</summary>
    public long Ceiling => _pool.Ceiling;

    /// <summary>Frees a model's memory; false while it is in use.</summary>
    public bool Unload(OnnxFolder folder) => _pool.Unload(folder.Key);

    internal async Task<ModelLease<T>> UseAsync<T>(OnnxFolder folder, Func<OnnxFolder, OnnxSettings, T> load, CancellationToken cancellation) where T : class, IDisposable
    {
        var lease = await _pool.UseAsync(folder.Key, Needed(folder), () => load(folder, settings.With(folder.Own)), cancellation);
        CallMeter.Loaded(lease.Loading);
        return lease;
    }

    // A full batch of the longest requests, but never more than its ceiling.
    private long Needed(OnnxFolder folder)
    {
        var own = settings.With(folder.Own);
        var longest = folder.ContextTokens ?? 0;
        return folder.Bytes + Math.Min(own.CacheBytes, folder.Kind == OnnxKind.Chat ? folder.Sizes.CacheBytes(2 * own.LargestBatch, longest) : folder.Sizes.ReadingBytes(own.LargestBatch, longest));
    }

    public void Dispose() => _pool.Dispose();
}
