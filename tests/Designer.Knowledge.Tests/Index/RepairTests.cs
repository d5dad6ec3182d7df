using Microsoft.Data.Sqlite;

namespace Designer.Knowledge.Tests.Index;

public sealed class RepairTests : IDisposable
{
    private readonly TestKnowledge _knowledge = new();

    public static TheoryData<string> Damages =>
    [
        "DROP TABLE words",
        "DROP TABLE chunks",
        "DROP TABLE vocabulary",
        "DROP TABLE words_docsize",
        "DROP TABLE words_data",
        "DROP TABLE words_config",
        "DROP TABLE words_content",
        "DELETE FROM words",
        "DELETE FROM chunks",
        "DELETE FROM words_content",
        "UPDATE words_data SET block = zeroblob(100)",
        "UPDATE words_data SET block = x'FFFFFFFFFFFF'",
        "PRAGMA user_version = 0",
        "DROP TABLE words; DROP TABLE chunks; PRAGMA user_version = 0",
    ];

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_broken_index_is_made_anew_when_it_is_opened(string damage)
    {
        await FillAsync();
        KnowledgeSummary before = await _knowledge.Index.SummaryAsync(_knowledge.Base, TestKnowledge.Cancel);
        _knowledge.Tamper(damage);
        using KnowledgeIndex restarted = _knowledge.Restarted();
        Assert.Single(await restarted.SearchAsync(_knowledge.Base, "alpha", 5, TestKnowledge.Cancel));
        KnowledgeSummary after = await restarted.SummaryAsync(_knowledge.Base, TestKnowledge.Cancel);
        Assert.Equal(before with { Revision = after.Revision }, after);
        Assert.True(after.Revision > before.Revision);
    }

    [Theory]
    [InlineData("DROP TABLE words")]
    [InlineData("DROP TABLE words_data")]
    [InlineData("DROP TABLE chunks")]
    [InlineData("UPDATE words_data SET block = x'FFFFFFFFFFFF'")]
    public async Task An_index_that_breaks_in_use_is_made_anew_by_the_next_search_or_change(string damage)
    {
        await FillAsync();
        _knowledge.Tamper(damage);
        Assert.Single(await _knowledge.SearchAsync("alpha"));
        _knowledge.Tamper(damage);
        await _knowledge.AddAsync("new.md", "omega");
        Assert.Single(await _knowledge.SearchAsync("omega"));
        Assert.Single(await _knowledge.SearchAsync("alpha"));
    }

    [Fact]
    public async Task A_whole_index_is_left_as_it_is_by_a_restart()
    {
        await FillAsync();
        KnowledgeSummary before = await _knowledge.Index.SummaryAsync(_knowledge.Base, TestKnowledge.Cancel);
        using KnowledgeIndex restarted = _knowledge.Restarted();
        Assert.Equal(before, await restarted.SummaryAsync(_knowledge.Base, TestKnowledge.Cancel));
    }

    [Fact]
    public async Task A_rebuild_keeps_ids_and_is_a_new_revision()
    {
        await FillAsync();
        string id = (await _knowledge.SearchAsync("alpha"))[0].Id;
        long revision = await _knowledge.Index.RevisionAsync(_knowledge.Base, TestKnowledge.Cancel);
        await _knowledge.Index.RebuildAsync(_knowledge.Base, TestKnowledge.Cancel);
        Assert.Equal(id, (await _knowledge.SearchAsync("alpha"))[0].Id);
        Assert.True(await _knowledge.Index.RevisionAsync(_knowledge.Base, TestKnowledge.Cancel) > revision);
    }

    [Fact]
    public async Task A_file_of_a_newer_Designer_is_left_alone()
    {
        await FillAsync();
        _knowledge.Tamper("PRAGMA user_version = 99");
        using KnowledgeIndex restarted = _knowledge.Restarted();
        KnowledgeException error = await Assert.ThrowsAsync<KnowledgeException>(() => restarted.SearchAsync(_knowledge.Base, "alpha", 5, TestKnowledge.Cancel));
        Assert.Equal(KnowledgeException.Newer, error.Code);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_said_to_be_damaged()
    {
        Directory.CreateDirectory(_knowledge.Options.Folder);
        await File.WriteAllTextAsync(_knowledge.File, new string('x', 10_000), TestKnowledge.Cancel);
        KnowledgeException error = await Assert.ThrowsAsync<KnowledgeException>(() => _knowledge.SearchAsync("alpha"));
        Assert.Equal(KnowledgeException.Damaged, error.Code);
        await _knowledge.Index.DeleteAsync(_knowledge.Base, TestKnowledge.Cancel);
        await FillAsync();
        Assert.Single(await _knowledge.SearchAsync("alpha"));
    }

    [Fact]
    public async Task An_empty_file_is_filled()
    {
        Directory.CreateDirectory(_knowledge.Options.Folder);
        await File.WriteAllBytesAsync(_knowledge.File, [], TestKnowledge.Cancel);
        await FillAsync();
        Assert.Single(await _knowledge.SearchAsync("alpha"));
    }

    public void Dispose() => _knowledge.Dispose();

    private async Task FillAsync()
    {
        await _knowledge.AddAsync("alpha.md", "# Alpha\nalpha and more");
        for (int i = 1; i < 40; i++) await _knowledge.AddAsync($"{i}.md", $"# Number {i}\nbeta gamma {i}");
    }
}
