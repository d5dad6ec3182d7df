using Designer.Storage;

namespace Designer.Web.Hosting;

/// <summary>The few settings that decide where everything is kept. From the command line (<c>--data</c>), or as <c>DESIGNER_DATA</c>.</summary>
public static class HostSettings
{
    public const string DefaultDataFolder = "data";

    /// <summary>Reads <c>data</c> (a folder, relative to where the user stands) <c>postgres</c> (a connection string), <c>redis</c> (a server for the cache of models' answers) and <c>cache:megabytes</c>.</summary>
    public static StorageOptions Storage(IConfiguration settings)
    {
        string? postgres = settings["postgres"];
        return new StorageOptions
        {
            DataFolder = Path.GetFullPath(settings["data"] is { Length: > 0 } folder ? folder : DefaultDataFolder),
            Provider = string.IsNullOrWhiteSpace(postgres) ? StorageProvider.Sqlite : StorageProvider.Postgres,
            ConnectionString = postgres,
            Redis = settings["redis"] is { Length: > 0 } redis ? redis : null,
            CacheBytes = settings.GetValue<int?>("cache:megabytes") is >= 0 and var megabytes ? (long)megabytes << 20 : new StorageOptions().CacheBytes,
        };
    }

    /// <summary>Makes the data folder, readable by its owner only: it holds keys.</summary>
    /// <exception cref="StorageException"><c>folder.readOnly</c></exception>
    public static void Open(StorageOptions storage)
    {
        try
        {
            MakePrivate(storage.DataFolder);
            MakePrivate(storage.KeyFolder);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new StorageException("folder.readOnly", $"Designer cannot write to {storage.DataFolder}: {refused.Message}", refused);
        }
    }

    private static void MakePrivate(string folder)
    {
        if (Directory.Exists(folder)) return;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
