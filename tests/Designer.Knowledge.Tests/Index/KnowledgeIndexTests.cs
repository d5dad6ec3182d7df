using Designer.Flows;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.Knowledge.Tests.Index;

public sealed class KnowledgeIndexTests : IDisposable
{
    private readonly TestKnowledge _knowledge = new(options => options.BusyTimeout = TimeSpan.FromSeconds(1));

    private KnowledgeIndex Index => _knowledge.Index;

    private KnowledgeBase Base => _knowledge.Base;

    private static CancellationToken Cancel => TestKnowledge.Cancel;

    [Fact]
    public async Task The_same_name_replaces_and_the_same_text_changes_nothing()
    {
        AddResult added = await _knowledge.AddAsync("a.md", "# One\nalpha");
        long first = await Index.RevisionAsync(Base, Cancel);
        AddResult unchanged = await _knowledge.AddAsync("a.md", "# One\r\nalpha");
        Assert.Equal(first, await Index.RevisionAsync(Base, Cancel));
        AddResult replaced = await _knowledge.AddAsync("a.md", "# Two\nbeta");
        Assert.True(await Index.RevisionAsync(Base, Cancel) > first);

        Assert.Equal([AddOutcome.Added, AddOutcome.Unchanged, AddOutcome.Replaced], [added.Outcome, unchanged.Outcome, replaced.Outcome]);
        Assert.Equal((added.DocumentId, added.DocumentId), (unchanged.DocumentId, replaced.DocumentId));
        Assert.Empty(await _knowledge.SearchAsync("alpha"));
        Assert.Single(await _knowledge.SearchAsync("beta"));
        KnowledgeDocument document = Assert.Single(await Index.ListDocumentsAsync(Base, cancel: Cancel));
        Assert.Equal(("Two", "a.md", "text/markdown", 1, 10), (document.Title, document.Name, document.MediaType, document.Chunks, document.Characters));
    }

    [Fact]
    public async Task A_replaced_passage_is_not_found_by_its_old_id()
    {
        await _knowledge.AddAsync("a.md", "alpha");
        string id = Assert.Single(await _knowledge.SearchAsync("alpha")).Id;
        await _knowledge.AddAsync("a.md", "alpha beta");
        Assert.Null(await Index.GetChunkAsync(Base, id, Cancel));
    }

    [Fact]
    public async Task Media_type_and_address_are_kept()
    {
        await Index.AddAsync(Base, DocumentInput.FromText("notes", "# Head\nalpha", "text/markdown; charset=utf-8", "https://example.org/notes"), Cancel);
        Chunk chunk = Assert.Single(await _knowledge.SearchAsync("alpha"));
        Assert.Equal(("Head", "https://example.org/notes", "notes"), (chunk.Title, chunk.Metadata!["url"], chunk.Metadata["source"]));
    }

    [Fact]
    public async Task A_deleted_document_is_gone()
    {
        AddResult added = await _knowledge.AddAsync("a.md", "alpha");
        await _knowledge.AddAsync("b.md", "beta");
        long before = await Index.RevisionAsync(Base, Cancel);
        Assert.True(await Index.DeleteDocumentAsync(Base, added.DocumentId, Cancel));
        Assert.False(await Index.DeleteDocumentAsync(Base, added.DocumentId, Cancel));
        Assert.True(await Index.RevisionAsync(Base, Cancel) > before);
        Assert.Empty(await _knowledge.SearchAsync("alpha"));
        Assert.Null(await Index.GetTextAsync(Base, added.DocumentId, Cancel));
        Assert.Equal("b.md", Assert.Single(await Index.ListDocumentsAsync(Base, cancel: Cancel)).Name);
    }

    [Fact]
    public async Task Lists_come_in_pages_by_name()
    {
        foreach (string name in (string[])["c", "a", "d", "b"]) await _knowledge.AddAsync(name, "text");
        Assert.Equal(["b", "c"], (await Index.ListDocumentsAsync(Base, skip: 1, take: 2, Cancel)).Select(document => document.Name));
    }

    [Fact]
    public async Task An_empty_knowledge_base_has_no_file_and_answers_nothing()
    {
        Assert.Empty(await _knowledge.SearchAsync("alpha"));
        Assert.Empty(await Index.ListDocumentsAsync(Base, cancel: Cancel));
        Assert.Equal(new KnowledgeSummary(0, 0, 0, 0), await Index.SummaryAsync(Base, Cancel));
        Assert.False(await Index.DeleteDocumentAsync(Base, "nothing", Cancel));
        await Index.RebuildAsync(Base, Cancel);
        await Index.DeleteAsync(Base, Cancel);
        Assert.False(File.Exists(_knowledge.File));
    }

    [Fact]
    public async Task Deleting_removes_the_file_and_a_new_one_has_a_later_revision()
    {
        await _knowledge.AddAsync("a.md", "alpha");
        long before = await Index.RevisionAsync(Base, Cancel);
        await Index.DeleteAsync(Base, Cancel);
        Assert.Empty(Directory.GetFiles(_knowledge.Options.Folder));
        Assert.Empty(await _knowledge.SearchAsync("alpha"));
        await _knowledge.AddAsync("a.md", "beta");
        Assert.True(await Index.RevisionAsync(Base, Cancel) > before);
        Assert.Single(await _knowledge.SearchAsync("beta"));
    }

    [Fact]
    public async Task Knowledge_bases_do_not_see_each_other()
    {
        await _knowledge.AddAsync("a.md", "alpha");
        KnowledgeBase other = KnowledgeBase.Create(Base.WorkspaceId, "Other", TimeProvider.System);
        await Index.AddAsync(other, DocumentInput.FromText("b.md", "beta"), Cancel);
        Assert.Empty(await Index.SearchAsync(other, "alpha", 5, Cancel));
        Assert.Empty(await _knowledge.SearchAsync("beta"));
    }

    [Fact]
    public async Task A_copy_is_a_whole_knowledge_base()
    {
        await _knowledge.AddAsync("a.md", "alpha");
        KnowledgeBase copy = KnowledgeBase.Create(Base.WorkspaceId, "Copy", TimeProvider.System);
        await Index.CopyToAsync(Base, Path.Combine(_knowledge.Options.Folder, $"{copy.Id:N}.db"), Cancel);
        Assert.Single(await Index.SearchAsync(copy, "alpha", 5, Cancel));
    }

    [Fact]
    public async Task A_locked_file_is_said_to_be_locked_while_reading_goes_on()
    {
        await _knowledge.AddAsync("a.md", "alpha");
        await using var other = new SqliteConnection($"Data Source={_knowledge.File};Pooling=False");
        await other.OpenAsync(Cancel);
        other.Execute("BEGIN IMMEDIATE");
        KnowledgeException error = await Assert.ThrowsAsync<KnowledgeException>(() => _knowledge.AddAsync("b.md", "beta"));
        Assert.Equal(KnowledgeException.Busy, error.Code);
        Assert.Single(await _knowledge.SearchAsync("alpha"));
        other.Execute("ROLLBACK");
        Assert.Equal(AddOutcome.Added, (await _knowledge.AddAsync("b.md", "beta")).Outcome);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_said_so()
    {
        await File.WriteAllTextAsync(_knowledge.Options.Folder, "a file stands in the way", Cancel);
        KnowledgeException error = await Assert.ThrowsAsync<KnowledgeException>(() => _knowledge.AddAsync("a.md", "alpha"));
        Assert.Equal(KnowledgeException.Unavailable, error.Code);
    }

    [Theory]
    [InlineData(SQLitePCL.raw.SQLITE_FULL, KnowledgeException.DiskFull)]
    [InlineData(SQLitePCL.raw.SQLITE_READONLY, KnowledgeException.Unavailable)]
    [InlineData(SQLitePCL.raw.SQLITE_IOERR, KnowledgeException.Unavailable)]
    [InlineData(SQLitePCL.raw.SQLITE_NOTADB, KnowledgeException.Damaged)]
    [InlineData(SQLitePCL.raw.SQLITE_LOCKED, KnowledgeException.Busy)]
    public void Errors_of_the_disk_have_a_code_each(int sqliteError, string code) => Assert.Equal(code, KnowledgeException.From(new SqliteException("x", sqliteError)).Code);

    [Theory]
    [InlineData("Ask the Handbook!", "ask-the-handbook")]
    [InlineData("  Crème  brûlée -- 2 ", "creme-brulee-2")]
    [InlineData("../../etc", "etc")]
    public void Slugs_are_made_of_names(string name, string slug) => Assert.Equal(slug, KnowledgeBase.Create(Guid.NewGuid(), name, TimeProvider.System).Slug);

    [Fact]
    public void A_name_without_Latin_letters_gets_a_slug_all_the_same() =>
        Assert.Matches("^knowledge-[0-9a-f]{8}$", KnowledgeBase.Create(Guid.NewGuid(), "人事手册", TimeProvider.System).Slug);

    [Fact]
    public void The_host_registers_it_in_one_line()
    {
        IServiceCollection services = new ServiceCollection().AddDesignerKnowledge(options => options.Folder = "elsewhere").AddDesignerKnowledge();
        Assert.Equal(ServiceLifetime.Singleton, Assert.Single(services, service => service.ServiceType == typeof(KnowledgeIndex)).Lifetime);
        ServiceDescriptor options = Assert.Single(services, service => service.ServiceType == typeof(KnowledgeOptions));
        Assert.Equal("elsewhere", ((KnowledgeOptions)options.ImplementationFactory!(null!)).Folder);
    }

    public void Dispose() => _knowledge.Dispose();
}
