using System.Reflection;

namespace Designer.EndToEnd.Tests.Architecture;

/// <summary>Holds the directions of docs/architecture: who may know whom, and what may not be known below the host.</summary>
public sealed class DirectionTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Designer.Flows"] = [],
        ["Designer.Engine"] = ["Designer.Flows"],
        ["Designer.Models"] = ["Designer.Engine", "Designer.Flows"],
        ["Designer.Knowledge"] = ["Designer.Engine", "Designer.Flows"],
        ["Designer.Nodes"] = ["Designer.Models", "Designer.Knowledge", "Designer.Engine", "Designer.Flows"],
        ["Designer.Storage"] = ["Designer.Nodes", "Designer.Models", "Designer.Knowledge", "Designer.Engine", "Designer.Flows"],
    };

    public static TheoryData<string> Projects => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_knows_only_what_stands_below_it(string project)
    {
        string[] known = [.. References(project).Where(n => n.StartsWith("Designer.", StringComparison.Ordinal))];
        Assert.Empty(known.Except(Allowed[project]));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Nothing_below_the_host_knows_the_web(string project)
    {
        // Storage keeps ASP.NET Core Identity's users, which come with its stores.
        string[] excused = project == "Designer.Storage" ? ["Microsoft.AspNetCore.Identity", "Microsoft.AspNetCore.Identity.EntityFrameworkCore", "Microsoft.Extensions.Identity.Stores"] : [];
        Assert.Empty(References(project).Where(n => n.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal)).Except(excused));
        Assert.DoesNotContain("MudBlazor", References(project));
    }

    [Theory]
    [InlineData("Designer.Flows")]
    [InlineData("Designer.Engine")]
    public void The_core_knows_no_database_no_http_and_no_model_library(string project) =>
        Assert.DoesNotContain(References(project), n => n.StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal) || n.StartsWith("Microsoft.SemanticKernel", StringComparison.Ordinal)
            || n.StartsWith("Microsoft.Data.Sqlite", StringComparison.Ordinal) || n.StartsWith("Npgsql", StringComparison.Ordinal) || n == "Microsoft.Extensions.Http" || n == "Microsoft.Extensions.AI");

    private static string[] References(string project) => [.. Assembly.Load(project).GetReferencedAssemblies().Select(n => n.Name!)];
}
