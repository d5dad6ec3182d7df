using System.Text.Json;
using Designer.Engine;

namespace Designer.Storage.Tests;

public abstract partial class StoreContract
{
    private static NewBatch Table(Guid flow, int rows = 2) => new(
        flow, "t.csv", "ada", "draft@3", "{}"u8.ToArray(), new Dictionary<string, string> { ["model"] = "m" }, ["q"], 2,
        [.. Enumerable.Range(1, rows).Select(i => new NewBatchItem([$"{i}"], JsonElement.Parse("{}"), null)), new NewBatchItem(["x", "y"], null, "does not fit")]);

    [Fact]
    public async Task A_batch_is_leased_worked_off_and_counted()
    {
        (Guid workspace, Guid flow) = await FlowToDebugAsync();
        BatchStore store = Get<BatchStore>();
        Guid id = await store.CreateAsync(workspace, Table(flow), Cancel), run = Guid.NewGuid();

        Assert.Equal([id], await store.IdleAsync(Cancel));
        Assert.True(await store.LeaseAsync(id, TimeSpan.FromSeconds(10), Cancel));
        Assert.False(await store.LeaseAsync(id, TimeSpan.FromSeconds(10), Cancel));
        Assert.Empty(await store.IdleAsync(Cancel));
        _clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal([id], await store.IdleAsync(Cancel));

        await store.StartItemAsync(id, 1, run, Cancel);
        Assert.Equal([(1, run), (2, (Guid?)null)], (await store.OpenItemsAsync(id, Cancel)).Select(i => (i.Number, i.RunId)));
        await store.EndItemAsync(id, 1, RunState.Completed, """{"text":"a"}""", null, 12.5, 30, 0.001m, Cancel);
        await store.EndItemAsync(id, 2, RunState.Waiting, null, null, null, 0, 0, Cancel);
        await store.EndAsync(id, Cancel);

        Batch batch = (await store.FindAsync(workspace, id, Cancel))!;
        Assert.Equal((1, 1, 1), (batch.Counts[RunState.Completed], batch.Counts[RunState.Waiting], batch.Counts[RunState.Failed]));
        Assert.NotNull(batch.EndedAt);
        BatchItem first = (await store.ItemsAsync(id, 0, 1, Cancel)).Single();
        Assert.Equal((12.5, 30L, 0.001m, "a"), (first.DurationMs, first.Tokens, first.Cost, JsonElement.Parse(first.Output!).GetProperty("text").GetString()));
        Assert.Equal("does not fit", (await store.ItemsAsync(id, 2, 1, Cancel)).Single().Error);
        Assert.Empty(await store.IdleAsync(Cancel));
        Assert.Null(await store.FindAsync(Guid.NewGuid(), id, Cancel));
    }

    [Fact]
    public async Task A_cancelled_batch_has_no_row_to_begin_and_old_ones_go()
    {
        (Guid workspace, Guid flow) = await FlowToDebugAsync();
        BatchStore store = Get<BatchStore>();
        Guid cancelled = await store.CreateAsync(workspace, Table(flow), Cancel);
        Assert.False(await store.CancelAsync(Guid.NewGuid(), cancelled, Cancel));
        Assert.True(await store.CancelAsync(workspace, cancelled, Cancel));
        Assert.Empty(await store.OpenItemsAsync(cancelled, Cancel));
        Assert.False(await store.RenewAsync(cancelled, TimeSpan.FromSeconds(1), Cancel));
        await store.EndAsync(cancelled, Cancel);
        Assert.False(await store.CancelAsync(workspace, cancelled, Cancel));

        for (int i = 0; i < BatchStore.Kept; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await store.CreateAsync(workspace, Table(flow, rows: 1), Cancel);
        }
        IReadOnlyList<Batch> kept = await store.ListAsync(workspace, flow, Cancel);
        Assert.Equal(BatchStore.Kept, kept.Count);
        Assert.DoesNotContain(kept, b => b.Id == cancelled);
    }
}
