using System.IO.Compression;
using Designer.Engine;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.Storage.Tests;

public sealed class BackupTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly TempFolder _elsewhere = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private string File_ => Path.Combine(_elsewhere.Path, "backup.zip");
    private string Restored => Path.Combine(_elsewhere.Path, "restored");

    public void Dispose()
    {
        _folder.Dispose();
        _elsewhere.Dispose();
    }

    [Fact]
    public async Task A_backup_made_while_in_use_restores_everything()
    {
        RunRow row = Batches.Row();
        Guid workspace;
        await using (ServiceProvider services = await Services.StartAsync(_folder.Options))
        {
            workspace = (await services.AddWorkspaceAsync()).Id;
            await services.GetRequiredService<IRunLog>().AppendAsync(Batches.New(row, 3));
            await File.WriteAllTextAsync(Path.Combine(_folder.Options.KeyFolder, "key.xml"), "<key/>", Cancel);
            Directory.CreateDirectory(Path.Combine(_folder.Options.BlobFolder, "ab"));
            await File.WriteAllBytesAsync(Path.Combine(_folder.Options.BlobFolder, "ab", "blob"), new byte[1000], Cancel);
            await services.GetRequiredService<Backup>().BackupAsync(File_, Cancel);
        }
        await Backup.RestoreAsync(File_, Restored, Cancel);

        await using ServiceProvider again = await Services.StartAsync(new StorageOptions { DataFolder = Restored });
        Assert.Equal(workspace, Assert.Single(await again.GetRequiredService<MemberStore>().WorkspacesAsync(Cancel)).Id);
        Assert.Equal(3, (await again.GetRequiredService<IRunLog>().EventsAsync(row.Id)).Count);
        Assert.Equal("<key/>", await File.ReadAllTextAsync(Path.Combine(Restored, "keys", "key.xml"), Cancel));
        Assert.Equal(1000, new FileInfo(Path.Combine(Restored, "blobs", "ab", "blob")).Length);
        Assert.False(Directory.Exists(Path.Combine(Restored, "owners")) && Directory.GetFiles(Path.Combine(Restored, "owners")).Length > 1);
    }

    [Fact]
    public async Task A_folder_that_holds_something_is_refused()
    {
        await WriteZipAsync((BackupManifest.FileName, """{"format":1,"createdAt":"2026-01-01T00:00:00Z"}"""));
        Assert.Equal("folder.notEmpty", await RestoreAsync(_folder.Options.DataFolder, keep: "x"));
    }

    [Theory]
    [InlineData("../evil.db")]
    [InlineData("keys/../../evil")]
    [InlineData("/etc/evil")]
    [InlineData("keys\\..\\evil")]
    [InlineData("keys//evil")]
    [InlineData("other/file")]
    [InlineData("owners/a.lock")]
    public async Task A_path_that_does_not_belong_there_is_refused(string name)
    {
        await WriteZipAsync((BackupManifest.FileName, """{"format":1,"createdAt":"2026-01-01T00:00:00Z"}"""), (name, "x"));
        Assert.Equal("backup.invalid", await RestoreAsync(Restored));
        Assert.Equal([File_], Directory.EnumerateFileSystemEntries(_elsewhere.Path));
    }

    [Fact]
    public async Task A_bomb_is_refused()
    {
        await using (ZipArchive zip = await ZipFile.OpenAsync(File_, ZipArchiveMode.Create, Cancel))
        {
            await using (StreamWriter writer = new(await zip.CreateEntry(BackupManifest.FileName).OpenAsync(Cancel)))
                await writer.WriteAsync("""{"format":1,"createdAt":"2026-01-01T00:00:00Z"}""");
            await using Stream stream = await zip.CreateEntry("blobs/zeros", CompressionLevel.Optimal).OpenAsync(Cancel);
            byte[] zeros = new byte[1024 * 1024];
            for (int i = 0; i < 300; i++) await stream.WriteAsync(zeros, Cancel);
        }
        Assert.Equal("backup.invalid", await RestoreAsync(Restored));
        Assert.Equal([File_], Directory.EnumerateFileSystemEntries(_elsewhere.Path));
    }

    [Fact]
    public async Task What_is_no_backup_is_refused()
    {
        Assert.Equal("backup.invalid", await RestoreAsync(Restored));
        await File.WriteAllTextAsync(File_, "hello", Cancel);
        Assert.Equal("backup.invalid", await RestoreAsync(Restored));
        await WriteZipAsync(("readme.txt", "x"));
        Assert.Equal("backup.invalid", await RestoreAsync(Restored));
        await WriteZipAsync((BackupManifest.FileName, "{"));
        Assert.Equal("backup.invalid", await RestoreAsync(Restored));
        await WriteZipAsync((BackupManifest.FileName, """{"format":99,"createdAt":"2026-01-01T00:00:00Z"}"""));
        Assert.Equal("backup.invalid", await RestoreAsync(Restored));
        await WriteZipAsync((BackupManifest.FileName, """{"format":1,"createdAt":"2026-01-01T00:00:00Z"}"""), ("designer.db", new string('x', 5000)));
        Assert.Equal("backup.invalid", await RestoreAsync(Restored));
    }

    [Fact]
    public async Task An_existing_file_is_not_overwritten_and_PostgreSQL_is_referred_to_its_own_tool()
    {
        await File.WriteAllTextAsync(File_, "precious", Cancel);
        StorageException exists = await Assert.ThrowsAsync<StorageException>(() => new Backup(_folder.Options, TimeProvider.System).BackupAsync(File_, Cancel));
        Assert.Equal("backup.exists", exists.Code);
        Assert.Equal("precious", await File.ReadAllTextAsync(File_, Cancel));
        Backup postgres = new(_folder.Options with { Provider = StorageProvider.Postgres }, TimeProvider.System);
        Assert.Equal("backup.unsupported", (await Assert.ThrowsAsync<StorageException>(() => postgres.BackupAsync(Restored, Cancel))).Code);
    }

    private async Task<string> RestoreAsync(string folder, string? keep = null)
    {
        if (keep is not null) await File.WriteAllTextAsync(Path.Combine(folder, keep), "x", Cancel);
        return (await Assert.ThrowsAsync<StorageException>(() => Backup.RestoreAsync(File_, folder, Cancel))).Code;
    }

    private async Task WriteZipAsync(params (string Name, string Text)[] entries)
    {
        File.Delete(File_);
        await using ZipArchive zip = await ZipFile.OpenAsync(File_, ZipArchiveMode.Create, Cancel);
        foreach ((string name, string text) in entries)
        {
            await using StreamWriter writer = new(await zip.CreateEntry(name).OpenAsync(Cancel));
            await writer.WriteAsync(text);
        }
    }
}
