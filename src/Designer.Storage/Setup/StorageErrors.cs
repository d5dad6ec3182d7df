using Microsoft.Data.Sqlite;

namespace Designer.Storage;

/// <summary>Turns what the disk and the databases throw into words a person can act on.</summary>
internal static class StorageErrors
{
    private const int Busy = 5, Locked = 6, ReadOnly = 8, IoError = 10, Corrupt = 11, Full = 13, CannotOpen = 14, NotADatabase = 26;

    public static StorageException Folder(string folder, Exception cause) => IsDiskFull(cause)
        ? new StorageException("disk.full", $"The disk of {Path.GetFullPath(folder)} is full.", cause)
        : new StorageException("folder.readOnly", $"Designer cannot write to {Path.GetFullPath(folder)}: {cause.Message}", cause);

    public static StorageException Sqlite(string file, SqliteException cause) => Sqlite(file, cause.SqliteErrorCode, cause);

    public static StorageException Sqlite(string file, SqliteFailure cause) => Sqlite(file, cause.Code, cause);

    private static StorageException Sqlite(string file, int code, Exception cause) => code switch
    {
        Busy or Locked => new("database.locked", $"{file} is locked by another program.", cause),
        ReadOnly or CannotOpen => new("folder.readOnly", $"{file} cannot be opened for writing.", cause),
        Full => new("disk.full", $"The disk of {file} is full.", cause),
        Corrupt or NotADatabase => new("database.damaged", $"{file} is damaged or no Designer database. Restore a backup.", cause),
        IoError => new("disk.failed", $"{file} cannot be read or written: {cause.Message}", cause),
        _ => new("database.failed", $"{file}: {cause.Message}", cause),
    };

    // ENOSPC on Unix, ERROR_DISK_FULL on Windows.
    private static bool IsDiskFull(Exception cause) => (cause.HResult & 0xFFFF) is 28 or 112;
}
