using Microsoft.Data.Sqlite;

namespace Designer.Knowledge;

/// <summary>A document or an index that cannot be used. <see cref="Code"/> is stable; the message is written for people.</summary>
public sealed class KnowledgeException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    public const string TooLarge = "knowledge.tooLarge";
    public const string Empty = "knowledge.empty";
    public const string Binary = "knowledge.binary";
    public const string Encoding = "knowledge.encoding";
    public const string Link = "knowledge.link";
    public const string FolderMissing = "knowledge.folderMissing";
    public const string Busy = "knowledge.busy";
    public const string DiskFull = "knowledge.diskFull";
    public const string Unavailable = "knowledge.unavailable";
    public const string Damaged = "knowledge.damaged";
    public const string Newer = "knowledge.newer";

    public string Code { get; } = code;

    internal static KnowledgeException From(SqliteException error) => error.SqliteErrorCode switch
    {
        SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED =>
            new(Busy, "The knowledge base is locked by another program. Try again when it has finished.", error),
        SQLitePCL.raw.SQLITE_FULL =>
            new(DiskFull, "The disk is full, so the knowledge base cannot be changed.", error),
        SQLitePCL.raw.SQLITE_READONLY or SQLitePCL.raw.SQLITE_CANTOPEN or SQLitePCL.raw.SQLITE_PERM or SQLitePCL.raw.SQLITE_IOERR =>
            new(Unavailable, "The file of the knowledge base cannot be opened, read or written. Check the data folder and its permissions.", error),
        SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB =>
            new(Damaged, "The file of the knowledge base is damaged. Restore it from a backup, or delete the knowledge base and add its documents again.", error),
        _ => new(Unavailable, $"The knowledge base cannot be used: {error.Message}", error),
    };

    internal static KnowledgeException From(Exception error) => error switch
    {
        KnowledgeException known => known,
        SqliteException sqlite => From(sqlite),
        _ => new(Unavailable, $"The file cannot be read or written: {error.Message}", error),
    };
}
