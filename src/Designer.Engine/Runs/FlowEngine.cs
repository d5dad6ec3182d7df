using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Designer.Flows;
using Microsoft.Extensions.Logging;

namespace Designer.Engine;

/// <summary>The engine of one process. See <c>Run</c> for how a run is driven; here runs are started, found, answered and taken up again.</summary>
public sealed partial class FlowEngine : IFlowEngine
{
    private readonly ConcurrentDictionary<Guid, Run> runs = new();
    private readonly ConditionalWeakTable<FlowVersion, FlowPlan> plans = [];
    private readonly ConcurrentDictionary<string, FlowVersion> storedVersions = new();
    private readonly ConcurrentDictionary<string, bool> savedHashes = new();
    private readonly ConcurrentDictionary<Guid, Task> takingUp = new();
    // Owned by this process in the log, but not driven: the log refused an append, or the run could not be taken up.
    private readonly ConcurrentDictionary<Guid, bool> stranded = new();
    private readonly PlanCompiler compiler;
    private readonly RunServices services;
    private readonly Admission admission;
    private readonly EngineOptions options;

    public FlowEngine(
        IRunLog log, NodeCatalog catalog, ILogger<FlowEngine> logger, TimeProvider? clock = null, EngineOptions? options = null,
        IFlowVersions? versions = null, ISecrets? secrets = null, IBlobStore? blobs = null, FileLimits? files = null)
    {
        blobs ??= new MemoryBlobStore();
        this.options = options ?? new EngineOptions();
        compiler = new PlanCompiler(catalog);
        admission = new Admission(this.options);
        services = new RunServices(log, clock ?? TimeProvider.System, logger, PlanOf, versions, secrets, blobs, new FlowFiles(blobs, files));
    }

    private IRunLog Log => services.Log;

    public async ValueTask<StartedRun> StartAsync(FlowVersion version, JsonElement input, RunOptions options, CancellationToken cancellation = default)
    {
        version = await FreezeAsync(version, cancellation).ConfigureAwait(false);
        FlowPlan plan = PlanOf(version);
        if (options.Target is { } target && !plan.Root.IndexOf.ContainsKey(target.Node))
            throw Problem("target.unknown", $"There is no top-level node \"{target.Node}\" to run.");
        if (!version.IsDraft && (options.Pins is not null || options.Breakpoints is not null))
            throw Problem("debug.published", $"Pinned outputs and breakpoints are for drafts; a published version runs as it is.");
        if (options.Queue) await admission.EnterQueuedAsync(version.WorkspaceId, cancellation).ConfigureAwait(false);
        else admission.Enter(version.WorkspaceId);
        try
        {
            Run run = await CreateAsync(plan, input, options, cancellation).ConfigureAwait(false);
            return await BeginAsync(run, options).ConfigureAwait(false);
        }
        catch
        {
            admission.Leave(version.WorkspaceId);
            throw;
        }
    }

    private async ValueTask<Run> CreateAsync(FlowPlan plan, JsonElement input, RunOptions options, CancellationToken cancellation)
    {
        FlowVersion version = plan.Version;
        // Of a run with a summary too: if it fails, its record is kept in full.
        await SaveVersionAsync(plan, cancellation).ConfigureAwait(false);
        Conversation? conversation = options.ConversationId is null ? null : await Log.LoadConversationAsync(version.FlowId, options.ConversationId, cancellation).ConfigureAwait(false);
        ReplaySource? replay = options.ReplayOf is null ? null : await LoadReplayAsync(version.WorkspaceId, options.ReplayOf.Value, cancellation).ConfigureAwait(false);
        RunRow row = new()
        {
            Id = options.RunId ?? Guid.CreateVersion7(),
            WorkspaceId = version.WorkspaceId,
            FlowId = version.FlowId,
            Version = version.Version,
            State = RunState.Running,
            StartedAt = services.Clock.GetUtcNow(),
            Input = input,
            ConversationId = options.ConversationId,
            Trigger = options.Trigger,
            StartedBy = options.StartedBy,
        };
        // What steps of this run take in is kept by them; these values come from elsewhere.
        await KeepFilesAsync(row, [.. conversation?.Variables.Values ?? [], .. options.Pins?.Values.Select(pin => pin.Outputs) ?? []], replay?.Steps, cancellation).ConfigureAwait(false);
        RunStart start = new(options.Target, options.ReplayOf, options.AllowEffects, options.Budget, options.Pins, conversation, options.Breakpoints);
        return new Run(services, row, plan, start, options.Record, epoch: 1, recorded: null, replay) { Over = Forget, IdempotencyKey = options.IdempotencyKey };
    }

    private async ValueTask KeepFilesAsync(RunRow row, IReadOnlyList<JsonElement> values, RecordedSteps? replayed, CancellationToken cancellation)
    {
        if (values.Count == 0 && replayed is null) return;
        IEnumerable<object?> all = replayed is null ? values.Cast<object?>() : values.Cast<object?>().Concat(replayed.Outputs);
        foreach (string id in all.SelectMany(FlowValue.FilesIn).Select(f => f.Id).Distinct())
            await services.Blobs.KeepAsync(row.WorkspaceId, id, row.Id, cancellation).ConfigureAwait(false);
    }

    private async ValueTask<StartedRun> BeginAsync(Run run, RunOptions options)
    {
        runs[run.Row.Id] = run;
        if (options.IsDurableStart || options.IdempotencyKey is not null || options.ConversationId is not null)
        {
            try
            {
                await run.CommitStartAsync().ConfigureAwait(false);
            }
            catch (DuplicateStartException duplicate)
            {
                runs.TryRemove(run.Row.Id, out _);
                if (duplicate.BodyHash != options.IdempotencyKey!.BodyHash)
                    throw new RunConflictException("idempotency.reused", $"This idempotency key was used with another request.");
                admission.Leave(run.Row.WorkspaceId);
                return new StartedRun(duplicate.RunId, IsExisting: true);
            }
            catch
            {
                runs.TryRemove(run.Row.Id, out _);
                throw;
            }
        }
        run.Begin();
        return new StartedRun(run.Row.Id);
    }

    private FlowPlan PlanOf(FlowVersion version)
    {
        if (plans.TryGetValue(version, out FlowPlan? plan)) return plan;
        plan = compiler.Compile(version);
        plans.AddOrUpdate(version, plan);
        return plan;
    }

    private async ValueTask SaveVersionAsync(FlowPlan plan, CancellationToken cancellation)
    {
        StoredVersion stored = plan.Stored;
        if (savedHashes.ContainsKey(stored.Hash)) return;
        await Log.SaveVersionAsync(stored.Hash, stored.Json, cancellation).ConfigureAwait(false);
        savedHashes[stored.Hash] = true;
    }

    /// <summary>Pins sub-flows to the version they have now, so that a run that is taken up later meets the same one.</summary>
    private async ValueTask<FlowVersion> FreezeAsync(FlowVersion version, CancellationToken cancellation)
    {
        if (services.Versions is null || version.Document.Slots.Count == 0) return version;
        Dictionary<string, string>? frozen = null;
        foreach ((string slot, FlowSlot need) in version.Document.Slots)
        {
            if (need.Kind != "flow" || !version.Bindings.TryGetValue(slot, out string? flow) || flow.Contains('@', StringComparison.Ordinal)) continue;
            FlowVersion found = await services.Versions.FindPublishedAsync(version.WorkspaceId, flow, cancellation).ConfigureAwait(false)
                ?? throw Problem("slot.unbound", $"The flow \"{flow}\" bound to slot \"{slot}\" is not published.");
            (frozen ??= new(version.Bindings))[slot] = $"{flow}@{found.Version}";
        }
        return frozen is null ? version : version with { Bindings = frozen };
    }

    private static FlowProblemsException Problem(string code, Sentence message) => new([new Problem(code, ProblemSeverity.Error, message)]);

    private void Forget(Run run)
    {
        if (!run.Row.IsEnded && run.Row.State != RunState.Waiting) stranded[run.Row.Id] = true;
        runs.TryRemove(new KeyValuePair<Guid, Run>(run.Row.Id, run));
        admission.Leave(run.Row.WorkspaceId);
    }

    public async ValueTask<RunRow> WaitAsync(Guid runId, CancellationToken cancellation = default)
    {
        while (true)
        {
            if (runs.TryGetValue(runId, out Run? run))
            {
                Task<RunRow> settled = run.Settled.Task;
                if (settled.IsCompletedSuccessfully) return settled.Result;
                try
                {
                    return await settled.WaitAsync(cancellation).ConfigureAwait(false);
                }
                catch (RunLostException)
                {
                    // Another process drives it now; its end will be in the log.
                }
            }
            RunRow row = await Log.FindAsync(runId, cancellation).ConfigureAwait(false) ?? throw new KeyNotFoundException($"There is no run {runId}.");
            if (row.IsEnded || row.State == RunState.Waiting) return await RestoreAsync(row, cancellation).ConfigureAwait(false);
            await Task.Delay(options.PollInterval, cancellation).ConfigureAwait(false);
        }
    }

    public async ValueTask<RunRow?> FindAsync(Guid runId, CancellationToken cancellation = default) =>
        runs.TryGetValue(runId, out Run? run) ? run.Row
            : await Log.FindAsync(runId, cancellation).ConfigureAwait(false) is { } row ? await RestoreAsync(row, cancellation).ConfigureAwait(false) : null;

    public async ValueTask<RunRow?> FindPreviewAsync(Guid runId, CancellationToken cancellation = default) =>
        runs.TryGetValue(runId, out Run? run) ? LargeRows.Preview(run.Row) : await Log.FindAsync(runId, cancellation).ConfigureAwait(false);

    public IAsyncEnumerable<RunEvent> WatchAsync(Guid runId, long fromSeq = 1, CancellationToken cancellation = default) =>
        FollowAsync(runId, fromSeq, isWhole: true, cancellation);

    public IAsyncEnumerable<RunEvent> WatchPreviewsAsync(Guid runId, long fromSeq = 1, CancellationToken cancellation = default) =>
        FollowAsync(runId, fromSeq, isWhole: false, cancellation);

    private async IAsyncEnumerable<RunEvent> FollowAsync(Guid runId, long fromSeq, bool isWhole, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        Run.Cursor cursor = new(Math.Max(1, fromSeq));
        while (true)
        {
            // The row before the events: if it says the run has ended, the events that follow are all.
            runs.TryGetValue(runId, out Run? run);
            RunRow? row = run?.Row ?? await Log.FindAsync(runId, cancellation).ConfigureAwait(false);
            if (row is null) yield break;
            if (run is null || cursor.NextSeq < run.FirstSeq)
            {
                await foreach (RunEvent e in Log.ReadAsync(runId, cursor.NextSeq, cancellation).ConfigureAwait(false))
                {
                    if (run is not null && e.Seq >= run.FirstSeq) break;
                    cursor.NextSeq = e.Seq + 1;
                    yield return isWhole ? await RestoreAsync(row.WorkspaceId, e, cancellation).ConfigureAwait(false) : e;
                }
            }
            if (run is not null)
            {
                await foreach (RunEvent e in run.WatchAsync(cursor, cancellation).ConfigureAwait(false)) yield return e;
                if (run.Row.IsEnded) yield break;
            }
            else if (row.IsEnded)
            {
                yield break;
            }
            await Task.Delay(options.PollInterval, cancellation).ConfigureAwait(false);
        }
    }
}
