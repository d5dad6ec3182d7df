using System.Text.Json;
using Designer.Engine;
using Designer.Flows;

namespace Designer.Storage.Tests;

public abstract partial class RunLogContract
{
    [Fact]
    public async Task A_living_owners_run_cannot_be_claimed_by_another()
    {
        IRunLog mine = await OpenAsync(), other = await OpenAsync();
        RunRow row = Batches.Row();
        await mine.AppendAsync(Batches.New(row));
        Assert.Null(await other.ClaimAsync(row.Id, Cancel));
        Assert.Empty(await other.OrphansAsync(Batches.Start.AddYears(1), Cancel));
        Assert.Equal(2, (await mine.ClaimAsync(row.Id, Cancel))?.Epoch);
        Assert.Null(await mine.ClaimAsync(Guid.NewGuid(), Cancel));
    }

    [Fact]
    public async Task A_dead_owners_run_is_an_orphan_and_can_be_claimed_once()
    {
        IRunLog dead = await OpenAsync(), first = await OpenAsync(), second = await OpenAsync();
        await dead.SaveVersionAsync("v", "{}"u8.ToArray(), Cancel);
        RunRow row = Batches.Row();
        await dead.AppendAsync(Batches.New(row) with { VersionHash = "v" });
        await KillAsync(dead);
        Assert.Equal([row.Id], await first.OrphansAsync(Batches.Start, Cancel));

        RunClaim?[] claims = await Task.WhenAll(first.ClaimAsync(row.Id, Cancel).AsTask(), second.ClaimAsync(row.Id, Cancel).AsTask());
        RunClaim claim = Assert.Single(claims, c => c is not null)!;
        Assert.Equal((2, "v", row.Id), (claim.Epoch, claim.VersionHash, claim.Row.Id));
        Assert.Empty(await first.OrphansAsync(Batches.Start, Cancel));
        Assert.Empty(await second.OrphansAsync(Batches.Start, Cancel));
    }

    [Fact]
    public async Task An_older_epoch_is_refused()
    {
        IRunLog log = await OpenAsync();
        RunRow row = Batches.Row();
        await log.AppendAsync(Batches.New(row));
        Assert.Equal(2, (await log.ClaimAsync(row.Id, Cancel))?.Epoch);
        await Assert.ThrowsAsync<RunLostException>(async () => await log.AppendAsync(Batches.Next(row, 2, epoch: 1)));
        await Assert.ThrowsAsync<RunLostException>(async () => await log.AppendAsync(Batches.Next(row, 2, epoch: 1, changed: Batches.Ended(row))));
        await log.AppendAsync(Batches.Next(row, 2, epoch: 2));
        Assert.Equal([1, 2], (await log.EventsAsync(row.Id)).Select(e => e.Seq));
        Assert.False((await log.FindAsync(row.Id, Cancel))!.IsEnded);
    }

    [Fact]
    public async Task An_ended_run_cannot_be_claimed()
    {
        IRunLog log = await OpenAsync();
        RunRow row = Batches.Row();
        await log.AppendAsync(Batches.New(row));
        await log.AppendAsync(Batches.Next(row, 2, changed: Batches.Ended(row)));
        Assert.Null(await log.ClaimAsync(row.Id, Cancel));
    }

    [Fact]
    public async Task A_waiting_run_belongs_to_nobody_and_wakes_at_its_deadline()
    {
        IRunLog mine = await OpenAsync(), other = await OpenAsync();
        RunRow row = Batches.Row();
        await mine.AppendAsync(Batches.New(row));
        await mine.AppendAsync(Batches.Next(row, 2, changed: row with { State = RunState.Waiting }) with { WakeAt = Batches.Start.AddHours(1) });
        Assert.Empty(await other.OrphansAsync(Batches.Start, Cancel));
        Assert.Equal([row.Id], await other.OrphansAsync(Batches.Start.AddHours(2), Cancel));
        Assert.Equal(2, (await other.ClaimAsync(row.Id, Cancel))?.Epoch);
        Assert.Null(await mine.ClaimAsync(row.Id, Cancel));
    }

    [Fact]
    public async Task An_answer_makes_a_waiting_run_an_orphan_until_it_was_read()
    {
        IRunLog log = await OpenAsync();
        RunRow row = Batches.Row(), waiting = row with { State = RunState.Waiting };
        await log.AppendAsync(Batches.New(waiting));
        Assert.True(await log.PostAsync(row.Id, new InboxItem("approve", "answer", new HumanAnswer("yes", "gut", "a@b.c"), Batches.Start), Cancel));
        Assert.Equal([row.Id], await log.OrphansAsync(Batches.Start, Cancel));

        RunClaim claim = (await log.ClaimAsync(row.Id, Cancel))!;
        InboxItem item = Assert.Single(await log.InboxAsync(row.Id, Cancel));
        Assert.Equal(new InboxItem("approve", "answer", new HumanAnswer("yes", "gut", "a@b.c"), Batches.Start) { No = item.No }, item);
        await log.AppendAsync(Batches.Next(row, 2, epoch: claim.Epoch, changed: waiting) with { InboxRead = item.No });
        Assert.Empty(await log.OrphansAsync(Batches.Start, Cancel));

        Assert.True(await log.PostAsync(row.Id, new InboxItem("second", "answer", null, Batches.Start), Cancel));
        Assert.Equal([row.Id], await log.OrphansAsync(Batches.Start, Cancel));
        Assert.Equal(["approve", "second"], (await log.InboxAsync(row.Id, Cancel)).Select(i => i.Step));
    }

    [Fact]
    public async Task An_answer_that_was_seen_but_not_taken_in_still_makes_an_orphan()
    {
        IRunLog log = await OpenAsync();
        RunRow row = Batches.Row(), waiting = row with { State = RunState.Waiting };
        await log.AppendAsync(Batches.New(row));
        await log.PostAsync(row.Id, new InboxItem("a", "answer", null, Batches.Start), Cancel);
        await log.PostAsync(row.Id, new InboxItem("b", "answer", null, Batches.Start), Cancel);
        IReadOnlyList<InboxItem> items = await log.InboxAsync(row.Id, Cancel);
        Assert.True(0 < items[0].No && items[0].No < items[1].No);

        // The run was put aside when it had taken in the first; it may die before it comes back for the second.
        await log.AppendAsync(Batches.Next(row, 2, changed: waiting) with { InboxRead = items[0].No });
        Assert.Equal([row.Id], await log.OrphansAsync(Batches.Start, Cancel));
    }

    [Fact]
    public async Task A_step_has_one_answer_whoever_posts_it()
    {
        IRunLog first = await OpenAsync(), second = await OpenAsync();
        RunRow row = Batches.Row();
        await first.AppendAsync(Batches.New(row));
        bool[] posted = await Task.WhenAll(Enumerable.Range(0, 20)
            .Select(i => (i % 2 == 0 ? first : second).PostAsync(row.Id, new InboxItem("ask", "answer", new HumanAnswer($"d{i}"), Batches.Start), Cancel).AsTask()));
        Assert.Single(posted, true);
        Assert.True(await second.PostAsync(row.Id, new InboxItem("", "cancel", null, Batches.Start), Cancel));
        Assert.False(await first.PostAsync(Guid.NewGuid(), new InboxItem("ask", "cancel", null, Batches.Start), Cancel));
        await first.AppendAsync(Batches.Next(row, 2, changed: Batches.Ended(row)));
        Assert.False(await second.PostAsync(row.Id, new InboxItem("late", "answer", null, Batches.Start), Cancel));
    }

    [Fact]
    public async Task The_owner_sees_what_others_posted_until_it_read_it()
    {
        IRunLog mine = await OpenAsync(), other = await OpenAsync();
        RunRow row = Batches.Row();
        await mine.AppendAsync(Batches.New(row));
        Assert.Empty(await mine.UnreadAsync(Cancel));
        await other.PostAsync(row.Id, new InboxItem("a", "answer", null, Batches.Start), Cancel);
        Assert.Equal([row.Id], await mine.UnreadAsync(Cancel));
        Assert.Empty(await other.UnreadAsync(Cancel));
        await other.InboxAsync(row.Id, Cancel);
        Assert.Equal([row.Id], await mine.UnreadAsync(Cancel));
        await mine.InboxAsync(row.Id, Cancel);
        Assert.Empty(await mine.UnreadAsync(Cancel));
    }

    [Fact]
    public async Task An_idempotency_key_starts_one_run()
    {
        IRunLog log = await OpenAsync();
        RunRow[] rows = [.. Enumerable.Range(0, 50).Select(_ => Batches.Row())];
        Task[] starts = [.. rows.Select(row => log.AppendAsync(Batches.New(row) with { IdempotencyKey = new IdempotencyKey("flow", "k", "body") }).AsTask())];
        await Task.WhenAll(starts.Select(s => s.ContinueWith(_ => { }, TaskScheduler.Default)));
        int started = Assert.Single(Enumerable.Range(0, starts.Length), i => starts[i].IsCompletedSuccessfully);
        foreach (Task refused in starts.Where(s => s.IsFaulted))
        {
            DuplicateStartException duplicate = await Assert.ThrowsAsync<DuplicateStartException>(() => refused);
            Assert.Equal((rows[started].Id, "body"), (duplicate.RunId, duplicate.BodyHash));
        }
        Assert.Single(await FoundAsync(log, rows));
        await log.AppendAsync(Batches.New(Batches.Row()) with { IdempotencyKey = new IdempotencyKey("other", "k", "body") });
    }

    [Fact]
    public async Task A_conversation_has_one_active_run()
    {
        IRunLog log = await OpenAsync();
        RunRow first = Batches.Row(conversation: "c"), second = first with { Id = Guid.CreateVersion7() };
        await log.AppendAsync(Batches.New(first));
        RunConflictException busy = await Assert.ThrowsAsync<RunConflictException>(async () =>
            await log.AppendAsync(Batches.New(second) with { IdempotencyKey = new IdempotencyKey("s", "unused", "b") }));
        Assert.Equal("conversation.busy", busy.Code);
        Assert.Null(await log.FindAsync(second.Id, Cancel));
        await log.AppendAsync(Batches.New(Batches.Row(conversation: "c")));

        await log.AppendAsync(Batches.Next(first, 2, changed: Batches.Ended(first)));
        // The refusal used nothing up.
        await log.AppendAsync(Batches.New(second) with { IdempotencyKey = new IdempotencyKey("s", "unused", "b") });
    }

    [Fact]
    public async Task A_conversation_is_written_with_the_end_of_a_run()
    {
        IRunLog log = await OpenAsync();
        RunRow row = Batches.Row(conversation: "c");
        Conversation empty = await log.LoadConversationAsync(row.FlowId, "c", Cancel);
        Assert.Equal(("c", 0, 0), (empty.Id, empty.Messages.Count, empty.Variables.Count));
        await log.AppendAsync(Batches.New(row));
        Conversation said = new("c", [Message.Text("user", "你好")], new Dictionary<string, JsonElement> { ["tone"] = JsonSerializer.SerializeToElement("warm") });
        await log.AppendAsync(Batches.Next(row, 2, changed: Batches.Ended(row)) with { Conversation = said });
        Conversation kept = await log.LoadConversationAsync(row.FlowId, "c", Cancel);
        Assert.Equal("你好", Assert.Single(kept.Messages).AllText());
        Assert.Equal("warm", kept.Variables["tone"].GetString());
        Assert.Empty((await log.LoadConversationAsync(Guid.NewGuid(), "c", Cancel)).Messages);
    }

    [Fact]
    public async Task Pruning_takes_all_of_old_ended_runs_and_nothing_else()
    {
        IRunLog log = await OpenAsync();
        IdempotencyKey key = new("s", "k", "b");
        RunRow old = Batches.Row(conversation: "c"), recent = Batches.Row(), open = Batches.Row();
        await log.AppendAsync(Batches.New(old) with { IdempotencyKey = key });
        await log.PostAsync(old.Id, new InboxItem("a", "answer", null, Batches.Start), Cancel);
        await log.AppendAsync(Batches.Next(old, 2, changed: Batches.Ended(old)) with { Conversation = new Conversation("c", [Message.Text("user", "x")], new Dictionary<string, JsonElement>()) });
        await log.AppendAsync(Batches.New(recent));
        await log.AppendAsync(Batches.Next(recent, 2, changed: Batches.Ended(recent, Batches.Start.AddDays(2))));
        await log.AppendAsync(Batches.New(open));

        Assert.Equal(1, await log.PruneAsync(Batches.Start.AddDays(1), Cancel));
        Assert.Equal([recent.Id, open.Id], await FoundAsync(log, [old, recent, open]));
        Assert.Empty(await log.EventsAsync(old.Id));
        Assert.Equal(2, (await log.EventsAsync(recent.Id)).Count);
        Assert.Empty(await log.InboxAsync(old.Id, Cancel));
        Assert.Empty((await log.LoadConversationAsync(old.FlowId, "c", Cancel)).Messages);
        await log.AppendAsync(Batches.New(Batches.Row()) with { IdempotencyKey = key });
        Assert.Equal(0, await log.PruneAsync(Batches.Start.AddDays(1), Cancel));
    }

    private static async Task<List<Guid>> FoundAsync(IRunLog log, IEnumerable<RunRow> rows)
    {
        List<Guid> found = [];
        foreach (RunRow row in rows)
            if (await log.FindAsync(row.Id, Cancel) is { } there) found.Add(there.Id);
        return found;
    }
}
