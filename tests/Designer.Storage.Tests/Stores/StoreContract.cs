using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Designer.Storage.Tests;

/// <summary>What the stores promise on every database.</summary>
public abstract partial class StoreContract : IAsyncLifetime
{
    private ServiceProvider _services = null!;
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>An empty database.</summary>
    protected abstract Task<StorageOptions> CreateAsync();
    protected abstract void Delete();

    private StorageOptions Options { get; set; } = null!;
    private FlowStore Flows => Get<FlowStore>();
    private PublishedFlows Published => Get<PublishedFlows>();
    private ApiKeyStore Keys => Get<ApiKeyStore>();
    private MemberStore Members => Get<MemberStore>();

    private T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    public async ValueTask InitializeAsync()
    {
        Options = await CreateAsync();
        _services = await Services.StartAsync(Options, _clock);
    }

    public async ValueTask DisposeAsync()
    {
        if (_services is not null) await _services.DisposeAsync();
        Delete();
        GC.SuppressFinalize(this);
    }
}

public sealed class SqliteStoreTests : StoreContract
{
    private readonly TempFolder _folder = new();
    protected override Task<StorageOptions> CreateAsync() => Task.FromResult(_folder.Options);
    protected override void Delete() => _folder.Dispose();
}

public sealed class PostgresStoreTests(PostgresServer server) : StoreContract, IClassFixture<PostgresServer>
{
    private readonly TempFolder _folder = new();

    protected override async Task<StorageOptions> CreateAsync() =>
        _folder.Options with { Provider = StorageProvider.Postgres, ConnectionString = await server.CreateDatabaseAsync() };

    protected override void Delete() => _folder.Dispose();
}
