using System.Text.Json;

namespace Designer.Models.Onnx;

/// <summary>The files of a model's folder. The folder is somebody else's: nothing outside it is opened, neither by a name with dots in it nor
/// through a link, and nothing is read that is larger than it may be.</summary>
public sealed class ModelFolderFiles
{
    private const long LargestText = 512L << 20;
    private const int MostLinks = 40;

    private readonly string _root;

    /// <exception cref="ModelException">There is no such folder.</exception>
    public ModelFolderFiles(string folder)
    {
        if (!Directory.Exists(folder)) throw BadFolder.Because($"There is no model folder '{folder}'.");
        Folder = Path.GetFullPath(folder);
        _root = Real(Folder);
    }

    public string Folder { get; }

    /// <summary>The full path of a file in the folder, or null if there is none.</summary>
    /// <exception cref="ModelException">The name leads out of the folder.</exception>
    public string? Find(string name)
    {
        string[] parts = name.Split('/', '\\');
        if (name.Length == 0 || Path.IsPathRooted(name) || parts.Any(p => p is "" or "." or "..") || name.Contains('\0', StringComparison.Ordinal)) throw Outside(name);
        string path = Real(Path.Combine([_root, .. parts]));
        if (!path.StartsWith(_root.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal)) throw Outside(name);
        return File.Exists(path) ? path : null;
    }

    public byte[] Read(string name, long most = LargestText)
    {
        string path = Find(name) ?? throw BadFolder.Because($"{name} is missing in '{Folder}'.");
        try
        {
            long length = new FileInfo(path).Length;
            if (length > most) throw BadFolder.Because($"{name} in '{Folder}' has {length >> 20:N0} MiB; {most >> 20} are allowed.");
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw BadFolder.Because($"{name} in '{Folder}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>A JSON object, or null if there is no such file.</summary>
    public JsonElement? ReadObject(string name, long most = LargestText)
    {
        if (Find(name) is null) return null;
        try
        {
            JsonElement json = JsonElement.Parse(Read(name, most).AsSpan());
            return json.ValueKind == JsonValueKind.Object ? json : throw BadFolder.Because($"{name} in '{Folder}' is no JSON object.");
        }
        catch (JsonException e)
        {
            throw BadFolder.Because($"{name} in '{Folder}' is no JSON: {e.Message}", e);
        }
    }

    /// <summary>The names, relative to the folder, of the files that match a pattern in it and in one subfolder.</summary>
    public IReadOnlyList<string> List(string pattern, string subfolder)
    {
        List<string> names = [.. Directory.EnumerateFiles(_root, pattern).Select(f => Path.GetFileName(f))];
        string inner = Path.Combine(_root, subfolder);
        if (Directory.Exists(inner)) names.AddRange(Directory.EnumerateFiles(inner, pattern).Select(f => $"{subfolder}/{Path.GetFileName(f)}"));
        return [.. names.Order(StringComparer.Ordinal)];
    }

    /// <summary>Where a path leads when every link in it, and in what they lead to, is followed.</summary>
    private static string Real(string path, int hops = 0)
    {
        string real = Path.GetPathRoot(path)!;
        foreach (string part in path[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            string next = Path.Combine(real, part);
            if (new FileInfo(next).LinkTarget is not { } target) real = next;
            else if (++hops > MostLinks) throw BadFolder.Because($"'{path}' goes through too many links.");
            else real = Real(Path.GetFullPath(target, real), hops);
        }
        return real;
    }

    private ModelException Outside(string name) => BadFolder.Because($"'{name}' leads out of the model folder '{Folder}'.");
}
