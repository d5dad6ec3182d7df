using System.Collections.Concurrent;
using Designer.Engine;
using Designer.Flows;
using Designer.Storage;

namespace Designer.Web.Features.Editor.Batches;

/// <summary>
/// Works on batches: starts a run for each row, so many at a time, and writes down what it gave. A batch whose process went away is taken over; each
/// row's run has its id before it starts, so that no row is run twice.
/// </summary>
public sealed class BatchRunner(BatchStore store, IFlowEngine engine, TimeProvider clock, ILogger<BatchRunner> logger) : BackgroundService
{
    /// <summary>What is kept of an output with the batch; the run has all of it, as long as runs are kept.</summary>
    private const int LongestOutput = 64 * 1024;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<Guid, CancellationTokenSource> working = new();
    private readonly SemaphoreSlim woken = new(0);

    /// <summary>Looks for work now instead of with the next round.</summary>
    public void Wake() => woken.Release();

    /// <summary>Ends what the batch has under way; <see cref="BatchStore.CancelAsync"/> comes first.</summary>
    public void Cancel(Guid batchId)
    {
        if (working.TryGetValue(batchId, out CancellationTokenSource? source)) source.Cancel();
        else Wake();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                foreach (Guid id in working.Keys)
                    if (!await store.RenewAsync(id, Lease, stoppingToken) && working.TryGetValue(id, out CancellationTokenSource? source)) await source.CancelAsync();
                foreach (Guid id in await store.IdleAsync(stoppingToken))
                    if (await store.LeaseAsync(id, Lease, stoppingToken)) _ = WorkAsync(id, stoppingToken);
                await woken.WaitAsync(Round, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogError(e, "Looking for batches failed; the next round tries again");
                await Task.Delay(Round, clock, CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                // The host stops.
            }
        }
    }

    private async Task WorkAsync(Guid id, CancellationToken stopping)
    {
        using CancellationTokenSource cancelled = new();
        if (!working.TryAdd(id, cancelled)) return;
        try
        {
            if (await store.LoadAsync(id, stopping) is not { } batch) return;
            if (batch.Batch.IsCancelled) await cancelled.CancelAsync();
            FlowVersion version = new(batch.Batch.WorkspaceId, batch.Batch.FlowId, batch.Batch.Version, FlowJson.Read(batch.Document.Span), batch.Bindings);
            ParallelOptions options = new() { MaxDegreeOfParallelism = batch.Batch.Concurrency, CancellationToken = stopping };
            await Parallel.ForEachAsync(await store.OpenItemsAsync(id, stopping), options, (item, _) => RunAsync(batch.Batch, version, item, cancelled.Token, stopping));
            await store.EndAsync(id, stopping);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            logger.LogError(e, "Batch {BatchId} stops here; it is taken up again", id);
        }
        catch (OperationCanceledException)
        {
            // The host stops; whoever comes next takes the batch at once.
            await store.RenewAsync(id, TimeSpan.Zero, CancellationToken.None);
        }
        finally
        {
            working.TryRemove(id, out _);
        }
    }

    private async ValueTask RunAsync(Batch batch, FlowVersion version, BatchItem item, CancellationToken cancelled, CancellationToken stopping)
    {
        if (cancelled.IsCancellationRequested && item.RunId is null)
        {
            await store.EndItemAsync(batch.Id, item.Number, RunState.Cancelled, null, null, null, 0, 0, stopping);
            return;
        }
        Guid runId = item.RunId ?? Guid.CreateVersion7(clock.GetUtcNow());
        if (item.RunId is null) await store.StartItemAsync(batch.Id, item.Number, runId, stopping);
        try
        {
            if (await engine.FindPreviewAsync(runId, stopping) is null) await StartAsync(batch, version, item, runId, stopping);
            await using CancellationTokenRegistration stop = cancelled.Register(() => _ = engine.CancelAsync(runId).AsTask());
            RunRow row = await engine.WaitAsync(runId, stopping);
            await WriteAsync(batch.Id, item.Number, row, stopping);
        }
        catch (Exception e) when (e is FlowProblemsException or RunConflictException or EngineBusyException or KeyNotFoundException)
        {
            await store.EndItemAsync(batch.Id, item.Number, RunState.Failed, null, e.Message, null, 0, 0, stopping);
        }
    }

    private async Task StartAsync(Batch batch, FlowVersion version, BatchItem item, Guid runId, CancellationToken stopping)
    {
        try
        {
            await engine.StartAsync(version, item.Input, new RunOptions
            {
                RunId = runId,
                Trigger = "batch",
                StartedBy = batch.Author,
                // Rows do not talk to each other: in a chat flow each is a conversation of its own.
                ConversationId = version.Document.Mode == FlowMode.Chat ? runId.ToString() : null,
                IsDurableStart = true,
                Queue = true,
            }, stopping);
        }
        catch (Exception) when (!stopping.IsCancellationRequested && IsThereAsync(runId) is { IsCompletedSuccessfully: true, Result: true })
        {
            // Another process was quicker; its run is the row's.
        }
    }

    private Task<bool> IsThereAsync(Guid runId) => Task.Run(async () => await engine.FindPreviewAsync(runId) is not null);

    /// <summary>Writes down what a run has come to. A run that waits for a person holds up no other row.</summary>
    public async Task WriteAsync(Guid batchId, int number, RunRow row, CancellationToken cancellation)
    {
        string? output = row.Output?.GetRawText();
        if (output?.Length > LongestOutput) output = System.Text.Json.JsonSerializer.Serialize(L["{0:N0} characters; the run holds them.", output.Length]);
        double? took = row.EndedAt is { } end ? (end - row.StartedAt).TotalMilliseconds : null;
        await store.EndItemAsync(batchId, number, row.State, output, row.Error?.Message, took, row.Usage.InputTokens + row.Usage.OutputTokens, row.Usage.Cost, cancellation);
    }
}
