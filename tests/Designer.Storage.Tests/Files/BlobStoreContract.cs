using System.Text;
using Designer.Engine;

namespace Designer.Storage.Tests;

/// <summary>What every blob store promises.</summary>
public abstract class BlobStoreContract
{
    private static readonly Guid Ours = Guid.Parse("0198f2c4-0000-7000-8000-00000000000a");
    private static readonly Guid Theirs = Guid.Parse("0198f2c4-0000-7000-8000-00000000000b");

    protected abstract IBlobStore Store { get; }
    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;
    /// <summary>Later than all that a test puts.</summary>
    protected static DateTimeOffset Later => DateTimeOffset.UtcNow.AddHours(1);

    [Fact]
    public async Task What_was_put_is_there_by_its_content()
    {
        Blob blob = await PutAsync("hello");
        Assert.True(Blob.IsId(blob.Id));
        Assert.Equal(5, blob.Size);
        Assert.Equal("hello", await ReadAsync(blob.Id));
        Assert.Equal(blob, await PutAsync("hello"));
        Assert.NotEqual(blob.Id, (await PutAsync("hello!")).Id);
        await using Stream? stream = await Store.OpenAsync(Ours, blob.Id, Cancel);
        Assert.Equal((true, 5), (stream!.CanSeek, stream.Length));
    }

    [Fact]
    public async Task An_empty_one_and_one_of_many_pieces_come_back_as_they_were()
    {
        Assert.Equal("", await ReadAsync((await PutAsync("")).Id));
        string long_ = new('x', 1_000_003);
        Assert.Equal(long_, await ReadAsync((await PutAsync(long_)).Id));
    }

    [Fact]
    public async Task What_a_workspace_uses_is_known_each_content_once_until_it_is_swept_away()
    {
        Assert.Equal(0, Store.Used(Ours));
        await PutAsync("hello");
        await PutAsync("hello");
        await PutAsync(new string('x', 100_000));
        Assert.Equal((100_005, 0), (Store.Used(Ours), Store.Used(Theirs)));
        await Store.SweepAsync(Later, (_, _) => new(false), Cancel);
        Assert.Equal(0, Store.Used(Ours));
    }

    [Fact]
    public async Task Another_workspaces_ids_are_unknown_and_the_same_content_has_another_id_there()
    {
        Blob ours = await PutAsync("secret");
        Assert.Null(await Store.OpenAsync(Theirs, ours.Id, Cancel));
        Assert.False(await Store.KeepAsync(Theirs, ours.Id, Guid.NewGuid(), Cancel));
        Assert.NotEqual(ours.Id, (await PutAsync("secret", workspace: Theirs)).Id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("../salt")]
    [InlineData("salt")]
    [InlineData("/etc/passwd")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("AA00000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("..\\..\\0000000000000000000000000000000000000000000000000000000000")]
    public async Task What_is_no_id_is_unknown(string id)
    {
        await PutAsync("x");
        Assert.Null(await Store.OpenAsync(Ours, id, Cancel));
        Assert.False(await Store.KeepAsync(Ours, id, Guid.NewGuid(), Cancel));
        Assert.False(await Store.IsKeptAsync(Ours, id, Guid.NewGuid(), Cancel));
    }

    [Fact]
    public async Task One_that_is_too_large_leaves_nothing()
    {
        BlobTooLargeException refused = await Assert.ThrowsAsync<BlobTooLargeException>(async () => await PutAsync(new string('x', 101), most: 100));
        Assert.Equal(100, refused.Most);
        Assert.Equal(100, (await PutAsync(new string('x', 100), most: 100)).Size);
        Assert.Equal(1, await Store.SweepAsync(Later, (_, _) => new(false), Cancel));
    }

    [Fact]
    public async Task A_sweep_takes_what_is_old_and_no_run_needs()
    {
        Guid living = Guid.NewGuid(), gone = Guid.NewGuid();
        Blob unused = await PutAsync("unused"), kept = await PutAsync("kept", living), shared = await PutAsync("shared", gone), dead = await PutAsync("dead", gone);
        Assert.True(await Store.KeepAsync(Ours, shared.Id, living, Cancel));
        Assert.True(await Store.IsKeptAsync(Ours, dead.Id, gone, Cancel));
        Assert.False(await Store.IsKeptAsync(Ours, unused.Id, gone, Cancel));

        Assert.Equal(0, await Store.SweepAsync(DateTimeOffset.UtcNow.AddHours(-1), (_, _) => new(false), Cancel));
        Assert.Equal(2, await Store.SweepAsync(Later, (run, _) => new(run == living), Cancel));
        Assert.Equal(("kept", "shared"), (await ReadAsync(kept.Id), await ReadAsync(shared.Id)));
        Assert.Null(await Store.OpenAsync(Ours, unused.Id, Cancel));
        Assert.Null(await Store.OpenAsync(Ours, dead.Id, Cancel));
        Assert.Equal(2, await Store.SweepAsync(Later, (_, _) => new(false), Cancel));
    }

    [Fact]
    public async Task Whoever_puts_or_keeps_while_a_sweep_runs_has_it_afterwards()
    {
        Guid living = Guid.NewGuid();
        using CancellationTokenSource done = new();
        Task sweeping = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested) await Store.SweepAsync(Later, (run, _) => new(run == living), CancellationToken.None);
        }, Cancel);
        try
        {
            await Parallel.ForAsync(0, 300, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Cancel }, async (i, _) =>
            {
                string text = $"content {i % 7}";
                Blob put = await PutAsync(text, i % 2 == 0 ? living : null);
                // Without a run the sweep may have been quicker; then it says so.
                bool isKept = i % 2 == 0 || await Store.KeepAsync(Ours, put.Id, living, Cancel);
                if (isKept) Assert.True(await Store.IsKeptAsync(Ours, put.Id, living, Cancel));
            });
        }
        finally
        {
            await done.CancelAsync();
            await sweeping;
        }
        for (int i = 0; i < 7; i++) Assert.Equal($"content {i}", await ReadAsync((await PutAsync($"content {i}", living)).Id));
    }

    protected async Task<Blob> PutAsync(string text, Guid? run = null, long most = long.MaxValue, Guid? workspace = null)
    {
        using MemoryStream content = new(Encoding.UTF8.GetBytes(text));
        return await Store.PutAsync(workspace ?? Ours, content, most, run, Cancel);
    }

    protected async Task<string?> ReadAsync(string id)
    {
        if (await Store.OpenAsync(Ours, id, Cancel) is not { } stream) return null;
        using StreamReader reader = new(stream);
        return await reader.ReadToEndAsync(Cancel);
    }
}

public sealed class MemoryBlobStoreTests : BlobStoreContract
{
    protected override IBlobStore Store { get; } = new MemoryBlobStore();
}

public sealed class FileBlobStoreTests : BlobStoreContract, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FileBlobStore _store;

    public FileBlobStoreTests() => _store = new FileBlobStore(_folder.Options, TimeProvider.System);

    protected override IBlobStore Store => _store;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Another_process_has_the_same_blobs()
    {
        Blob blob = await PutAsync("hello", Guid.NewGuid());
        FileBlobStore other = new(_folder.Options, TimeProvider.System);
        await using Stream? stream = await other.OpenAsync(Guid.Parse("0198f2c4-0000-7000-8000-00000000000a"), blob.Id, Cancel);
        Assert.Equal(5, stream!.Length);
    }

    [Fact]
    public async Task What_a_killed_process_left_half_written_is_swept_away_and_what_a_killed_sweep_put_aside_comes_back()
    {
        Guid living = Guid.NewGuid();
        Blob kept = await PutAsync("kept", living);
        string file = Directory.EnumerateFiles(_folder.Options.BlobFolder, kept.Id, SearchOption.AllDirectories).Single(f => new FileInfo(f).Length > 0);
        File.Move(file, file + ".aside");
        string half = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(file))!, "new", "half");
        await File.WriteAllTextAsync(half, "ha", Cancel);
        File.SetLastWriteTimeUtc(half, DateTime.UtcNow.AddHours(-2));

        Assert.Equal(0, await Store.SweepAsync(Later, (run, _) => new(run == living), Cancel));
        Assert.Equal("kept", await ReadAsync(kept.Id));
        Assert.False(File.Exists(half));
    }

    [Fact]
    public async Task A_content_that_breaks_off_is_the_senders_failure_and_leaves_nothing()
    {
        await Assert.ThrowsAsync<EndOfStreamException>(async () => await Store.PutAsync(Guid.NewGuid(), new BreaksOff(), 1000, null, Cancel));
        Assert.Equal(["salt"], Directory.EnumerateFiles(_folder.Options.BlobFolder, "*", SearchOption.AllDirectories).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_folder_that_takes_no_file_is_told_as_such()
    {
        await File.WriteAllTextAsync(_folder.Options.BlobFolder, "in the way", Cancel);
        StorageException refused = await Assert.ThrowsAsync<StorageException>(() => PutAsync("x"));
        Assert.Equal("folder.readOnly", refused.Code);
    }

    private sealed class BreaksOff : MemoryStream
    {
        private bool _gave;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_gave) throw new EndOfStreamException();
            _gave = true;
            buffer.Span[..10].Clear();
            return new(10);
        }
    }
}
