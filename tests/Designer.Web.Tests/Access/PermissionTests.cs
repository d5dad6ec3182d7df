using System.Security.Claims;
using Designer.Storage;
using Designer.Web.Features.Access;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace Designer.Web.Tests.Access;

public sealed class PermissionTests
{
    // Written out by hand, so that a slip in the table shows here.
    private static readonly Dictionary<Role, string[]> s_expected = new()
    {
        [Role.Owner] = ["read", "run", "approve", "keys", "flows", "knowledge", "models", "playground", "members", "settings"],
        [Role.Editor] = ["read", "run", "flows", "knowledge", "models", "playground"],
        [Role.Operator] = ["read", "run", "approve", "keys"],
        [Role.Viewer] = ["read", "run"],
    };

    [Fact]
    public async Task Policies_let_in_exactly_whom_the_table_names()
    {
        await using DesignerApp app = await DesignerApp.WithOwnerAsync();
        foreach (Role role in Enum.GetValues<Role>())
        {
            SignedInMember member = await app.AddMemberAsync($"the-{role}@example.org", role);
            var principal = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, member.UserId.ToString())], "test"));
            foreach ((string permission, _) in Permissions.All)
            {
                await using AsyncServiceScope scope = app.Services.CreateAsyncScope();
                AuthorizationResult result = await scope.ServiceProvider.GetRequiredService<IAuthorizationService>().AuthorizeAsync(principal, null, permission);
                Assert.True(result.Succeeded == s_expected[role].Contains(permission), $"{role} and {permission}");
            }
        }
    }

    [Fact]
    public void The_docs_say_what_the_table_says()
    {
        string? root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "Designer.sln"))) root = Path.GetDirectoryName(root);
        string file = Path.Combine(root!, "docs", "permissions.md");
        if (Environment.GetEnvironmentVariable("DESIGNER_WRITE_DOCS") == "1") File.WriteAllText(file, Permissions.ToMarkdown());

        Assert.Equal(Permissions.ToMarkdown(), File.ReadAllText(file));
    }
}
