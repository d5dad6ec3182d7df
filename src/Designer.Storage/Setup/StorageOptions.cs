namespace Designer.Storage;

public enum StorageProvider { Sqlite, Postgres }

/// <summary>Where everything is kept.</summary>
public sealed record StorageOptions
{
    /// <summary>Databases (SQLite), knowledge indexes, blobs, keys and the locks of the processes that have it open.</summary>
    public string DataFolder { get; init; } = "./data";
    public StorageProvider Provider { get; init; } = StorageProvider.Sqlite;
    /// <summary>PostgreSQL only.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>A Redis server, as StackExchange.Redis writes it; null: none.</summary>
    public string? Redis { get; init; }
    /// <summary>What the cache of models' answers may take on this disk; 0 switches it off.</summary>
    public long CacheBytes { get; init; } = 256L << 20;

    public string CacheFile => Path.Combine(DataFolder, "cache.db");
    public string DesignerFile => Path.Combine(DataFolder, "designer.db");
    public string RunsFile => Path.Combine(DataFolder, "runs.db");
    public string KnowledgeFolder => Path.Combine(DataFolder, "knowledge");
    public string BlobFolder => Path.Combine(DataFolder, "blobs");
    public string KeyFolder => Path.Combine(DataFolder, "keys");
    /// <summary>Models that run in this process.</summary>
    public string ModelFolder => Path.Combine(DataFolder, "models");
    public string OwnerFolder => Path.Combine(DataFolder, "owners");
}

/// <summary>The storage cannot be opened or used; the message says why and what to do.</summary>
public sealed class StorageException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary><c>folder.readOnly</c>, <c>folder.inUse</c>, <c>disk.full</c>, <c>database.locked</c>, <c>database.newer</c>, <c>database.unreachable</c>, <c>database.damaged</c>, <c>backup.invalid</c>, <c>backup.unsupported</c>.</summary>
    public string Code { get; } = code;
}
