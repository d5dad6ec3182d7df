using Designer.Models.Caching;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace Designer.Storage.Tests;

public sealed class SqliteModelCacheTests : ModelCacheContract, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly List<SqliteModelCache> _opened = [];

    protected override IModelCache Open() => Open(1 << 20);

    protected override Task PassAsync(TimeSpan time)
    {
        _clock.Advance(time);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task It_stays_below_its_size_and_what_was_used_longest_ago_goes_first()
    {
        SqliteModelCache cache = Open(100_000);
        for (int i = 0; i < 300; i++)
        {
            await cache.KeepAsync(Here, [($"k{i}", new byte[1000])], TimeSpan.FromDays(1), default);
            _clock.Advance(TimeSpan.FromSeconds(1));
            Assert.NotNull((await cache.FindAsync(Here, ["k0"], default))[0]);
        }
        byte[]?[] found = await cache.FindAsync(Here, [.. Enumerable.Range(0, 300).Select(i => $"k{i}")], default);
        Assert.InRange(found.Count(v => v is not null), 60, 100);
        Assert.All(found[1..200], Assert.Null);
        Assert.All(found[240..], Assert.NotNull);
    }

    [Fact]
    public async Task A_damaged_file_is_made_anew()
    {
        await File.WriteAllTextAsync(_folder.Options.CacheFile, string.Concat(Enumerable.Repeat("This is no database. ", 500)));
        SqliteModelCache cache = Open(1 << 20);
        await cache.KeepAsync(Here, [("a", [1])], TimeSpan.FromDays(1), default);
        Assert.Equal([[1]], await cache.FindAsync(Here, ["a"], default));
    }

    private SqliteModelCache Open(long most)
    {
        SqliteModelCache cache = new(_folder.Options.CacheFile, most, _clock);
        _opened.Add(cache);
        return cache;
    }

    public void Dispose()
    {
        _opened.ForEach(cache => cache.Dispose());
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }
}
