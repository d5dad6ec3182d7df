using System.Text;
using Designer.Models.Caching;

namespace Designer.Storage.Tests;

/// <summary>What a cache of models' answers promises, wherever it stands.</summary>
public abstract class ModelCacheContract
{
    protected static readonly Guid Here = Guid.NewGuid(), There = Guid.NewGuid();

    protected abstract IModelCache Open();

    /// <summary>Lets so much time pass.</summary>
    protected abstract Task PassAsync(TimeSpan time);

    [Fact]
    public async Task What_is_kept_is_found_by_its_key_in_order_and_the_rest_is_missing()
    {
        IModelCache cache = Open();
        await cache.KeepAsync(Here, [("a", [1, 0, 255]), ("b", [])], TimeSpan.FromMinutes(5), default);
        byte[]?[] found = await cache.FindAsync(Here, ["b", "none", "a"], default);
        Assert.Equal([[], null, [1, 0, 255]], found);
    }

    [Fact]
    public async Task Another_workspace_finds_nothing()
    {
        IModelCache cache = Open();
        await cache.KeepAsync(Here, [("a", [1])], TimeSpan.FromMinutes(5), default);
        Assert.Equal([null], await cache.FindAsync(There, ["a"], default));
        await cache.KeepAsync(There, [("a", [2])], TimeSpan.FromMinutes(5), default);
        Assert.Equal([[1]], await cache.FindAsync(Here, ["a"], default));
    }

    [Fact]
    public async Task The_last_value_counts()
    {
        IModelCache cache = Open();
        await cache.KeepAsync(Here, [("a", [1])], TimeSpan.FromMinutes(5), default);
        await cache.KeepAsync(Here, [("a", [2])], TimeSpan.FromMinutes(5), default);
        Assert.Equal([[2]], await cache.FindAsync(Here, ["a"], default));
    }

    [Fact]
    public async Task It_is_forgotten_after_its_time()
    {
        IModelCache cache = Open();
        await cache.KeepAsync(Here, [("short", [1])], TimeSpan.FromSeconds(1), default);
        await cache.KeepAsync(Here, [("long", [2])], TimeSpan.FromMinutes(5), default);
        await PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal([null, [2]], await cache.FindAsync(Here, ["short", "long"], default));
    }

    [Fact]
    public async Task It_is_there_for_the_next_process()
    {
        await Open().KeepAsync(Here, [("a", Encoding.UTF8.GetBytes("äöü"))], TimeSpan.FromMinutes(5), default);
        Assert.Equal([Encoding.UTF8.GetBytes("äöü")], await Open().FindAsync(Here, ["a"], default));
    }

    [Fact]
    public async Task Many_at_once_do_each_other_no_harm()
    {
        IModelCache cache = Open();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => cache.KeepAsync(Here, [($"k{i}", [(byte)i])], TimeSpan.FromMinutes(5), default).AsTask())));
        byte[]?[] found = await cache.FindAsync(Here, [.. Enumerable.Range(0, 50).Select(i => $"k{i}")], default);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => new[] { (byte)i }), found);
    }
}
