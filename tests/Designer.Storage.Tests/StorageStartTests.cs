using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Designer.Storage.Tests;

public sealed class StorageStartTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_database_has_migrations_for_the_whole_model()
    {
        using SqliteDesignerDb sqlite = new SqliteDesignerDb.DesignTime().CreateDbContext([]);
        using PostgresDesignerDb postgres = new PostgresDesignerDb.DesignTime().CreateDbContext([]);
        Assert.False(sqlite.Database.HasPendingModelChanges(), "dotnet ef migrations add NAME --context SqliteDesignerDb --output-dir Migrations/Sqlite");
        Assert.False(postgres.Database.HasPendingModelChanges(), "dotnet ef migrations add NAME --context PostgresDesignerDb --output-dir Migrations/Postgres");
    }

    [Fact]
    public async Task A_first_start_warns_of_nothing()
    {
        using Warnings warnings = new();
        await using ServiceProvider services = await Services.StartAsync(_folder.Options, logs: warnings);
        Assert.Equal((int)LogLevel.Information, warnings.Least);
        Assert.Empty(warnings.Said);
    }

    [Fact]
    public async Task Data_from_before_drafts_of_ones_own_keeps_its_commands()
    {
        await using (SqliteDesignerDb before = new SqliteDesignerDb.DesignTime().CreateDbContext([]))
        {
            Directory.CreateDirectory(_folder.Options.DataFolder);
            before.Database.SetConnectionString($"Data Source={_folder.Options.DesignerFile};Pooling=False");
            await before.GetService<IMigrator>().MigrateAsync("Debugging", Cancel);
        }
        Guid flow = Guid.NewGuid(), workspace = Guid.NewGuid();
        await ScalarAsync($"""
            INSERT INTO Workspaces (Id, Name, CreatedAt) VALUES ('{workspace}', 'Team', 1);
            INSERT INTO Flows (Id, WorkspaceId, Slug, Name, Draft, Revision, Bindings, Tags, Record, CreatedBy, CreatedAt, UpdatedAt)
              VALUES ('{flow}', '{workspace}', 'ask', 'Ask', x'7b7d', 1, '', '', 'Full', 'ada', 1, 1);
            INSERT INTO FlowCommands (FlowId, Revision, WorkspaceId, CommandId, Author, Ops, Inverse, At) VALUES ('{flow}', 1, '{workspace}', 'c1', 'ada', '[1]', '[2]', 7);
            """);

        await using ServiceProvider services = await Services.StartAsync(_folder.Options);
        Assert.Equal("c1|ada|[1]|[2]|7||Edit|", await ScalarAsync($"SELECT CommandId || '|' || Author || '|' || Ops || '|' || Inverse || '|' || At || '|' || Owner || '|' || Kind || '|' || Step FROM FlowCommands WHERE FlowId = '{flow}' AND Revision = 1 AND WorkspaceId = '{workspace}'"));
        Assert.Equal(0L, await ScalarAsync("SELECT count(*) FROM sqlite_master WHERE name LIKE 'FlowCommands_%'"));
        Assert.Equal(2L, await ScalarAsync("SELECT count(*) FROM sqlite_master WHERE tbl_name = 'FlowCommands' AND name LIKE 'IX_%'"));
    }

    [Fact]
    public async Task Starting_again_and_beside_another_process_changes_nothing()
    {
        await using ServiceProvider first = await Services.StartAsync(_folder.Options);
        Workspace workspace = await first.AddWorkspaceAsync();
        await using ServiceProvider second = await Services.StartAsync(_folder.Options);
        Assert.Equal(workspace.Id, Assert.Single(await second.GetRequiredService<MemberStore>().WorkspacesAsync(Cancel)).Id);
        Assert.Equal("wal", await ScalarAsync("PRAGMA journal_mode"));
    }

    [Fact]
    public async Task Several_processes_may_start_a_fresh_folder_at_once()
    {
        ServiceProvider[] all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Services.StartAsync(_folder.Options))));
        await using (DesignerDb db = await all[0].GetRequiredService<IDbContextFactory<DesignerDb>>().CreateDbContextAsync(Cancel))
            Assert.Equal((long)db.Database.GetMigrations().Count(), await ScalarAsync("SELECT count(*) FROM __EFMigrationsHistory"));
        foreach (ServiceProvider services in all) await services.DisposeAsync();
        Assert.Empty(Directory.GetFiles(_folder.Options.OwnerFolder));
    }

    [Fact]
    public async Task Data_of_a_newer_version_is_left_alone()
    {
        await using (ServiceProvider services = await Services.StartAsync(_folder.Options))
        {
            await ScalarAsync("DELETE FROM __EFMigrationsHistory; INSERT INTO __EFMigrationsHistory VALUES ('19990101000000_Old', '1')");
        }
        Assert.Equal("database.newer", (await Assert.ThrowsAsync<StorageException>(() => Services.StartAsync(_folder.Options))).Code);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_said_to_be_damaged()
    {
        await File.WriteAllTextAsync(_folder.Options.DesignerFile, new string('x', 5000), Cancel);
        Assert.Equal("database.damaged", (await Assert.ThrowsAsync<StorageException>(() => Services.StartAsync(_folder.Options))).Code);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_said_so()
    {
        string file = Path.Combine(_folder.Path, "file");
        await File.WriteAllTextAsync(file, "", Cancel);
        StorageException refused = await Assert.ThrowsAsync<StorageException>(() => Services.StartAsync(new StorageOptions { DataFolder = Path.Combine(file, "data") }));
        Assert.Equal("folder.readOnly", refused.Code);
        Assert.Contains(file, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_that_is_gone_is_not_alive()
    {
        FolderOwner gone = new(_folder.Options);
        using FolderOwner me = new(_folder.Options);
        Assert.True(me.IsAlive(gone.Id));
        Assert.True(me.IsAlive(me.Id));
        Assert.Equal(1, me.CountOthers());
        gone.Dispose();
        Assert.False(me.IsAlive(gone.Id));
        Assert.Equal(0, me.CountOthers());
        // What kill -9 leaves behind: the file without its lock.
        Guid killed = Guid.NewGuid();
        File.WriteAllText(Path.Combine(_folder.Options.OwnerFolder, $"{killed:N}.lock"), "");
        Assert.False(me.IsAlive(killed));
    }

    /// <summary>What was said at warning or above; and the lowest level that anything was said at, to show that it hears.</summary>
    private sealed class Warnings : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _said = new();
        public IEnumerable<string> Said => _said;
        public int Least { get; private set; } = (int)LogLevel.None;
        public ILogger CreateLogger(string categoryName) => this;
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Least = Math.Min(Least, (int)logLevel);
            if (logLevel >= LogLevel.Warning) _said.Enqueue(formatter(state, exception));
        }

        public void Dispose()
        {
        }
    }

    private async Task<object?> ScalarAsync(string sql)
    {
        await using SqliteConnection connection = new($"Data Source={_folder.Options.DesignerFile};Pooling=False");
        await connection.OpenAsync(Cancel);
        await using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(Cancel);
    }
}
