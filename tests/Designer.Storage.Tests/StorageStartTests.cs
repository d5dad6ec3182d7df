using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

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
