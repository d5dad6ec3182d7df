using System.IO.Compression;
using System.Text.Json;
using Designer.Flows;
using Microsoft.Data.Sqlite;

namespace Designer.Storage;

public sealed partial class Backup
{
    private const int MostFiles = 1_000_000;
    /// <summary>From this size on, a content that is more than <see cref="MostRatio"/> times as large as its archive is taken for a bomb.</summary>
    private const long SurelyHarmless = 256L * 1024 * 1024;
    private const int MostRatio = 200;

    /// <summary>Makes a data folder from a backup. The folder must be new or empty; nothing is left behind when it fails.</summary>
    /// <exception cref="StorageException"><c>backup.invalid</c>: no (whole) backup; <c>folder.notEmpty</c>; <c>disk.full</c>; <c>folder.readOnly</c></exception>
    public static async Task RestoreAsync(string file, string folder, CancellationToken cancellation = default)
    {
        string target = Path.GetFullPath(folder);
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
            throw new StorageException("folder.notEmpty", $"{target} is not empty. Choose a new folder, or move the old one away.");
        string part = $"{target}.restoring-{Guid.NewGuid():N}";
        try
        {
            CreatePrivate(part);
            await using (FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read))
            await using (ZipArchive zip = new(stream, ZipArchiveMode.Read))
                await ExtractAsync(zip, part, stream.Length, cancellation);
            foreach (string name in Databases) await CheckAsync(Path.Combine(part, name), cancellation);
            if (Directory.Exists(target)) Directory.Delete(target);
            Directory.Move(part, target);
        }
        catch (InvalidDataException cause)
        {
            throw new StorageException("backup.invalid", $"{file} is no backup of Designer, or it is damaged: {cause.Message}", cause);
        }
        catch (FileNotFoundException cause)
        {
            throw new StorageException("backup.invalid", $"There is no file {file}.", cause);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw StorageErrors.Folder(target, cause);
        }
        finally
        {
            if (Directory.Exists(part)) Directory.Delete(part, recursive: true);
        }
    }

    private static async Task ExtractAsync(ZipArchive zip, string folder, long archiveBytes, CancellationToken cancellation)
    {
        await CheckManifestAsync(zip, cancellation);
        if (zip.Entries.Count > MostFiles) throw new InvalidDataException($"it holds more than {MostFiles:N0} files.");
        long most = Math.Max(SurelyHarmless, archiveBytes * MostRatio);
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            if (entry.FullName == BackupManifest.FileName) continue;
            string path = PathOf(folder, entry.FullName);
            CreatePrivate(Path.GetDirectoryName(path)!);
            await using Stream source = await entry.OpenAsync(cancellation);
            await using FileStream copy = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            most -= await CopyAsync(source, copy, most, cancellation);
        }
    }

    private static async Task CheckManifestAsync(ZipArchive zip, CancellationToken cancellation)
    {
        ZipArchiveEntry entry = zip.GetEntry(BackupManifest.FileName) ?? throw new InvalidDataException($"it has no {BackupManifest.FileName}.");
        try
        {
            await using Stream stream = await entry.OpenAsync(cancellation);
            using MemoryStream text = new();
            await CopyAsync(stream, text, 64 * 1024, cancellation);
            BackupManifest? manifest = JsonSerializer.Deserialize<BackupManifest>(text.ToArray(), FlowJson.Options);
            if (manifest is not { Format: > 0 and <= BackupManifest.CurrentFormat })
                throw new InvalidDataException("it was written by a newer Designer.");
        }
        catch (JsonException cause)
        {
            throw new InvalidDataException($"{BackupManifest.FileName} cannot be read.", cause);
        }
    }

    /// <summary>Where an entry belongs; only the files and folders that a backup has are let in.</summary>
    private static string PathOf(string folder, string name)
    {
        string[] parts = name.Split('/');
        bool isKnown = parts.Length == 1 ? Databases.Contains(name) : Folders.Contains(parts[0]);
        bool isPlain = !name.Contains('\\') && !name.Contains(':') && !name.Contains('\0') && parts.All(part => part is not ("" or "." or ".."));
        if (!isKnown || !isPlain) throw new InvalidDataException($"the file name {JsonSerializer.Serialize(name)} does not belong into a backup.");
        return Path.Combine([folder, .. parts]);
    }

    // The sizes an archive claims for itself prove nothing: count what comes out.
    private static async Task<long> CopyAsync(Stream from, Stream to, long most, CancellationToken cancellation)
    {
        byte[] buffer = new byte[81920];
        long copied = 0;
        while (await from.ReadAsync(buffer, cancellation) is > 0 and var read)
        {
            copied += read;
            if (copied > most) throw new InvalidDataException("it unpacks to far more than a backup of its size would.");
            await to.WriteAsync(buffer.AsMemory(0, read), cancellation);
        }
        return copied;
    }

    private static async Task CheckAsync(string database, CancellationToken cancellation)
    {
        if (!File.Exists(database)) return;
        try
        {
            await using SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = database, Pooling = false }.ToString());
            await connection.OpenAsync(cancellation);
            await using SqliteCommand check = connection.CreateCommand();
            check.CommandText = "PRAGMA quick_check(1)";
            if (await check.ExecuteScalarAsync(cancellation) as string != "ok") throw new InvalidDataException($"{Path.GetFileName(database)} is damaged.");
        }
        catch (SqliteException cause)
        {
            throw new InvalidDataException($"{Path.GetFileName(database)} is damaged.", cause);
        }
    }

    // Keys and password hashes are inside.
    private static void CreatePrivate(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
