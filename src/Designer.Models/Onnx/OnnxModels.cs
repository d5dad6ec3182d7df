using System.Collections.Concurrent;
using Designer.Models.Connections;
using Designer.Models.Onnx.Chat;
using Designer.Models.Onnx.Folders;
using Designer.Models.Onnx.Sessions;
using Microsoft.Extensions.AI;

namespace Designer.Models.Onnx;

/// <summary>The models that run inside this process. One per process: they share its memory.</summary>
public sealed class OnnxModels(ModelPaths paths, OnnxSettings settings, TimeProvider time) : IDisposable
{
    private readonly ModelPool _pool = new(settings.MemoryCeiling, time);
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

    public ModelState StateOf(OnnxFolder folder) => _pool.StateOf(folder.Graph);

    /// <summary>What loading it now would take, for a check before a run.</summary>
    public LoadEstimate Estimate(OnnxFolder folder) => _pool.Estimate(folder.Graph, Needed(folder));

    /// <summary>Frees a model's memory; false while it is in use.</summary>
    public bool Unload(OnnxFolder folder) => _pool.Unload(folder.Graph);

    public IChatClient CreateChat(ModelConnection connection)
    {
        var folder = Find(connection.Model);
        return folder.Kind == OnnxKind.Chat ? new OnnxChatClient(this, connection, folder, time) : throw WrongKind(connection, folder, "chat");
    }

    internal Task<ModelLease<T>> UseAsync<T>(OnnxFolder folder, Func<OnnxFolder, T> load, CancellationToken cancellation) where T : class, IDisposable =>
        _pool.UseAsync(folder.Graph, Needed(folder), () => load(folder), cancellation);

    // A full batch of the longest requests, but never more than its ceiling.
    private long Needed(OnnxFolder folder) =>
        folder.Bytes + Math.Min(settings.CacheCeiling, 2L * settings.LargestBatch * folder.CacheBytesPerToken * (folder.ContextTokens ?? 0));

    private static ModelException WrongKind(ModelConnection connection, OnnxFolder folder, string wanted) =>
        new(ModelErrorCodes.Refused, $"The model '{connection.Name}' cannot be used for {wanted}: it is a model of the kind '{folder.Kind}'.");

    public void Dispose() => _pool.Dispose();
}
