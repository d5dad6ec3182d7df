namespace Designer.Knowledge.Tests.Documents;

public sealed class FolderTests : IDisposable
{
    private readonly TestKnowledge _knowledge = new();
    private readonly string _docs;

    public FolderTests()
    {
        _docs = Path.Combine(_knowledge.Folder, "docs");
        Write("docs/leave.md", "# Leave\n25 days.");
        Write("docs/hr/报销.txt", "报销需要发票。");
        Write("docs/hr/deep/note.markdown", "# Note\nText.");
        Write("docs/.git/config.txt", "hidden");
        Write("docs/picture.png", "not looked at");
        Write("docs/empty.md", "");
        Write("outside/secret.md", "# Secret\nswordfish");
        File.CreateSymbolicLink(Path.Combine(_docs, "link.md"), Path.Combine(_knowledge.Folder, "outside", "secret.md"));
        Directory.CreateSymbolicLink(Path.Combine(_docs, "linked"), Path.Combine(_knowledge.Folder, "outside"));
        Directory.CreateSymbolicLink(Path.Combine(_docs, "loop"), _docs);
    }

    [Fact]
    public async Task Text_files_below_are_added_and_each_tells_what_became_of_it()
    {
        IReadOnlyList<FileResult> results = await AddAsync();
        Assert.Equal(
        [
            ("empty.md", null, KnowledgeException.Empty),
            ("hr/deep/note.markdown", AddOutcome.Added, null),
            ("hr/报销.txt", AddOutcome.Added, null),
            ("leave.md", AddOutcome.Added, null),
            ("link.md", null, KnowledgeException.Link),
        ], results.Select(file => (file.Path, file.Result?.Outcome, file.Refusal?.Code)));
        Assert.Equal(["hr/报销.txt"], await _knowledge.FoundAsync("报销"));
        Assert.Empty(await _knowledge.FoundAsync("swordfish"));
    }

    [Fact]
    public async Task A_second_time_only_what_changed_is_written()
    {
        await AddAsync();
        Write("docs/leave.md", "# Leave\n30 days.");
        Assert.Equal([AddOutcome.Unchanged, AddOutcome.Unchanged, AddOutcome.Replaced], (await AddAsync()).Select(file => file.Result?.Outcome).OfType<AddOutcome>());
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_said_so()
    {
        KnowledgeException error = await Assert.ThrowsAsync<KnowledgeException>(() => _knowledge.Index.AddFolderAsync(_knowledge.Base, _docs + "x", TestKnowledge.Cancel));
        Assert.Equal(KnowledgeException.FolderMissing, error.Code);
    }

    public void Dispose() => _knowledge.Dispose();

    private Task<IReadOnlyList<FileResult>> AddAsync() => _knowledge.Index.AddFolderAsync(_knowledge.Base, _docs, TestKnowledge.Cancel);

    private void Write(string path, string text)
    {
        string full = Path.Combine(_knowledge.Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}
