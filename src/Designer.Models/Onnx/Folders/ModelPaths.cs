using Designer.Models.Onnx.Sessions;

namespace Designer.Models.Onnx.Folders;

/// <summary>Turns a connection's model into a path, and refuses what lies outside the folders that may be used.</summary>
/// <param name="home">The data folder's <c>models</c>.</param>
public sealed class ModelPaths(string home, OnnxSettings settings)
{
    // As they are named, and where they are: a folder may be named by a link.
    private readonly string[] _roots = [.. settings.AllowedFolders.Prepend(home).SelectMany(folder => (string[])[Path.GetFullPath(folder), Real(folder)]).Distinct()];

    public string Home => home;

    /// <summary>The folder, or the graph's file, of a model; relative names are looked for in <see cref="Home"/>.</summary>
    /// <exception cref="ModelException">There is nothing there, or it lies elsewhere.</exception>
    public string Resolve(string model)
    {
        string path;
        try
        {
            path = Path.GetFullPath(model, Path.GetFullPath(home));
        }
        catch (ArgumentException e)
        {
            throw BadFolder.Because("That is no path.", e);
        }
        // The same words whether it exists or not: nobody may explore this machine's disk through the form.
        if (!IsAllowed(path)) throw BadFolder.Because($"'{model}' lies outside the folders for models. Put the model into {home}, or name its folder under onnx:allowedFolders.");
        if (!File.Exists(path) && !Directory.Exists(path)) throw BadFolder.Because($"There is no '{model}' in the folders for models.");
        if (!IsAllowed(Real(path))) throw BadFolder.Because($"'{model}' is a link that leads outside the folders for models.");
        return path;
    }

    private bool IsAllowed(string path) => _roots.Any(root => path == root || path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal));

    /// <summary>The path with every link on the way followed.</summary>
    private static string Real(string path)
    {
        var full = Path.GetFullPath(path);
        var at = Path.GetPathRoot(full)!;
        foreach (var part in full[at.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            at = Path.Combine(at, part);
            FileSystemInfo here = Directory.Exists(at) ? new DirectoryInfo(at) : new FileInfo(at);
            if (here.Exists && here.ResolveLinkTarget(returnFinalTarget: true) is { } target) at = target.FullName;
        }
        return at;
    }
}
