using System.Text.RegularExpressions;

namespace Designer.Web.Tests.Api;

/// <summary>docs/security.md names tests; a name that leads nowhere would be a false promise.</summary>
public sealed partial class SecurityDocsTests
{
    [Fact]
    public async Task Every_named_test_exists()
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Designer.sln"))) root = root.Parent;
        string page = await File.ReadAllTextAsync(Path.Combine(root!.FullName, "docs", "security.md"), TestContext.Current.CancellationToken);
        ILookup<string, string> sources = Directory.EnumerateFiles(Path.Combine(root.FullName, "tests"), "*.cs", SearchOption.AllDirectories)
            .ToLookup(file => Path.GetFileName(file).Split('.')[0], File.ReadAllText);

        MatchCollection named = Named().Matches(page);

        Assert.True(named.Count > 40, "the page names suspiciously few tests");
        Assert.All(named, test => Assert.Contains(sources[test.Groups["class"].Value], source => source.Contains($" {test.Groups["method"].Value}(", StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"`(?<class>\w+)\.(?<method>[A-Z]\w+)`")]
    private static partial Regex Named();
}
