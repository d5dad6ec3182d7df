namespace Designer.Storage.Tests;

internal sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("designer-storage-").FullName;
    public StorageOptions Options => new() { DataFolder = Path };
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
