using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Designer.Knowledge;

/// <summary>A document cut and tokenized, ready to be written.</summary>
internal sealed record IndexedText(string Title, IReadOnlyList<IndexedPassage> Passages)
{
    public long Words => Passages.Sum(passage => (long)passage.Words);

    public static IndexedText Of(string text, string mediaType, string label)
    {
        (string title, List<Passage> passages) = Chunker.Split(text, mediaType, DocumentLabel.TitleOf(label));
        return new IndexedText(title, [.. passages.Select(passage => IndexedPassage.Of(text, passage))]);
    }
}

/// <summary>A passage with its terms joined by spaces, as the full-text table takes them.</summary>
internal readonly record struct IndexedPassage(string Title, int Position, string Text, string TitleTerms, string BodyTerms, int Words)
{
    public static IndexedPassage Of(string text, Passage passage)
    {
        string body = text[passage.Start..passage.End];
        List<string> terms = Tokenizer.ForIndex(body);
        return new IndexedPassage(passage.Title, passage.Start, body, string.Join(' ', Tokenizer.ForIndex(passage.Title)), string.Join(' ', terms), terms.Count);
    }
}

/// <summary>Reads and writes documents with their chunks and words. Writers run inside a transaction of <see cref="IndexFile"/>.</summary>
internal static class DocumentRows
{
    private const string Columns = "id, title, name, media_type, url, hash, characters, chunks, added_at";

    public static KnowledgeDocument? Find(SqliteConnection connection, string id) =>
        connection.Rows(Document, $"SELECT {Columns} FROM documents WHERE id = $id", ("$id", id)).SingleOrDefault();

    public static KnowledgeDocument? FindByName(SqliteConnection connection, string name) =>
        connection.Rows(Document, $"SELECT {Columns} FROM documents WHERE name = $name", ("$name", name)).SingleOrDefault();

    public static IReadOnlyList<KnowledgeDocument> List(SqliteConnection connection, int skip, int take) =>
        connection.Rows(Document, $"SELECT {Columns} FROM documents ORDER BY name LIMIT $take OFFSET $skip", ("$take", take), ("$skip", skip));

    public static string? Text(SqliteConnection connection, string id) =>
        connection.Scalar<string>("SELECT text FROM texts WHERE document_id = $id", ("$id", id));

    public static void Put(SqliteConnection connection, KnowledgeDocument document, string text, IndexedText indexed)
    {
        Delete(connection, document.Id);
        connection.Execute("""
            INSERT INTO documents(id, name, title, media_type, url, hash, characters, chunks, words, added_at)
            VALUES ($id, $name, $title, $mediaType, $url, $hash, $characters, 0, 0, $addedAt)
            """,
            ("$id", document.Id), ("$name", document.Name), ("$title", document.Title), ("$mediaType", document.MediaType), ("$url", document.Url),
            ("$hash", document.Hash), ("$characters", document.Characters), ("$addedAt", document.AddedAt.ToString("O", CultureInfo.InvariantCulture)));
        connection.Execute("INSERT INTO texts(document_id, text) VALUES ($id, $text)", ("$id", document.Id), ("$text", text));
        WriteDerived(connection, document.Id, indexed);
    }

    public static void IndexStored(SqliteConnection connection, string id)
    {
        if (Find(connection, id) is not { } document) return;
        WriteDerived(connection, id, IndexedText.Of(Text(connection, id) ?? "", document.MediaType, document.Name));
    }

    public static bool Delete(SqliteConnection connection, string id)
    {
        connection.Execute("DELETE FROM words WHERE rowid IN (SELECT number FROM chunks WHERE document_id = $id)", ("$id", id));
        connection.Execute("DELETE FROM chunks WHERE document_id = $id", ("$id", id));
        connection.Execute("DELETE FROM texts WHERE document_id = $id", ("$id", id));
        return connection.Execute("DELETE FROM documents WHERE id = $id", ("$id", id)) > 0;
    }

    private static void WriteDerived(SqliteConnection connection, string documentId, IndexedText indexed)
    {
        using SqliteCommand chunk = connection.Command(
            "INSERT INTO chunks(id, document_id, title, position, text) VALUES ($id, $documentId, $title, $position, $text) RETURNING number",
            ("$id", ""), ("$documentId", documentId), ("$title", ""), ("$position", 0), ("$text", ""));
        using SqliteCommand words = connection.Command("INSERT INTO words(rowid, title, body) VALUES ($number, $title, $body)", ("$number", 0L), ("$title", ""), ("$body", ""));
        foreach (IndexedPassage passage in indexed.Passages)
        {
            chunk.Parameters["$id"].Value = ChunkId(documentId, passage);
            chunk.Parameters["$title"].Value = passage.Title;
            chunk.Parameters["$position"].Value = passage.Position;
            chunk.Parameters["$text"].Value = passage.Text;
            words.Parameters["$number"].Value = chunk.ExecuteScalar();
            words.Parameters["$title"].Value = passage.TitleTerms;
            words.Parameters["$body"].Value = passage.BodyTerms;
            words.ExecuteNonQuery();
        }
        connection.Execute("UPDATE documents SET title = $title, chunks = $chunks, words = $words WHERE id = $id",
            ("$title", indexed.Title), ("$chunks", indexed.Passages.Count), ("$words", indexed.Words), ("$id", documentId));
    }

    // Made of what the chunk says, so that it survives a rebuild and a citation never points to words that replaced the cited ones.
    private static string ChunkId(string documentId, IndexedPassage passage) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{documentId}\n{passage.Position}\n{passage.Title}\n{passage.Text}")))[..24];

    private static KnowledgeDocument Document(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4), row.GetString(5),
        row.GetInt32(6), row.GetInt32(7), DateTimeOffset.Parse(row.GetString(8), CultureInfo.InvariantCulture));
}
