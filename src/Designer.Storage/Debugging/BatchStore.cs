using System.Text.Json;
using Designer.Engine;
using Microsoft.EntityFrameworkCore;

namespace Designer.Storage;

/// <summary>A run over the rows of a table, as lists show it.</summary>
/// <param name="Counts">How many rows are in which state.</param>
public sealed record Batch(
    Guid Id, Guid WorkspaceId, Guid FlowId, string Name, string Author, string Version, IReadOnlyList<string> Columns, int Concurrency, DateTimeOffset CreatedAt,
    DateTimeOffset? EndedAt, bool IsCancelled, IReadOnlyDictionary<RunState, int> Counts);

/// <summary>What a batch executes: a draft as it stood when the batch was made.</summary>
public sealed record NewBatch(
    Guid FlowId, string Name, string Author, string Version, ReadOnlyMemory<byte> Document, IReadOnlyDictionary<string, string> Bindings, IReadOnlyList<string> Columns, int Concurrency,
    IReadOnlyList<NewBatchItem> Items);

/// <param name="Error">Set: the row does not fit the flow's inputs and is not run.</param>
public sealed record NewBatchItem(IReadOnlyList<string> Cells, JsonElement? Input, string? Error);

/// <summary>One row and what its run gave.</summary>
public sealed record BatchItem(
    int Number, IReadOnlyList<string> Cells, JsonElement Input, Guid? RunId, RunState State, string? Output, string? Error, double? DurationMs, long Tokens, decimal Cost);

/// <summary>Tables that are run row by row. What is unfinished is found again after a restart.</summary>
public sealed class BatchStore(IDbContextFactory<DesignerDb> factory, TimeProvider clock)
{
    /// <summary>Ended ones beyond the last so many of a flow go when another is made.</summary>
    public const int Kept = 20;
    private static readonly RunState[] s_open = [RunState.Queued, RunState.Running];

    public async Task<Guid> CreateAsync(Guid workspaceId, NewBatch batch, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        DateTimeOffset now = clock.GetUtcNow();
        BatchRow row = new()
        {
            Id = Guid.CreateVersion7(now),
            WorkspaceId = workspaceId,
            FlowId = batch.FlowId,
            Name = batch.Name,
            Author = batch.Author,
            Version = batch.Version,
            Document = batch.Document.ToArray(),
            Bindings = batch.Bindings,
            Columns = batch.Columns,
            Concurrency = batch.Concurrency,
            CreatedAt = now,
        };
        db.Batches.Add(row);
        db.BatchItems.AddRange(batch.Items.Select((item, i) => new BatchItemRow
        {
            BatchId = row.Id,
            Number = i + 1,
            Cells = item.Cells,
            Input = item.Input?.GetRawText() ?? "{}",
            State = item.Error is null ? RunState.Queued : RunState.Failed,
            Error = item.Error,
        }));
        await db.SaveChangesAsync(cancellation);
        List<Guid> old = await db.Batches.Where(b => b.WorkspaceId == workspaceId && b.FlowId == batch.FlowId).OrderByDescending(b => b.CreatedAt).ThenByDescending(b => b.Id).Skip(Kept).Select(b => b.Id).ToListAsync(cancellation);
        await db.Batches.Where(b => old.Contains(b.Id) && b.EndedAt != null).ExecuteDeleteAsync(cancellation);
        return row.Id;
    }

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<Batch>> ListAsync(Guid workspaceId, Guid flowId, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        return await ShownAsync(db, db.Batches.Where(b => b.WorkspaceId == workspaceId && b.FlowId == flowId), cancellation);
    }

    public async Task<Batch?> FindAsync(Guid workspaceId, Guid id, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        return (await ShownAsync(db, db.Batches.Where(b => b.WorkspaceId == workspaceId && b.Id == id), cancellation)).SingleOrDefault();
    }

    /// <summary>What the batch executes.</summary>
    public async Task<(Batch Batch, ReadOnlyMemory<byte> Document, IReadOnlyDictionary<string, string> Bindings)?> LoadAsync(Guid id, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        if (await db.Batches.AsNoTracking().SingleOrDefaultAsync(b => b.Id == id, cancellation) is not { } row) return null;
        return ((await ShownAsync(db, db.Batches.Where(b => b.Id == id), cancellation)).Single(), row.Document, row.Bindings);
    }

    /// <summary>In the table's order.</summary>
    public async Task<IReadOnlyList<BatchItem>> ItemsAsync(Guid batchId, int skip = 0, int take = int.MaxValue, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        return Shown(await db.BatchItems.AsNoTracking().Where(i => i.BatchId == batchId).OrderBy(i => i.Number).Skip(skip).Take(take).ToListAsync(cancellation));
    }

    /// <summary>Rows that were not run to their end yet.</summary>
    public async Task<IReadOnlyList<BatchItem>> OpenItemsAsync(Guid batchId, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        return Shown(await db.BatchItems.AsNoTracking().Where(i => i.BatchId == batchId && s_open.Contains(i.State)).OrderBy(i => i.Number).ToListAsync(cancellation));
    }

    /// <summary>Names the row's run before it is started, so that after a crash the same one is found again.</summary>
    public Task StartItemAsync(Guid batchId, int number, Guid runId, CancellationToken cancellation = default) =>
        ItemAsync(batchId, number, item => (item.RunId, item.State) = (runId, RunState.Running), cancellation);

    /// <param name="output">JSON.</param>
    public Task EndItemAsync(Guid batchId, int number, RunState state, string? output, string? error, double? durationMs, long tokens, decimal cost, CancellationToken cancellation = default) =>
        ItemAsync(batchId, number, item => (item.State, item.Output, item.Error, item.DurationMs, item.Tokens, item.Cost) = (state, output, error, durationMs, tokens, cost), cancellation);

    private async Task ItemAsync(Guid batchId, int number, Action<BatchItemRow> change, CancellationToken cancellation)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        if (await db.BatchItems.SingleOrDefaultAsync(i => i.BatchId == batchId && i.Number == number, cancellation) is not { } item) return;
        change(item);
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>Rows that have not begun never will. False when the batch has ended or is not there.</summary>
    public async Task<bool> CancelAsync(Guid workspaceId, Guid id, CancellationToken cancellation = default)
    {
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        if (await db.Batches.Where(b => b.WorkspaceId == workspaceId && b.Id == id && b.EndedAt == null).ExecuteUpdateAsync(set => set.SetProperty(b => b.IsCancelled, true), cancellation) == 0) return false;
        await db.BatchItems.Where(i => i.BatchId == id && i.State == RunState.Queued).ExecuteUpdateAsync(set => set.SetProperty(i => i.State, RunState.Cancelled), cancellation);
        return true;
    }

    public async Task EndAsync(Guid id, CancellationToken cancellation = default)
    {
        DateTimeOffset now = clock.GetUtcNow();
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        await db.Batches.Where(b => b.Id == id).ExecuteUpdateAsync(set => set.SetProperty(b => b.EndedAt, now).SetProperty(b => b.LeaseUntil, (DateTimeOffset?)null), cancellation);
    }

    /// <summary>Batches that go on and on which no process works.</summary>
    public async Task<IReadOnlyList<Guid>> IdleAsync(CancellationToken cancellation = default)
    {
        DateTimeOffset now = clock.GetUtcNow();
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        return await db.Batches.Where(b => b.EndedAt == null && (b.LeaseUntil == null || b.LeaseUntil < now)).OrderBy(b => b.CreatedAt).Select(b => b.Id).ToListAsync(cancellation);
    }

    /// <summary>Takes the batch for a while. False when another process was quicker.</summary>
    public async Task<bool> LeaseAsync(Guid id, TimeSpan time, CancellationToken cancellation = default)
    {
        DateTimeOffset now = clock.GetUtcNow(), until = now + time;
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        return await db.Batches.Where(b => b.Id == id && b.EndedAt == null && (b.LeaseUntil == null || b.LeaseUntil < now)).ExecuteUpdateAsync(set => set.SetProperty(b => b.LeaseUntil, until), cancellation) > 0;
    }

    /// <summary>Keeps a batch that this process works on, or lets go of it (<see cref="TimeSpan.Zero"/>). False when it was cancelled or is gone.</summary>
    public async Task<bool> RenewAsync(Guid id, TimeSpan time, CancellationToken cancellation = default)
    {
        DateTimeOffset? until = time == TimeSpan.Zero ? null : clock.GetUtcNow() + time;
        await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
        await db.Batches.Where(b => b.Id == id).ExecuteUpdateAsync(set => set.SetProperty(b => b.LeaseUntil, until), cancellation);
        return await db.Batches.AnyAsync(b => b.Id == id && !b.IsCancelled, cancellation);
    }

    private static async Task<IReadOnlyList<Batch>> ShownAsync(DesignerDb db, IQueryable<BatchRow> batches, CancellationToken cancellation)
    {
        var rows = await batches.AsNoTracking().OrderByDescending(b => b.CreatedAt).ThenByDescending(b => b.Id)
            .Select(b => new { b.Id, b.WorkspaceId, b.FlowId, b.Name, b.Author, b.Version, b.Columns, b.Concurrency, b.CreatedAt, b.EndedAt, b.IsCancelled }).ToListAsync(cancellation);
        List<Guid> ids = rows.ConvertAll(r => r.Id);
        var counts = await db.BatchItems.Where(i => ids.Contains(i.BatchId)).GroupBy(i => new { i.BatchId, i.State }).Select(g => new { g.Key.BatchId, g.Key.State, Count = g.Count() }).ToListAsync(cancellation);
        return rows.ConvertAll(b => new Batch(
            b.Id, b.WorkspaceId, b.FlowId, b.Name, b.Author, b.Version, b.Columns, b.Concurrency, b.CreatedAt, b.EndedAt, b.IsCancelled,
            counts.Where(c => c.BatchId == b.Id).ToDictionary(c => c.State, c => c.Count)));
    }

    private static List<BatchItem> Shown(List<BatchItemRow> rows) => rows.ConvertAll(i =>
        new BatchItem(i.Number, i.Cells, JsonElement.Parse(i.Input), i.RunId, i.State, i.Output, i.Error, i.DurationMs, i.Tokens, i.Cost));
}
