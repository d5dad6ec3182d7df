namespace Designer.EndToEnd.Tests.CommandLine;

/// <summary>The real models that lie beside the checkout.</summary>
internal static class SharedModels
{
    /// <summary>A model's folder. Where it is absent the test is skipped; on the build server it fails.</summary>
    public static string Folder(string model)
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Path.Combine(at.FullName, "shared", "models", model) is var path && Directory.Exists(path)) return path;
        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", $"The shared model {model} is missing.");
        Assert.Skip($"Put the shared folder with models/{model} beside the checkout to test with it.");
        return "";
    }
}
