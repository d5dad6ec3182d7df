using System.IO.Compression;
using System.Text.Json;
using Designer.Flows;
using Microsoft.Data.Sqlite;

namespace Designer.Storage;

/// <summary>What a backup says about itself.</summary>
public sealed record BackupManifest(int Format, DateTimeOffset CreatedAt)
{
    public const string FileName = "designer-backup.json";
    public const int CurrentFormat = 1;
}

/// <summary>The whole data folder as one zip file, made while Designer runs, and back again.</summary>
/// <remarks>It holds the encryption keys beside what they encrypt: keep it as safe as the data folder itself.</remarks>
public sealed partial class Backup(StorageOptions options, TimeProvider clock)
{
    private static readonly string[] Databases = ["designer.db", "runs.db"];
    private static readonly string[] Folders = ["knowledge", "blobs", "keys"];

    /// <summary>Writes the backup; the file appears when it is complete.</summary>
    /// <exception cref="StorageException"><c>backup.unsupported</c> on PostgreSQL; <c>backup.exists</c>; <c>disk.full</c>; <c>folder.readOnly</c></exception>
    public async Task BackupAsync(string file, CancellationToken cancellation = default)
    {
        if (options.Provider != StorageProvider.Sqlite)
            throw new StorageException("backup.unsupported", "The data is in PostgreSQL: back it up with pg_dump, and copy the folders knowledge, blobs and keys.");
        if (File.Exists(file)) throw new StorageException("backup.exists", $"{file} exists already.");
        string part = file + ".part";
        try
        {
            await using (FileStream stream = new(part, FileMode.Create, FileAccess.Write, FileShare.None))
            await using (ZipArchive zip = new(stream, ZipArchiveMode.Create))
                await WriteAsync(zip, cancellation);
            File.Move(part, file);
        }
        catch (SqliteException cause)
        {
            throw StorageErrors.Sqlite(options.DataFolder, cause);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw StorageErrors.Folder(Path.GetDirectoryName(Path.GetFullPath(file))!, cause);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private async Task WriteAsync(ZipArchive zip, CancellationToken cancellation)
    {
        BackupManifest manifest = new(BackupManifest.CurrentFormat, clock.GetUtcNow());
        await using (Stream entry = await zip.CreateEntry(BackupManifest.FileName).OpenAsync(cancellation))
            await JsonSerializer.SerializeAsync(entry, manifest, FlowJson.Options, cancellation);
        IEnumerable<string> files = Databases.Select(name => Path.Combine(options.DataFolder, name)).Where(File.Exists)
            .Concat(Folders.Select(name => Path.Combine(options.DataFolder, name)).Where(Directory.Exists)
                .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)));
        foreach (string file in files)
        {
            // Beside an open database; the copy holds what they hold.
            if (file.EndsWith("-wal", StringComparison.Ordinal) || file.EndsWith("-shm", StringComparison.Ordinal)) continue;
            string name = Path.GetRelativePath(options.DataFolder, file).Replace('\\', '/');
            if (file.EndsWith(".db", StringComparison.Ordinal)) await AddDatabaseAsync(zip, file, name, cancellation);
            else await AddFileAsync(zip, file, name, cancellation);
        }
    }

    // Being written, or swept away meanwhile: nothing that the databases, which were copied before, refer to.
    private static async Task AddFileAsync(ZipArchive zip, string file, string name, CancellationToken cancellation)
    {
        if (name.StartsWith("blobs/", StringComparison.Ordinal) && name.Contains("/new/", StringComparison.Ordinal)) return;
        FileStream source;
        try
        {
            source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return;
        }
        await using (source)
        await using (Stream entry = await zip.CreateEntry(name).OpenAsync(cancellation))
            await source.CopyToAsync(entry, cancellation);
    }

    // A file copy of a database in use can be torn; VACUUM INTO reads one consistent state.
    private static async Task AddDatabaseAsync(ZipArchive zip, string file, string name, CancellationToken cancellation)
    {
        string copy = Path.Combine(Path.GetTempPath(), $"designer-{Guid.NewGuid():N}.db");
        try
        {
            await using (SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false, Mode = SqliteOpenMode.ReadWrite }.ToString()))
            {
                await connection.OpenAsync(cancellation);
                await using SqliteCommand vacuum = connection.CreateCommand();
                vacuum.CommandText = "VACUUM INTO $copy";
                vacuum.Parameters.AddWithValue("$copy", copy);
                await vacuum.ExecuteNonQueryAsync(cancellation);
            }
            await zip.CreateEntryFromFileAsync(copy, name, cancellation);
        }
        finally
        {
            File.Delete(copy);
        }
    }
}
