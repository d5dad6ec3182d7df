namespace Designer.Models.Tests;

/// <summary>Finds the checkout and the shared data beside it.</summary>
internal static class Repository
{
    public static string Root { get; } = Up(AppContext.BaseDirectory, "Designer.sln") ?? throw new InvalidOperationException("The tests run outside a checkout.");

    /// <summary>The folder of a shared data set, or null where it is absent.</summary>
    public static string? Dataset(string name)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Directory.Exists(Path.Combine(at.FullName, "shared", "models")))
                return Path.Combine(at.FullName, "shared", "datasets", name) is var path && Directory.Exists(path) ? path : null;
        return null;
    }

    private static string? Up(string from, string marker)
    {
        for (var at = new DirectoryInfo(from); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, marker))) return at.FullName;
        return null;
    }
}
