using Designer.Models.Caching;

namespace Designer.Storage.Tests;

public sealed class RedisModelCacheTests(RedisServer server) : ModelCacheContract, IClassFixture<RedisServer>, IDisposable
{
    private readonly List<RedisModelCache> _opened = [];

    protected override IModelCache Open()
    {
        RedisModelCache cache = new(server.Require());
        _opened.Add(cache);
        return cache;
    }

    // The server's clock is its own: until what was kept for that long is gone.
    protected override async Task PassAsync(TimeSpan time)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        while ((await server.DumpAsync()).Contains(":short=", StringComparison.Ordinal)) await Task.Delay(50, patience.Token);
    }

    [Fact]
    public async Task While_the_server_is_gone_nothing_is_known_and_afterwards_it_is_used_again()
    {
        IModelCache cache = Open();
        await cache.KeepAsync(Here, [("gone", [1])], TimeSpan.FromMinutes(5), default);
        await server.StopAsync();
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        while (await FindAsync() is not null) await Task.Delay(50, patience.Token);
        await server.StartAsync();
        while (await FindAsync() is not [1])
        {
            await TryAsync(async () => await cache.KeepAsync(Here, [("gone", [1])], TimeSpan.FromMinutes(5), default));
            await Task.Delay(50, patience.Token);
        }

        async Task<byte[]?> FindAsync()
        {
            byte[]? found = null;
            await TryAsync(async () => found = (await cache.FindAsync(Here, ["gone"], default))[0]);
            return found;
        }

        // A call that was under way when the server died may fail; whoever remembers takes that for a miss.
        static async Task TryAsync(Func<Task> call)
        {
            try
            {
                await call();
            }
            catch (Exception e) when (e is StackExchange.Redis.RedisException or TimeoutException)
            {
            }
        }
    }

    [Fact]
    public void A_setting_that_is_no_address_is_told_without_what_stands_in_it()
    {
        StorageException refused = Assert.Throws<StorageException>(() => new RedisModelCache("localhost,password=secret,nonsense=1"));
        Assert.DoesNotContain("secret", refused.ToString());
    }

    public void Dispose() => _opened.ForEach(cache => cache.Dispose());
}
