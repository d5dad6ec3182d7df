using Microsoft.Data.Sqlite;

namespace Designer.Knowledge;

/// <summary>
/// The tables of an index file. <c>documents</c> and <c>texts</c> are what people added; <c>chunks</c> and <c>words</c> are made from
/// them and can be made again at any time.
/// </summary>
internal static class Schema
{
    /// <summary>Raise it whenever chunking, tokenizing or the derived tables change: older files are then indexed anew when they are opened.</summary>
    public const int Version = 1;

    private const string Sources = """
        CREATE TABLE IF NOT EXISTS state(revision INTEGER NOT NULL);
        INSERT INTO state SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM state);
        CREATE TABLE IF NOT EXISTS documents(
            id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, title TEXT NOT NULL, media_type TEXT NOT NULL, url TEXT, hash TEXT NOT NULL,
            characters INTEGER NOT NULL, chunks INTEGER NOT NULL, words INTEGER NOT NULL, added_at TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS texts(document_id TEXT PRIMARY KEY, text TEXT NOT NULL);
        """;

    // The tokenizer "ascii" takes every character above 127 as part of a word, so with these tokenchars it splits our terms at spaces only.
    private const string Derived = """
        CREATE TABLE chunks(
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document_id TEXT NOT NULL, title TEXT NOT NULL, position INTEGER NOT NULL, text TEXT NOT NULL);
        CREATE INDEX chunks_of_document ON chunks(document_id);
        CREATE VIRTUAL TABLE words USING fts5(title, body, tokenize = "ascii tokenchars '.,#+'");
        CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, row);
        """;

    private static readonly string[] MissingTable = ["no such table", "no such fts5 table", "vtable constructor failed"];

    public static int VersionOf(SqliteConnection connection) => (int)connection.Scalar<long>("PRAGMA user_version");

    public static void CreateSources(SqliteConnection connection) => connection.Execute(Sources);

    public static void RecreateDerived(SqliteConnection connection)
    {
        connection.Execute("DROP TABLE IF EXISTS vocabulary");
        DropWords(connection);
        connection.Execute("DROP TABLE IF EXISTS chunks");
        connection.Execute(Derived);
        connection.Execute($"PRAGMA user_version = {Version}");
    }

    /// <summary>Whether the derived tables are there and hold as much as the documents say.</summary>
    public static bool IsWhole(SqliteConnection connection)
    {
        try
        {
            return connection.Scalar<long>("""
                SELECT (SELECT count(*) FROM chunks) = (SELECT count(*) FROM words_docsize)
                   AND (SELECT count(*) FROM chunks) = (SELECT count(*) FROM words_content)
                   AND (SELECT count(*) FROM chunks) = (SELECT coalesce(sum(chunks), 0) FROM documents)
                   AND (EXISTS (SELECT 1 FROM vocabulary) OR (SELECT coalesce(sum(words), 0) FROM documents) = 0)
                """) == 1;
        }
        catch (SqliteException error) when (IsDerivedDamage(error))
        {
            return false;
        }
    }

    /// <summary>Errors that a new set of derived tables cures: broken contents, or a missing table, for which SQLite has no code of its own.</summary>
    public static bool IsDerivedDamage(SqliteException error) => error.SqliteErrorCode switch
    {
        SQLitePCL.raw.SQLITE_CORRUPT => true,
        SQLitePCL.raw.SQLITE_ERROR => MissingTable.Any(error.Message.Contains),
        _ => false,
    };

    // A full-text table whose own tables are broken may refuse to be dropped; then its parts are dropped and its entry struck out.
    private static void DropWords(SqliteConnection connection)
    {
        try
        {
            connection.Execute("DROP TABLE IF EXISTS words");
        }
        catch (SqliteException error) when (IsDerivedDamage(error))
        {
            foreach (string part in (string[])["data", "idx", "content", "docsize", "config"]) connection.Execute($"DROP TABLE IF EXISTS words_{part}");
            connection.Execute("PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'words'; PRAGMA writable_schema = RESET;");
        }
    }
}
