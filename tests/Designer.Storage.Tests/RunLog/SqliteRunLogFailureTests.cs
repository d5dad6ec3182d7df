using Designer.Engine;
using Microsoft.Data.Sqlite;

namespace Designer.Storage.Tests;

/// <summary>Bad days of the SQLite log: a commit that fails must say so to its whole group, and the log must go on afterwards.</summary>
public sealed class SqliteRunLogFailureTests : IDisposable
{
    private static readonly SqliteRunLogOptions Impatient = new() { LockWait = TimeSpan.FromMilliseconds(50) };
    private readonly TempFolder _folder = new();
    private readonly FolderOwner _owner;

    public SqliteRunLogFailureTests() => _owner = new FolderOwner(_folder.Options);

    public void Dispose()
    {
        _owner.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_locked_file_fails_the_group_with_its_reason_and_the_log_recovers()
    {
        using SqliteRunLog log = new(_folder.Options, _owner, Impatient);
        RunRow row = Batches.Row();
        await log.AppendAsync(Batches.New(row));
        using (SqliteConnection other = new(new SqliteConnectionStringBuilder { DataSource = _folder.Options.RunsFile, Pooling = false }.ToString()))
        {
            await other.OpenAsync(TestContext.Current.CancellationToken);
            using SqliteTransaction held = other.BeginTransaction();
            Task[] appends = [log.AppendAsync(Batches.Next(row, 2)).AsTask(), log.AppendAsync(Batches.New(Batches.Row())).AsTask()];
            foreach (Task append in appends) Assert.Equal("database.locked", (await Assert.ThrowsAsync<StorageException>(() => append)).Code);
        }
        // What was refused left no trace, and what follows it cannot slip in behind the gap.
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await log.AppendAsync(Batches.Next(row, 3)));
        await log.AppendAsync(Batches.Next(row, 2));
        Assert.Equal([1, 2], (await log.EventsAsync(row.Id)).Select(e => e.Seq));
    }

    [Fact]
    public async Task A_full_disk_fails_the_group_with_its_reason_and_the_log_recovers()
    {
        using SqliteRunLog log = new(_folder.Options, _owner, Impatient with { MostBytes = 1024 * 1024 });
        RunRow row = Batches.Row();
        await log.AppendAsync(Batches.New(row));
        RunBatch huge = Batches.Next(row, 2) with { Events = new byte[2 * 1024 * 1024] };
        Assert.Equal("disk.full", (await Assert.ThrowsAsync<StorageException>(async () => await log.AppendAsync(huge))).Code);
        await log.AppendAsync(Batches.Next(row, 2));
        Assert.Equal([1, 2], (await log.EventsAsync(row.Id)).Select(e => e.Seq));
    }

    [Fact]
    public async Task A_run_whose_append_failed_is_taken_up_again_without_a_restart()
    {
        using SqliteRunLog log = new(_folder.Options, _owner, Impatient with { MostBytes = 1024 * 1024 });
        RunRow row = Batches.Row();
        await log.AppendAsync(Batches.New(row));
        Assert.Empty(await log.OrphansAsync(Batches.Start, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<StorageException>(async () => await log.AppendAsync(Batches.Next(row, 2) with { Events = new byte[2 * 1024 * 1024] }));
        Assert.Equal([row.Id], await log.OrphansAsync(Batches.Start, TestContext.Current.CancellationToken));
        Assert.Equal(2, (await log.ClaimAsync(row.Id, TestContext.Current.CancellationToken))?.Epoch);
        Assert.Empty(await log.OrphansAsync(Batches.Start, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Disposing_commits_what_is_queued()
    {
        Task[] appends;
        RunRow[] rows = [.. Enumerable.Range(0, 500).Select(_ => Batches.Row())];
        using (SqliteRunLog log = new(_folder.Options, _owner)) appends = [.. rows.Select(row => log.AppendAsync(Batches.New(row)).AsTask())];
        await Task.WhenAll(appends);
        using SqliteRunLog again = new(_folder.Options, _owner);
        Assert.All(await Task.WhenAll(rows.Select(row => again.FindAsync(row.Id, TestContext.Current.CancellationToken).AsTask())), Assert.NotNull);
    }

    [Fact]
    public void A_file_that_is_no_database_is_said_to_be_damaged()
    {
        File.WriteAllText(_folder.Options.RunsFile, new string('x', 5000));
        Assert.Equal("database.damaged", Assert.Throws<StorageException>(() => new SqliteRunLog(_folder.Options, _owner)).Code);
    }

    [Fact]
    public async Task A_newer_designers_file_is_left_alone()
    {
        using (SqliteConnection other = new(new SqliteConnectionStringBuilder { DataSource = _folder.Options.RunsFile, Pooling = false }.ToString()))
        {
            await other.OpenAsync(TestContext.Current.CancellationToken);
            using SqliteCommand newer = other.CreateCommand();
            newer.CommandText = "PRAGMA user_version = 99";
            await newer.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
        Assert.Equal("database.newer", Assert.Throws<StorageException>(() => new SqliteRunLog(_folder.Options, _owner)).Code);
    }
}
