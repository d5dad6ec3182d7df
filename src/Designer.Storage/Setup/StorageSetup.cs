using System.Data.Common;
using Designer.Engine;
using Designer.Knowledge;
using Designer.Models.Caching;
using Designer.Models.Connections;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Designer.Storage;

/// <summary>Registers the storage; the host calls <see cref="StorageStart.MigrateAsync"/> before it uses it.</summary>
public static class StorageSetup
{
    private const int LockWaitSeconds = 10;

    /// <remarks>The host adds an <see cref="IKeyProtector"/>.</remarks>
    public static IServiceCollection AddDesignerStorage(this IServiceCollection services, StorageOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<FolderOwner>();
        services.AddSingleton<StorageStart>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<PublishedFlows>();
        services.AddSingleton<IFlowVersions>(provider => provider.GetRequiredService<PublishedFlows>());
        services.AddSingleton<FlowStore>();
        services.AddSingleton<ApiKeyStore>();
        services.AddSingleton<MemberStore>();
        services.AddSingleton<TemplateStore>();
        services.AddSingleton<SettingStore>();
        services.AddSingleton<DebugStore>();
        services.AddSingleton<BatchStore>();
        services.AddSingleton<Backup>();
        services.AddSingleton<IBlobStore, FileBlobStore>();
        services.AddSingleton<IModelStore, ModelStore>();
        services.AddSingleton<IModelCache>(provider => options switch
        {
            { CacheBytes: <= 0 } => new NoModelCache(),
            { Redis: { } redis } => new RedisModelCache(redis),
            _ => new SqliteModelCache(options.CacheFile, options.CacheBytes, provider.GetRequiredService<TimeProvider>()),
        });
        services.AddSingleton<IKnowledgeStore, KnowledgeStore>();
        services.AddSingleton<CredentialStore>();
        services.AddSingleton<ISecrets>(provider => provider.GetRequiredService<CredentialStore>());
        if (options.Provider == StorageProvider.Sqlite)
        {
            AddContext<SqliteDesignerDb>(services, builder => UseSqlite(builder, options));
            services.AddSingleton<IRunLog>(provider => new SqliteRunLog(options, provider.GetRequiredService<FolderOwner>()));
        }
        else
        {
            AddContext<PostgresDesignerDb>(services, builder => builder.UseNpgsql(Required(options)));
            services.AddSingleton<IRunLog>(_ => PostgresRunLog.OpenAsync(Required(options)).GetAwaiter().GetResult());
        }
        return services;
    }

    // Stores take the factory; ASP.NET Core Identity's own stores want a context per scope.
    private static void AddContext<T>(IServiceCollection services, Action<DbContextOptionsBuilder> configure) where T : DesignerDb
    {
        services.AddDbContextFactory<T>(configure);
        services.AddSingleton<IDbContextFactory<DesignerDb>, Factory<T>>();
        services.AddScoped<DesignerDb>(scope => scope.GetRequiredService<IDbContextFactory<T>>().CreateDbContext());
    }

    private sealed class Factory<T>(IDbContextFactory<T> factory) : IDbContextFactory<DesignerDb> where T : DesignerDb
    {
        public DesignerDb CreateDbContext() => factory.CreateDbContext();
        public async Task<DesignerDb> CreateDbContextAsync(CancellationToken cancellationToken) => await factory.CreateDbContextAsync(cancellationToken);
    }

    private static void UseSqlite(DbContextOptionsBuilder builder, StorageOptions options) => builder.UseSqlite(new SqliteConnectionStringBuilder
    {
        DataSource = options.DesignerFile,
        ForeignKeys = true,
        // Also how long a statement waits for another process's write.
        DefaultTimeout = LockWaitSeconds,
    }.ToString()).AddInterceptors(BusyWait.Instance);

    // The driver itself looks again every 150 ms; SQLite's own waiting starts at 1 ms.
    private sealed class BusyWait : DbConnectionInterceptor
    {
        public static readonly BusyWait Instance = new();

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) =>
            SQLitePCL.raw.sqlite3_busy_timeout(((SqliteConnection)connection).Handle!, LockWaitSeconds * 1000);

        public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            ConnectionOpened(connection, eventData);
            return Task.CompletedTask;
        }
    }

    private static string Required(StorageOptions options) =>
        options.ConnectionString ?? throw new StorageException("database.unreachable", "PostgreSQL is chosen, but its connection string is not set.");
}
