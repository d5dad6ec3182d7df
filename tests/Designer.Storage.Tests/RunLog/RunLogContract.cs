using System.Text.Json;
using Designer.Engine;
using Designer.Flows;

namespace Designer.Storage.Tests;

/// <summary>What every run log promises; each backend runs the same tests.</summary>
public abstract partial class RunLogContract : IAsyncLifetime
{
    /// <summary>Opens the one store as another process would.</summary>
    protected abstract Task<IRunLog> OpenAsync();
    /// <summary>That process is gone, without having closed anything.</summary>
    protected abstract Task KillAsync(IRunLog log);
    public abstract ValueTask InitializeAsync();
    public abstract ValueTask DisposeAsync();

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_appended_is_read_back_in_order_and_without_gaps()
    {
        IRunLog log = await OpenAsync();
        RunRow row = Batches.Row();
        await log.AppendAsync(Batches.New(row, 2));
        await log.AppendAsync(Batches.Next(row, 3, 3));
        await log.AppendAsync(Batches.Next(row, 6, 1, changed: Batches.Ended(row)));

        List<RunEvent> events = await log.EventsAsync(row.Id);
        Assert.Equal([1, 2, 3, 4, 5, 6], events.Select(e => e.Seq));
        Assert.Equal("step4", events[3].Step);
        Assert.Equal([5, 6], (await log.EventsAsync(row.Id, 5)).Select(e => e.Seq));
        Assert.Equal([2, 3], (await log.EventsAsync(row.Id, 2)).Take(2).Select(e => e.Seq));
        Assert.Empty(await log.EventsAsync(row.Id, 7));
        Assert.Empty(await log.EventsAsync(Guid.NewGuid()));
    }

    [Fact]
    public async Task A_runs_row_comes_back_as_it_was_written()
    {
        IRunLog log = await OpenAsync();
        RunRow row = Batches.Row(conversation: "c1");
        await log.AppendAsync(Batches.New(row));
        AssertSame(row, await log.FindAsync(row.Id, Cancel));
        RunRow ended = Batches.Ended(row) with { State = RunState.Failed, Error = new RunError("model.down", "Die Leitung ist tot", "reply") };
        await log.AppendAsync(Batches.Next(row, 2, changed: ended));
        AssertSame(ended, await log.FindAsync(row.Id, Cancel));
        Assert.Null(await log.FindAsync(Guid.NewGuid(), Cancel));
    }

    [Fact]
    public async Task References_to_a_runs_own_large_values_come_back_as_they_were_written()
    {
        IRunLog log = await OpenAsync();
        LargeValues large = new(new LargeValue(new string('a', 64), 300_000, "{\"question\":\"多少"), new LargeValue(new string('b', 64), 400_000, "{\"text\":\"30"));
        RunRow row = Batches.Row() with { Input = default, Large = large with { Output = null } };
        await log.AppendAsync(Batches.New(row));
        Assert.Equal(row.Large, (await log.FindAsync(row.Id, Cancel))!.Large);
        // The end says nothing of the input: it is given with the start.
        await log.AppendAsync(Batches.Next(row, 2, changed: Batches.Ended(row) with { Output = null, Large = large with { Input = null } }));
        RunRow ended = (await log.FindAsync(row.Id, Cancel))!;
        Assert.Equal((large, JsonValueKind.Undefined, null), (ended.Large, ended.Input.ValueKind, ended.Output));
        Assert.Equal(large, Assert.Single(await log.ListAsync(new RunQuery(row.WorkspaceId), Cancel)).Large);
    }

    [Fact]
    public async Task A_run_that_starts_and_ends_at_once_is_one_batch()
    {
        IRunLog log = await OpenAsync();
        RunRow ended = Batches.Ended(Batches.Row());
        await log.AppendAsync(Batches.New(ended, 4));
        AssertSame(ended, await log.FindAsync(ended.Id, Cancel));
        Assert.Equal(4, (await log.EventsAsync(ended.Id)).Count);
        Assert.Empty(await log.OrphansAsync(Batches.Start.AddYears(1), Cancel));
    }

    [Fact]
    public async Task A_summary_is_a_row_without_events()
    {
        IRunLog log = await OpenAsync();
        RunRow ended = Batches.Ended(Batches.Row());
        await log.AppendAsync(Batches.New(ended) with { FirstSeq = 0, Count = 0, Events = default });
        AssertSame(ended, await log.FindAsync(ended.Id, Cancel));
        Assert.Empty(await log.EventsAsync(ended.Id));
    }

    [Fact]
    public async Task A_batch_that_leaves_a_gap_is_refused()
    {
        IRunLog log = await OpenAsync();
        RunRow row = Batches.Row();
        await log.AppendAsync(Batches.New(row, 2));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await log.AppendAsync(Batches.Next(row, 4)));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await log.AppendAsync(Batches.Next(row, 2)));
        await log.AppendAsync(Batches.Next(row, 3));
        Assert.Equal([1, 2, 3], (await log.EventsAsync(row.Id)).Select(e => e.Seq));
    }

    [Fact]
    public async Task A_refused_item_does_not_disturb_the_others_of_its_group()
    {
        IRunLog log = await OpenAsync();
        RunRow[] rows = [.. Enumerable.Range(0, 50).Select(_ => Batches.Row())];
        Task[] appends = [.. rows.Select((row, i) => log.AppendAsync(i % 10 == 3 ? Batches.Next(row, 1) : Batches.New(row)).AsTask())];
        for (int i = 0; i < appends.Length; i++)
        {
            if (i % 10 == 3) await Assert.ThrowsAsync<RunLostException>(() => appends[i]);
            else await appends[i];
            Assert.Equal(i % 10 != 3, await log.FindAsync(rows[i].Id, Cancel) is not null);
        }
    }

    [Fact]
    public async Task Many_writers_lose_nothing()
    {
        IRunLog log = await OpenAsync();
        RunRow[] rows = [.. Enumerable.Range(0, 40).Select(_ => Batches.Row())];
        await Parallel.ForEachAsync(rows, Cancel, async (row, _) =>
        {
            await log.AppendAsync(Batches.New(row));
            // Not awaited one by one: appends of one run may overlap and keep their order.
            Task[] appends = [.. Enumerable.Range(0, 20).Select(i => log.AppendAsync(Batches.Next(row, 2 + i * 2, 2)).AsTask())];
            await Task.WhenAll(appends);
        });
        foreach (RunRow row in rows) Assert.Equal(Enumerable.Range(1, 41).Select(n => (long)n), (await log.EventsAsync(row.Id)).Select(e => e.Seq));
    }

    [Fact]
    public async Task Versions_are_kept_by_hash()
    {
        IRunLog log = await OpenAsync();
        Assert.Null(await log.LoadVersionAsync("v1", Cancel));
        await log.SaveVersionAsync("v1", "{\"a\":1}"u8.ToArray(), Cancel);
        await log.SaveVersionAsync("v1", "{\"a\":1}"u8.ToArray(), Cancel);
        Assert.Equal("{\"a\":1}"u8.ToArray(), (await log.LoadVersionAsync("v1", Cancel))!.Value.ToArray());
        RunRow row = Batches.Row();
        await log.AppendAsync(Batches.New(row) with { VersionHash = "v1" });
        Assert.Equal("v1", await log.VersionOfAsync(row.Id, Cancel));
        Assert.Null(await log.VersionOfAsync(Guid.NewGuid(), Cancel));
    }

    [Fact]
    public async Task A_version_may_come_after_its_first_run()
    {
        IRunLog log = await OpenAsync();
        RunRow row = Batches.Row();
        await log.AppendAsync(Batches.New(row) with { VersionHash = "late" });
        Assert.Null(await log.LoadVersionAsync("late", Cancel));
        await log.SaveVersionAsync("late", "{}"u8.ToArray(), Cancel);
        Assert.Equal("{}"u8.ToArray(), (await log.LoadVersionAsync("late", Cancel))!.Value.ToArray());
        Assert.Equal("late", await log.VersionOfAsync(row.Id, Cancel));
    }

    [Fact]
    public async Task Lists_are_newest_first_and_stay_in_their_workspace()
    {
        IRunLog log = await OpenAsync();
        Guid workspace = Guid.NewGuid(), flow = Guid.NewGuid();
        RunRow[] rows = [.. Enumerable.Range(0, 6).Select(i => Batches.Row() with
        {
            WorkspaceId = workspace, FlowId = i % 2 == 0 ? flow : Guid.NewGuid(), StartedAt = Batches.Start.AddMinutes(i),
        })];
        foreach (RunRow row in rows) await log.AppendAsync(Batches.New(row));
        await log.AppendAsync(Batches.New(Batches.Row() with { FlowId = flow }));
        await log.AppendAsync(Batches.Next(rows[2], 2, changed: Batches.Ended(rows[2], Batches.Start.AddHours(1))));

        Assert.Equal([rows[5].Id, rows[4].Id], (await log.ListAsync(new RunQuery(workspace) { Take = 2 }, Cancel)).Select(r => r.Id));
        Assert.Equal([rows[4].Id, rows[2].Id, rows[0].Id], (await log.ListAsync(new RunQuery(workspace) { FlowId = flow }, Cancel)).Select(r => r.Id));
        Assert.Equal([rows[2].Id], (await log.ListAsync(new RunQuery(workspace) { State = RunState.Completed }, Cancel)).Select(r => r.Id));
        Assert.Equal([rows[4].Id, rows[0].Id], (await log.ListAsync(new RunQuery(workspace) { FlowId = flow, State = RunState.Running }, Cancel)).Select(r => r.Id));
        Assert.Equal([rows[1].Id, rows[0].Id], (await log.ListAsync(new RunQuery(workspace) { Before = rows[2].StartedAt }, Cancel)).Select(r => r.Id));
        Assert.Empty(await log.ListAsync(new RunQuery(Guid.NewGuid()), Cancel));
    }

    private static void AssertSame(RunRow expected, RunRow? actual)
    {
        Assert.NotNull(actual);
        // JsonElement compares by reference, so its text is compared apart.
        Assert.Equal(expected.Input.GetRawText(), actual.Input.GetRawText());
        Assert.Equal(expected.Output?.GetRawText(), actual.Output?.GetRawText());
        Assert.Equal(expected with { Input = default, Output = null }, actual with { Input = default, Output = null });
    }
}
