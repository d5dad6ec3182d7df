using Microsoft.EntityFrameworkCore;

namespace Designer.Storage;

/// <summary>The request contradicts what is stored. <see cref="Code"/>: <c>slug.taken</c>, <c>name.taken</c>, <c>flow.exists</c>, <c>draft.changed</c>, <c>member.lastOwner</c>, <c>member.exists</c>.</summary>
public sealed class StorageConflictException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    public string Code { get; } = code;
}

internal static class Conflicts
{
    private const int SqliteUnique = 2067, SqlitePrimaryKey = 1555;
    private const string PostgresUnique = "23505";

    public static bool IsUnique(this DbUpdateException failed) => failed.InnerException switch
    {
        Microsoft.Data.Sqlite.SqliteException sqlite => sqlite.SqliteExtendedErrorCode is SqliteUnique or SqlitePrimaryKey,
        Npgsql.PostgresException postgres => postgres.SqlState == PostgresUnique,
        _ => false,
    };
}
