using Designer.Flows;
using Microsoft.Data.Sqlite;

namespace Designer.Knowledge;

/// <summary>
/// Finds chunks in two steps: FTS5 picks candidates by any term of the question, <see cref="Ranking"/> orders them. What a person
/// types never reaches FTS5 as syntax: the expression is made of quoted terms of our tokenizer.
/// </summary>
internal static class Search
{
    public const int MaxResults = 100;

    private const int LongestQuestion = 4000;
    private const int MaxTerms = 32;
    private const int MinCandidates = 60;
    private const int CandidatesPerResult = 4;

    /// <summary>In collections over this size, terms that say little beside the most telling one only rank; they pick no candidates.</summary>
    private const int ManyChunks = 2000;

    private const double LittleBesideTheBest = 0.2;

    private const string Columns = "c.id, c.document_id, c.title, c.text, c.position, d.name, d.title, d.url";

    public static IReadOnlyList<Chunk> Run(SqliteConnection connection, string question, int topK)
    {
        topK = Math.Min(topK, MaxResults);
        List<Token> tokens = Tokenizer.ForQuery(question.Length <= LongestQuestion ? question : question[..question.CutBefore(LongestQuestion)]);
        if (topK <= 0 || tokens.Count == 0) return [];

        (long chunks, long words) = connection.Rows(row => (row.GetInt64(0), row.GetInt64(1)), "SELECT coalesce(sum(chunks), 0), coalesce(sum(words), 0) FROM documents").Single();
        List<RankedTerm> terms = Known(connection, tokens, chunks);
        if (terms.Count == 0) return [];

        var ranking = new Ranking(terms, (double)words / chunks);
        double least = chunks > ManyChunks ? LittleBesideTheBest * terms.Max(term => term.Value) : 0;
        return [.. Candidates(connection, terms.Where(term => term.Value >= least), ranking, Math.Max(MinCandidates, CandidatesPerResult * topK))
            .OrderByDescending(chunk => chunk.Score).ThenBy(chunk => chunk.Id, StringComparer.Ordinal).Take(topK)];
    }

    public static Chunk? Find(SqliteConnection connection, string chunkId) => connection.Rows(row => ToChunk(row, 0, null),
        $"SELECT {Columns} FROM chunks c JOIN documents d ON d.id = c.document_id WHERE c.id = $id", ("$id", chunkId)).SingleOrDefault();

    // Terms that no chunk has are left out; of a long question the telling terms remain, in the order of the question.
    private static List<RankedTerm> Known(SqliteConnection connection, List<Token> tokens, long chunks)
    {
        using SqliteCommand exact = connection.Command("SELECT coalesce(sum(doc), 0) FROM vocabulary WHERE term = $term", ("$term", ""));
        using SqliteCommand prefix = connection.Command("SELECT coalesce(sum(doc), 0) FROM vocabulary WHERE term >= $term AND term < $term || char(0x10FFFF)", ("$term", ""));
        var known = new List<RankedTerm>();
        foreach (Token token in tokens)
        {
            SqliteCommand count = token.IsPrefix ? prefix : exact;
            count.Parameters[0].Value = token.Term;
            long having = Math.Min(chunks, (long)count.ExecuteScalar()!);
            if (having > 0) known.Add(RankedTerm.Of(token, having, chunks));
        }
        if (known.Count <= MaxTerms) return known;
        double least = known.Select(term => term.Value).OrderDescending().ElementAt(MaxTerms - 1);
        return [.. known.Where(term => term.Value >= least).Take(MaxTerms)];
    }

    private static List<Chunk> Candidates(SqliteConnection connection, IEnumerable<RankedTerm> picking, Ranking ranking, int count)
    {
        string anyTerm = string.Join(" OR ", picking.Select(term => $"\"{term.Text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"{(term.IsPrefix ? "*" : "")}"));
        return connection.Rows(
            row =>
            {
                (double bm25, double score) = ranking.Of(row.GetString(8), row.GetString(9));
                return ToChunk(row, score, new Dictionary<string, double> { ["bm25"] = bm25 });
            },
            $"""
            WITH best AS MATERIALIZED (SELECT rowid AS number FROM words WHERE words MATCH $anyTerm AND rank MATCH 'bm25(4.0, 1.0)' ORDER BY rank LIMIT $count)
            SELECT {Columns}, w.title, w.body
            FROM best JOIN words w ON w.rowid = best.number JOIN chunks c ON c.number = best.number JOIN documents d ON d.id = c.document_id
            """, ("$anyTerm", anyTerm), ("$count", count));
    }

    private static Chunk ToChunk(SqliteDataReader row, double score, IReadOnlyDictionary<string, double>? scores)
    {
        var metadata = new Dictionary<string, string> { ["source"] = row.GetString(5), ["document"] = row.GetString(6) };
        if (!row.IsDBNull(7)) metadata["url"] = row.GetString(7);
        return new Chunk(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), score, scores, Position: row.GetInt32(4), Metadata: metadata);
    }
}
