namespace Designer.Models.Onnx.Sessions;

/// <summary>Whether a model is in memory.</summary>
public enum ModelState { Cold, Loading, Warm }

/// <summary>A model in memory, or on its way there.</summary>
public sealed record Residence(string Key, ModelState State, long Bytes, int Users)
{
    /// <summary>A key as people know the model: its folder's name, and the graph's where that is not the usual one.</summary>
    public static string NameOf(string key)
    {
        string folder = Path.GetFileName(Path.GetDirectoryName(key)) ?? "", graph = Path.GetFileName(key);
        return graph == "model.onnx" ? folder : graph.Contains(".onnx", StringComparison.Ordinal) ? $"{folder}/{graph}" : graph;
    }
}

/// <summary>What loading one model or several would take.</summary>
/// <param name="Bytes">0 when all are in memory already.</param>
/// <param name="WouldEvict">The idle models that would have to go, least lately used first.</param>
/// <param name="Fits">False when it does not fit even then, now that others are in use, or ever.</param>
public sealed record LoadEstimate(long Bytes, IReadOnlyList<string> WouldEvict, bool Fits);

/// <summary>Keeps models in memory under a ceiling. They load when first used, and the one that was used least lately goes when another
/// needs the room; one that is in use stays.</summary>
internal sealed class ModelPool(long ceiling, TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = [];

    public long Ceiling { get; } = ceiling > 0 ? ceiling : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;

    public IReadOnlyList<Residence> Residents
    {
        get
        {
            lock (_gate) return [.. _entries.Values.Select(e => new Residence(e.Key, e.State, e.Bytes, e.Users))];
        }
    }

    public ModelState StateOf(string key)
    {
        lock (_gate) return _entries.TryGetValue(key, out var entry) ? entry.State : ModelState.Cold;
    }

    public LoadEstimate Estimate(string key, long bytes) => Estimate([(key, bytes)]);

    /// <summary>What it would take to have all of them in memory at once.</summary>
    public LoadEstimate Estimate(IReadOnlyCollection<(string Key, long Bytes)> wanted)
    {
        lock (_gate)
        {
            var cold = wanted.DistinctBy(w => w.Key).Where(w => !_entries.ContainsKey(w.Key)).Sum(w => w.Bytes);
            if (cold == 0) return new LoadEstimate(0, [], true);
            var going = Going(cold, out var fits, [.. wanted.Select(w => w.Key)]);
            return new LoadEstimate(cold, [.. going.Select(e => e.Key)], fits);
        }
    }

    /// <summary>The model, loaded if need be, kept in memory until the lease is disposed.</summary>
    /// <exception cref="ModelException">There is no room for it, or it does not load.</exception>
    public async Task<ModelLease<T>> UseAsync<T>(string key, long bytes, Func<T> load, CancellationToken cancellation) where T : class, IDisposable
    {
        Entry entry;
        List<Entry> going;
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out entry!))
            {
                going = Going(bytes, out var fits);
                if (!fits) throw NoRoom(key, bytes);
                foreach (var leaving in going) _entries.Remove(leaving.Key);
                // Others wait for the same load, so one caller's cancellation does not stop it.
                _entries[key] = entry = new Entry(key, bytes);
                entry.Model = Task.Run(() => Load(entry, going, load), CancellationToken.None);
            }
            entry.Users++;
        }
        try
        {
            var start = time.GetTimestamp();
            var wasWarm = entry.State == ModelState.Warm;
            var model = (T)await entry.Model.WaitAsync(cancellation);
            return new ModelLease<T>(model, wasWarm ? TimeSpan.Zero : time.GetElapsedTime(start), () => Release(entry));
        }
        catch
        {
            Release(entry);
            throw;
        }
    }

    /// <summary>Forgets a model that nobody uses; false when somebody does.</summary>
    public bool Unload(string key)
    {
        Entry? entry;
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out entry)) return true;
            if (entry.Users > 0 || entry.State != ModelState.Warm) return false;
            _entries.Remove(key);
        }
        entry.Drop();
        return true;
    }

    private IDisposable Load(Entry entry, List<Entry> going, Func<IDisposable> load)
    {
        try
        {
            foreach (var leaving in going) leaving.Drop();
            var model = load();
            lock (_gate) entry.State = ModelState.Warm;
            return model;
        }
        catch
        {
            lock (_gate) _entries.Remove(entry.Key);
            throw;
        }
    }

    private void Release(Entry entry)
    {
        lock (_gate)
        {
            entry.Users--;
            entry.LastUsed = time.GetTimestamp();
        }
    }

    // Least lately used first, and no more than needed.
    private List<Entry> Going(long bytes, out bool fits, HashSet<string>? staying = null)
    {
        var free = Ceiling - _entries.Values.Sum(e => e.Bytes) - bytes;
        var going = new List<Entry>();
        foreach (var entry in _entries.Values.Where(e => e.Users == 0 && e.State == ModelState.Warm && staying?.Contains(e.Key) != true).OrderBy(e => e.LastUsed))
        {
            if (free >= 0) break;
            going.Add(entry);
            free += entry.Bytes;
        }
        fits = free >= 0;
        return going;
    }

    private ModelException NoRoom(string key, long bytes)
    {
        var name = Residence.NameOf(key);
        if (bytes > Ceiling) return new ModelException(ModelErrorCodes.Unavailable, $"The model {name} needs {ByteSize.Of(bytes)}; all models together may take {ByteSize.Of(Ceiling)} (onnx:memoryMegabytes).");
        var users = string.Join(", ", _entries.Values.Where(e => e.Users > 0).Select(e => Residence.NameOf(e.Key)));
        return new ModelException(ModelErrorCodes.Unavailable, $"The model {name} needs {ByteSize.Of(bytes)}, and the models in use leave no room for it: {users}.", isTransient: true);
    }

    public void Dispose()
    {
        List<Entry> all;
        lock (_gate)
        {
            all = [.. _entries.Values];
            _entries.Clear();
        }
        foreach (var entry in all) entry.Drop();
    }

    private sealed class Entry(string key, long bytes)
    {
        public string Key { get; } = key;
        public long Bytes { get; } = bytes;
        public ModelState State { get; set; } = ModelState.Loading;
        public Task<IDisposable> Model { get; set; } = null!;
        public int Users { get; set; }
        public long LastUsed { get; set; }

        public void Drop()
        {
            if (Model.IsCompletedSuccessfully) Model.Result.Dispose();
            else _ = Model.ContinueWith(m => m.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        }
    }
}

/// <summary>A model in use.</summary>
/// <param name="loading">How long the caller waited for it to load; zero when it was warm.</param>
internal sealed class ModelLease<T>(T model, TimeSpan loading, Action release) : IDisposable
{
    private Action? _release = release;

    public T Model => model;
    public TimeSpan Loading => loading;

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
