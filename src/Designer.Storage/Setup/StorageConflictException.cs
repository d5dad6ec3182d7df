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
    private const string PostgresUnique = "23505", Refused = "40001";

    public static bool IsUnique(this DbUpdateException failed) => failed.InnerException switch
    {
        Microsoft.Data.Sqlite.SqliteException sqlite => sqlite.SqliteExtendedErrorCode is SqliteUnique or SqlitePrimaryKey,
        Npgsql.PostgresException postgres => postgres.SqlState == PostgresUnique,
        _ => false,
    };

    /// <summary>PostgreSQL refuses one of two serializable transactions that met; whoever is refused has changed nothing and tries again.</summary>
    public static async Task<T> SerializedAsync<T>(Func<Task<T>> transaction)
    {
        while (true)
        {
            try
            {
                return await transaction();
            }
            catch (Exception met) when (met is Npgsql.PostgresException { SqlState: Refused } || met.InnerException is Npgsql.PostgresException { SqlState: Refused }
                || met.InnerException?.InnerException is Npgsql.PostgresException { SqlState: Refused })
            {
            }
        }
    }
}
