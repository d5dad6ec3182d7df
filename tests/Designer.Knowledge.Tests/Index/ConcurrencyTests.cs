using Designer.Flows;

namespace Designer.Knowledge.Tests.Index;

public sealed class ConcurrencyTests : IDisposable
{
    private readonly TestKnowledge _knowledge = new();

    [Fact]
    public async Task Adding_deleting_and_searching_at_the_same_time_lose_nothing()
    {
        using KnowledgeIndex other = _knowledge.Restarted();
        Task<AddResult>[] adds = [.. Enumerable.Range(0, 60).Select(i => Task.Run(() =>
            (i % 2 == 0 ? _knowledge.Index : other).AddAsync(_knowledge.Base, DocumentInput.FromText($"{i}.md", $"# Document {i}\ncommon word unique{i}"), TestKnowledge.Cancel)))];
        Task[] searches = [.. Enumerable.Range(0, 60).Select(i => Task.Run(async () =>
        {
            foreach (Chunk chunk in await (i % 2 == 0 ? other : _knowledge.Index).SearchAsync(_knowledge.Base, "common word", 10, TestKnowledge.Cancel))
                Assert.Contains("common word", chunk.Text, StringComparison.Ordinal);
        }))];
        await Task.WhenAll([.. adds, .. searches]);

        AddResult[] added = await Task.WhenAll(adds);
        await Task.WhenAll(added.Take(10).Select(result => other.DeleteDocumentAsync(_knowledge.Base, result.DocumentId, TestKnowledge.Cancel)));
        Assert.Equal(50, (await _knowledge.Index.SummaryAsync(_knowledge.Base, TestKnowledge.Cancel)).Documents);
        Assert.Empty(await _knowledge.SearchAsync("unique3"));
        Assert.Single(await _knowledge.SearchAsync("unique59"));
    }

    [Fact]
    public async Task The_same_document_added_at_the_same_time_is_there_once()
    {
        AddResult[] results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => _knowledge.AddAsync("a.md", "alpha"))));
        Assert.Single(results.Select(result => result.DocumentId).Distinct());
        Assert.Single(results, result => result.Outcome == AddOutcome.Added);
        Assert.Single(await _knowledge.SearchAsync("alpha"));
    }

    [Fact]
    public async Task Every_change_has_a_revision_of_its_own()
    {
        var revisions = new HashSet<long>();
        for (int i = 0; i < 20; i++)
        {
            await _knowledge.AddAsync("a.md", $"alpha {i}");
            Assert.True(revisions.Add(await _knowledge.Index.RevisionAsync(_knowledge.Base, TestKnowledge.Cancel)));
        }
    }

    [Fact]
    public async Task A_cancelled_call_does_nothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _knowledge.Index.AddAsync(_knowledge.Base, DocumentInput.FromText("a.md", "alpha"), new CancellationToken(true)));
        Assert.Empty(await _knowledge.Index.ListDocumentsAsync(_knowledge.Base, cancel: TestKnowledge.Cancel));
    }

    public void Dispose() => _knowledge.Dispose();
}
