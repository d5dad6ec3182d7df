using Designer.Flows;
using Microsoft.Data.Sqlite;

namespace Designer.Knowledge.Tests;

/// <summary>An index in a folder of its own with one knowledge base.</summary>
public sealed class TestKnowledge : IDisposable
{
    public TestKnowledge(Action<KnowledgeOptions>? configure = null)
    {
        Folder = Directory.CreateTempSubdirectory("designer-knowledge-").FullName;
        Options = new KnowledgeOptions { Folder = Path.Combine(Folder, "index") };
        configure?.Invoke(Options);
        Index = new KnowledgeIndex(Options, TimeProvider.System);
        Base = KnowledgeBase.Create(Guid.NewGuid(), "Handbook", TimeProvider.System);
    }

    public string Folder { get; }
    public KnowledgeOptions Options { get; }
    public KnowledgeIndex Index { get; }
    public KnowledgeBase Base { get; }
    public string File => Path.Combine(Options.Folder, $"{Base.Id:N}.db");

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public Task<AddResult> AddAsync(string name, string text) => Index.AddAsync(Base, DocumentInput.FromText(name, text), Cancel);

    public Task<AddResult> AddAsync(string name, byte[] bytes) => Index.AddAsync(Base, new DocumentInput(name, new MemoryStream(bytes)), Cancel);

    public Task<IReadOnlyList<Chunk>> SearchAsync(string query, int topK = 5) => Index.SearchAsync(Base, query, topK, Cancel);

    /// <summary>The names of the found documents, best first, each once.</summary>
    public async Task<string[]> FoundAsync(string query) => [.. (await SearchAsync(query)).Select(chunk => chunk.Metadata!["source"]).Distinct()];

    /// <summary>Another KnowledgeIndex on the same folder, as after a restart.</summary>
    public KnowledgeIndex Restarted() => new(Options, TimeProvider.System);

    /// <summary>Runs SQL on the file behind the index's back.</summary>
    public void Tamper(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        Index.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
