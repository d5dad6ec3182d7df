using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace Designer.Storage;

/// <summary>Brings the databases to this build's schema before anything reads them.</summary>
public sealed class StorageStart(StorageOptions options, FolderOwner owner, IDbContextFactory<DesignerDb> factory)
{
    /// <summary>Creates or upgrades the tables, if that is needed and nobody else has the storage open.</summary>
    /// <exception cref="StorageException">The folder or database cannot be used; the message says why.</exception>
    public async Task MigrateAsync(CancellationToken cancellation = default)
    {
        try
        {
            foreach (string folder in (string[])[options.KnowledgeFolder, options.BlobFolder, options.KeyFolder]) Directory.CreateDirectory(folder);
            // One process at a time looks and upgrades; the others wait here and then find nothing to do.
            await using IAsyncDisposable turn = await TakeTurnAsync(cancellation);
            await using DesignerDb db = await factory.CreateDbContextAsync(cancellation);
            await UpgradeAsync(db, cancellation);
        }
        catch (SqliteException cause)
        {
            throw StorageErrors.Sqlite(options.DesignerFile, cause);
        }
        catch (Exception cause) when (cause is UnauthorizedAccessException or IOException)
        {
            throw StorageErrors.Folder(options.DataFolder, cause);
        }
        catch (DbException cause)
        {
            throw new StorageException("database.unreachable", $"The database cannot be used: {cause.Message}", cause);
        }
    }

    private async Task UpgradeAsync(DesignerDb db, CancellationToken cancellation)
    {
        HashSet<string> known = [.. db.Database.GetMigrations()];
        List<string> applied = [.. await db.Database.GetAppliedMigrationsAsync(cancellation)];
        if (applied.Find(name => !known.Contains(name)) is { } newer)
            throw new StorageException("database.newer", $"This data was written by a newer Designer (it has the change {newer}). Start that version, or restore a backup.");
        if (applied.Count == known.Count) return;
        if (applied.Count > 0 && await CountOthersAsync(db, cancellation) is > 0 and var others)
            throw new StorageException("folder.inUse", $"The data must be upgraded, but {others} other Designer {(others == 1 ? "process has" : "processes have")} it open. Stop it first.");
        if (options.Provider == StorageProvider.Sqlite) await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", cancellation);
        await db.Database.MigrateAsync(cancellation);
    }

    private async Task<long> CountOthersAsync(DesignerDb db, CancellationToken cancellation) => options.Provider == StorageProvider.Sqlite
        ? owner.CountOthers()
        : await db.Database.SqlQueryRaw<long>($"SELECT count(*) AS \"Value\" FROM ({PostgresRunSchema.LivingOwners}) living").SingleAsync(cancellation);

    private async Task<IAsyncDisposable> TakeTurnAsync(CancellationToken cancellation)
    {
        string file = Path.Combine(options.DataFolder, "migrate.lock");
        using PeriodicTimer poll = new(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(file))
            {
                await poll.WaitForNextTickAsync(cancellation);
            }
        }
    }
}
