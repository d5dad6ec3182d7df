using Designer.Models.Caching;
using StackExchange.Redis;

namespace Designer.Storage;

/// <summary>The cache in Redis, shared by all processes. Its size is Redis' own setting (<c>maxmemory</c>, <c>allkeys-lru</c>). While the server
/// is gone nothing waits for it.</summary>
public sealed class RedisModelCache : IModelCache, IDisposable
{
    private const int Patience = 1000;
    private readonly Lazy<Task<ConnectionMultiplexer>> _redis;

    /// <exception cref="StorageException">The setting is no address of a Redis server.</exception>
    public RedisModelCache(string configuration)
    {
        ConfigurationOptions options;
        try
        {
            options = ConfigurationOptions.Parse(configuration);
        }
        catch (ArgumentException)
        {
            // The text may hold a password, and so may what the library says about it.
            throw new StorageException("cache.setting", "The setting redis is no address of a Redis server, such as localhost:6379.");
        }
        (options.AbortOnConnectFail, options.ConnectTimeout, options.AsyncTimeout, options.SyncTimeout) = (false, Patience, Patience, Patience);
        options.BacklogPolicy = BacklogPolicy.FailFast;
        _redis = new(() => ConnectionMultiplexer.ConnectAsync(options));
    }

    public async ValueTask<byte[]?[]> FindAsync(Guid workspaceId, IReadOnlyList<string> keys, CancellationToken cancellation)
    {
        ConnectionMultiplexer redis = await _redis.Value.WaitAsync(cancellation);
        if (!redis.IsConnected) return new byte[keys.Count][];
        RedisValue[] values = await redis.GetDatabase().StringGetAsync([.. keys.Select(key => KeyOf(workspaceId, key))]).WaitAsync(cancellation);
        return [.. values.Select(value => (byte[]?)value)];
    }

    public async ValueTask KeepAsync(Guid workspaceId, IReadOnlyList<(string Key, byte[] Value)> values, TimeSpan time, CancellationToken cancellation)
    {
        ConnectionMultiplexer redis = await _redis.Value.WaitAsync(cancellation);
        if (!redis.IsConnected) return;
        IDatabase database = redis.GetDatabase();
        await Task.WhenAll(values.Select(v => (Task)database.StringSetAsync(KeyOf(workspaceId, v.Key), v.Value, time))).WaitAsync(cancellation);
    }

    private static RedisKey KeyOf(Guid workspaceId, string key) => $"designer:cache:{workspaceId:N}:{key}";

    public void Dispose()
    {
        if (_redis is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }) _redis.Value.Result.Dispose();
    }
}
