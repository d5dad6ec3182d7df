using System.Text.Json;
using Designer.Flows;

namespace Designer.Models.Hub;

/// <summary>Where downloads stand on disk: begun ones in <c>.partial</c>, finished ones as folders beside it, each with a note of what it is.</summary>
internal sealed class HubFolders(string home)
{
    private const string Note = "hub.json";
    private const long Spare = 64L << 20;

    /// <summary>What a finished folder says about where it comes from.</summary>
    private sealed record Origin(string Model, string Commit, string? Licence, HubVariant Variant);

    public string Partial(Guid id) => Path.Combine(home, ".partial", id.ToString("N"));

    public string Files(Guid id) => Path.Combine(Partial(id), "files");

    /// <summary>Begun downloads; what cannot be read is left alone.</summary>
    public IEnumerable<HubDownload> Begun()
    {
        var partial = Path.Combine(home, ".partial");
        foreach (var folder in Directory.Exists(partial) ? Directory.EnumerateDirectories(partial) : [])
            if (Read<HubDownload>(Path.Combine(folder, "download.json")) is { } download && Partial(download.Id) == folder && download.Variant.Files.All(f => HubModel.IsSafe(f.Path) && (f.As is null || HubModel.IsSafe(f.As)))) yield return download;
    }

    public void Save(HubDownload download)
    {
        Directory.CreateDirectory(Partial(download.Id));
        Write(Path.Combine(Partial(download.Id), "download.json"), download);
    }

    /// <summary>Held as long as somebody works on a download, in whichever process; null when somebody does.</summary>
    public FileStream? Lock(Guid id)
    {
        try
        {
            Directory.CreateDirectory(Partial(id));
            return new FileStream(Path.Combine(Partial(id), "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Remove(Guid id)
    {
        if (Directory.Exists(Partial(id))) Directory.Delete(Partial(id), recursive: true);
    }

    public long Here(HubDownload download) => download.Variant.Files.Sum(f => HubTransfer.Here(f, Target(download, f)));

    public string Target(HubDownload download, HubFile file) => Path.Combine([Files(download.Id), .. download.Variant.Local(file.Path).Split('/')]);

    /// <summary>The finished folder of the same files, if there is one.</summary>
    public string? FindKept(HubDownload download) => Names(download).FirstOrDefault(name => Read<Origin>(Path.Combine(home, name, Note)) is { } origin
        && (origin.Model, origin.Commit, origin.Variant.Graph) == (download.Model, download.Commit, download.Variant.Graph)
        && download.Variant.Files.All(f => new FileInfo(Path.Combine([home, name, .. download.Variant.Local(f.Path).Split('/')])) is { Exists: true } file && file.Length == f.Size));

    /// <summary>Makes what was downloaded a model's folder and gives its name.</summary>
    public string Keep(HubDownload download)
    {
        Write(Path.Combine(Files(download.Id), Note), new Origin(download.Model, download.Commit, download.Licence, download.Variant));
        var name = Names(download).First(n => !Path.Exists(Path.Combine(home, n)));
        Directory.Move(Files(download.Id), Path.Combine(home, name));
        return name;
    }

    /// <exception cref="ModelException">There is not enough room.</exception>
    public void RequireRoom(long bytes)
    {
        Directory.CreateDirectory(home);
        var free = new DriveInfo(Path.GetFullPath(home)).AvailableFreeSpace;
        if (bytes > free - Spare) throw new ModelException(HubErrors.DiskFull, $"There is too little room: the download needs {Onnx.Sessions.ByteSize.Of(bytes)}, and {Onnx.Sessions.ByteSize.Of(Math.Max(0, free - Spare))} are free in {home}.");
    }

    // The plain name first; another revision of the same form says which.
    private static IEnumerable<string> Names(HubDownload download)
    {
        var label = download.Variant.Label == "full" ? "" : "--" + string.Concat(download.Variant.Label.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '-'));
        var name = download.Model.Replace("/", "--", StringComparison.Ordinal) + label;
        return [name, .. Enumerable.Range(1, 100).Select(n => $"{name}--{download.Commit[..7]}{(n == 1 ? "" : $"-{n}")}")];
    }

    private static T? Read<T>(string file) where T : class
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<T>(File.ReadAllBytes(file), FlowJson.Options) : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Write<T>(string file, T value)
    {
        File.WriteAllBytes(file + ".new", JsonSerializer.SerializeToUtf8Bytes(value, FlowJson.Options));
        File.Move(file + ".new", file, overwrite: true);
    }
}
