namespace Designer.Storage;

/// <summary>This process's presence in a data folder: a file that the operating system unlocks when the process dies, however it dies.</summary>
public sealed class FolderOwner : IDisposable
{
    private readonly string _folder;
    private readonly FileStream _lock;

    /// <exception cref="StorageException"><c>folder.readOnly</c></exception>
    public FolderOwner(StorageOptions options)
    {
        _folder = options.OwnerFolder;
        try
        {
            Directory.CreateDirectory(_folder);
            FileStream? taken = null;
            // Between making and locking the file, another process may take it for a dead one's: then a new one is due.
            for (int attempt = 1; taken is null; attempt++) taken = Take(attempt);
            _lock = taken;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw StorageErrors.Folder(options.DataFolder, refused);
        }
    }

    public Guid Id { get; private set; }

    private FileStream? Take(int attempt)
    {
        const int Attempts = 10;
        Id = Guid.NewGuid();
        try
        {
            return new FileStream(FileOf(Id), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (attempt < Attempts && File.Exists(FileOf(Id)))
        {
            return null;
        }
    }

    /// <summary>False when that process is gone. Its stale file is removed on the way.</summary>
    public bool IsAlive(Guid owner)
    {
        if (owner == Id) return true;
        string file = FileOf(owner);
        try
        {
            if (!File.Exists(file)) return false;
            using (new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None)) File.Delete(file);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>How many other living processes have the folder open.</summary>
    public int CountOthers() => Directory.EnumerateFiles(_folder, "*.lock")
        .Count(file => Guid.TryParseExact(Path.GetFileNameWithoutExtension(file), "N", out Guid id) && id != Id && IsAlive(id));

    public void Dispose()
    {
        // Deleted while still locked, so that nobody can lock a file that is about to go.
        if (!OperatingSystem.IsWindows()) File.Delete(_lock.Name);
        _lock.Dispose();
        if (OperatingSystem.IsWindows()) File.Delete(_lock.Name);
    }

    private string FileOf(Guid owner) => Path.Combine(_folder, $"{owner:N}.lock");
}
