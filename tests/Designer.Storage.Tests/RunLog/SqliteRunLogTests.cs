using Designer.Engine;

namespace Designer.Storage.Tests;

public sealed class SqliteRunLogTests : RunLogContract
{
    private readonly TempFolder _folder = new();
    private readonly Dictionary<IRunLog, FolderOwner> _processes = [];

    protected override Task<IRunLog> OpenAsync()
    {
        FolderOwner owner = new(_folder.Options);
        SqliteRunLog log = new(_folder.Options, owner);
        _processes.Add(log, owner);
        return Task.FromResult<IRunLog>(log);
    }

    // The operating system frees the lock; nothing else happens when a process is killed.
    protected override Task KillAsync(IRunLog log)
    {
        _processes[log].Dispose();
        return Task.CompletedTask;
    }

    public override ValueTask InitializeAsync() => default;

    public override ValueTask DisposeAsync()
    {
        foreach ((IRunLog log, FolderOwner owner) in _processes)
        {
            ((SqliteRunLog)log).Dispose();
            owner.Dispose();
        }
        _folder.Dispose();
        return default;
    }
}
