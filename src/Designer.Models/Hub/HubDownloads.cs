using System.Collections.Concurrent;
using Designer.Engine;
using Designer.Models.Connections;
using Designer.Models.Onnx;
using Designer.Models.Onnx.Folders;

namespace Designer.Models.Hub;

/// <summary>All downloads of this process. They go on when their page is left, and after a restart where they were; what is complete and
/// recognised becomes a model of the workspace.</summary>
public sealed class HubDownloads(HubClient hub, OnnxModels onnx, IModelStore store, ISecrets secrets, TimeProvider time) : IDisposable
{
    private const int MostAtOnce = 2;
    private readonly HubFolders _folders = new(onnx.Home);
    private readonly ConcurrentDictionary<Guid, HubJob> _jobs = new();
    private readonly SemaphoreSlim _places = new(MostAtOnce, MostAtOnce);

    /// <summary>Something changed in a workspace; the name is that of a model which is ready now.</summary>
    public event Action<Guid, string?>? Changed;

    /// <summary>The workspace's downloads, oldest first.</summary>
    public IReadOnlyList<HubDownload> List(Guid workspaceId) =>
        [.. _jobs.Values.Select(job => job.Download).Where(d => d.WorkspaceId == workspaceId && (d.IsUnderWay || Directory.Exists(_folders.Partial(d.Id)))).OrderBy(d => d.Id)];

    /// <summary>Looks a model up. The token is a credential of the workspace.</summary>
    /// <exception cref="StepException">It cannot be found, or the credential cannot be read.</exception>
    public async Task<HubModel> FindAsync(Guid workspaceId, string model, string? revision, string? credential, CancellationToken cancellation) =>
        await hub.FindAsync(HubModel.IdIn(model, hub.Address), HubModel.RevisionIn(revision), await TokenAsync(workspaceId, credential, cancellation), cancellation);

    /// <summary>Begins a download, or goes on with the same one.</summary>
    /// <exception cref="StepException">There is too little room, the name is taken or none, or another process downloads it already.</exception>
    public async Task<HubDownload> StartAsync(Guid workspaceId, HubModel model, HubVariant variant, string name, string? credential, CancellationToken cancellation)
    {
        var download = new HubDownload(Guid.CreateVersion7(time.GetUtcNow()), workspaceId, model.Id, model.Commit, model.Licence, variant, name, credential);
        if (Connection(download, variant.Graph).Problems() is [{ } problem, ..]) throw new ModelException(ModelErrorCodes.Refused, problem);
        if (await store.FindAsync(workspaceId, name, cancellation) is not null) throw new ModelException(ModelErrorCodes.Refused, $"There is a model named '{name}' already.");
        if (model.IsGated && credential is null) throw hub.Gated(model.Id, token: null);
        if (_jobs.Values.Select(j => j.Download).Concat(_folders.Begun()).FirstOrDefault(download.IsSameAs) is { } begun) download = begun with { Name = name, Credential = credential };
        if (_jobs.TryGetValue(download.Id, out var job) && job.Download.IsUnderWay) return job.Download;
        if (_folders.FindKept(download) is null) _folders.RequireRoom(Missing(download) + _jobs.Values.Where(j => j.Download.IsUnderWay).Sum(j => Missing(j.Download)));
        return Run(download);
    }

    /// <summary>Completes with the model's connection, or fails as the download does.</summary>
    public Task<ModelConnection> WaitAsync(Guid id) => _jobs.TryGetValue(id, out var job) && job.Completion is { } work ? work : throw new KeyNotFoundException("There is no such download.");

    public async Task PauseAsync(Guid workspaceId, Guid id)
    {
        if (Find(workspaceId, id) is not { Download.IsUnderWay: true } job) return;
        await job.StopAsync();
        if (job.Download.IsUnderWay && _jobs.ContainsKey(id)) Set(job, job.Download with { State = HubState.Paused, BytesPerSecond = 0 });
    }

    /// <exception cref="StepException">Another process works on it.</exception>
    public void Resume(Guid workspaceId, Guid id)
    {
        if (Find(workspaceId, id) is { Download.IsUnderWay: false } job) Run(job.Download);
    }

    /// <summary>Stops it and deletes what is here of it.</summary>
    public async Task CancelAsync(Guid workspaceId, Guid id)
    {
        if (Find(workspaceId, id) is not { } job) return;
        await job.StopAsync();
        if (!_jobs.TryRemove(id, out _)) return;
        _folders.Remove(id);
        Changed?.Invoke(workspaceId, null);
    }

    /// <summary>Goes on with what a former process began, and shows what waits.</summary>
    public void TakeUp()
    {
        foreach (var download in _folders.Begun().ToArray())
        {
            if (_jobs.ContainsKey(download.Id) || IsElsewhere(download)) continue;
            if (download.IsUnderWay && hub.Settings.Address is not null) Run(download);
            else _jobs[download.Id] = new HubJob(download with { Bytes = _folders.Here(download) }, null);
        }
    }

    /// <summary>Ends the work of this process; the next one takes it up.</summary>
    public Task StopAsync() => Task.WhenAll(_jobs.Values.Select(job => job.StopAsync()));

    public void Dispose()
    {
        foreach (var job in _jobs.Values) job.Dispose();
        _places.Dispose();
    }

    private HubDownload Run(HubDownload download)
    {
        var mine = _folders.Lock(download.Id) ?? throw new ModelException(HubErrors.Refused, $"Another process downloads {download.Model} already.");
        var job = new HubJob(download with { State = HubState.Waiting, Problem = null, Bytes = _folders.Here(download) }, mine);
        _jobs.AddOrUpdate(download.Id, job, (_, former) =>
        {
            former.Dispose();
            return job;
        });
        _folders.Save(job.Download);
        job.Start(WorkAsync);
        Changed?.Invoke(download.WorkspaceId, null);
        return job.Download;
    }

    private async Task<ModelConnection> WorkAsync(HubJob job)
    {
        try
        {
            await _places.WaitAsync(job.Stop);
            try
            {
                Set(job, job.Download with { State = HubState.Running });
                var folder = _folders.FindKept(job.Download) ?? await FetchAsync(job);
                var connection = await ConnectAsync(job.Download, $"{folder}/{job.Download.Variant.Entry}".TrimEnd('/'));
                _jobs.TryRemove(job.Download.Id, out _);
                job.Release();
                _folders.Remove(job.Download.Id);
                Changed?.Invoke(connection.WorkspaceId, connection.Name);
                return connection;
            }
            finally
            {
                _places.Release();
            }
        }
        catch (Exception e) when (e is StepException or IOException or UnauthorizedAccessException)
        {
            Set(job, job.Download with { State = HubState.Failed, Problem = e.Message, BytesPerSecond = 0 });
            throw;
        }
        finally
        {
            job.Release();
        }
    }

    private async Task<string> FetchAsync(HubJob job)
    {
        var download = job.Download;
        _folders.RequireRoom(Missing(download));
        var transfer = new HubTransfer(hub, time, download.Model, download.Commit, await TokenAsync(download.WorkspaceId, download.Credential, job.Stop));
        var pace = new HubPace(time, _folders.Here(download));
        long before = 0;
        foreach (var file in download.Variant.Files)
        {
            await transfer.FetchAsync(file, _folders.Target(download, file), here => Progress(before + here), job.Stop);
            before += file.Size;
            Progress(before);
        }
        // What cannot be used is said before it stands among the models.
        OnnxFolder.Read(Path.Combine([_folders.Files(download.Id), .. download.Variant.Entry.Split('/')]));
        return _folders.Keep(download);

        void Progress(long bytes)
        {
            var isDue = pace.IsDue(bytes);
            job.Download = job.Download with { Bytes = bytes, BytesPerSecond = pace.PerSecond };
            if (isDue) Changed?.Invoke(download.WorkspaceId, null);
        }
    }

    private async Task<ModelConnection> ConnectAsync(HubDownload download, string model)
    {
        var found = onnx.Find(model);
        var connection = Connection(download, model) with { Capabilities = found.Capabilities, ContextTokens = found.ContextTokens };
        var taken = (await store.ListAsync(download.WorkspaceId, CancellationToken.None)).Select(m => m.Name).ToHashSet();
        for (var n = 2; taken.Contains(connection.Name); n++) connection = connection with { Name = $"{download.Name}-{n}" };
        return await store.SaveAsync(connection, CancellationToken.None);
    }

    private static ModelConnection Connection(HubDownload download, string model) => new()
    {
        Id = download.Id,
        WorkspaceId = download.WorkspaceId,
        Name = download.Name,
        Provider = ModelProviders.Onnx,
        Model = model,
    };

    private async ValueTask<string?> TokenAsync(Guid workspaceId, string? credential, CancellationToken cancellation) => string.IsNullOrWhiteSpace(credential)
        ? null
        : (await secrets.FindAsync(workspaceId, credential, cancellation))?.Trim() ?? throw new ModelException(HubErrors.Gated, $"There is no credential '{credential}'.");

    private long Missing(HubDownload download) => Math.Max(0, download.Variant.Bytes - _folders.Here(download));

    private HubJob? Find(Guid workspaceId, Guid id) => _jobs.TryGetValue(id, out var job) && job.Download.WorkspaceId == workspaceId ? job : null;

    private void Set(HubJob job, HubDownload download)
    {
        job.Download = download;
        _folders.Save(download);
        Changed?.Invoke(download.WorkspaceId, null);
    }

    private bool IsElsewhere(HubDownload download)
    {
        using var mine = _folders.Lock(download.Id);
        return mine is null;
    }
}
