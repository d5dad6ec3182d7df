using Designer.Engine;

namespace Designer.Storage.Tests;

public sealed class MemoryRunLogTests : RunLogContract
{
    private readonly MemoryRunLog _first = new();
    private bool _isOpen;

    protected override Task<IRunLog> OpenAsync()
    {
        MemoryRunLog log = _isOpen ? _first.Join() : _first;
        _isOpen = true;
        return Task.FromResult<IRunLog>(log);
    }

    protected override Task KillAsync(IRunLog log)
    {
        ((MemoryRunLog)log).Crash();
        return Task.CompletedTask;
    }

    public override ValueTask InitializeAsync() => default;
    public override ValueTask DisposeAsync() => default;
}
