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

    /// <summary>The folder of a shared model. Where it is absent the test is skipped; on the build server it fails.</summary>
    public static string Model(string name)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Path.Combine(at.FullName, "shared", "models", name) is var path && Directory.Exists(path)) return path;
        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", $"The shared model {name} is missing.");
        Assert.Skip($"Put the shared folder with models/{name} beside the checkout to test with it.");
        return "";
    }

    private static string? Up(string from, string marker)
    {
        for (var at = new DirectoryInfo(from); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, marker))) return at.FullName;
        return null;
    }
}
