using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Designer.EndToEnd.Tests.Browser;

/// <summary>axe-core looks at every page, in light and dark, in both languages.</summary>
public sealed class AccessibilityTests(EditedApp edited) : IClassFixture<EditedApp>
{
    private const float Patience = 60_000;

    private static readonly string[] s_pages =
    [
        "/", "/templates", "/knowledge", "/knowledge/handbook", "/models", "/models/playground", "/runs", "/settings", "/settings/members", "/settings/credentials", "/settings/permissions",
        "/flows/ask-the-handbook", "/flows/ask-the-handbook/runs", "/flows/ask-the-handbook/endpoint", "/nothing-here",
    ];

    [Theory]
    [InlineData(ColorScheme.Light, "en-US")]
    [InlineData(ColorScheme.Dark, "zh-CN")]
    public async Task No_page_has_a_serious_issue(ColorScheme scheme, string locale)
    {
        IPage page = await edited.OpenAsync("/", scheme: scheme, locale: locale);
        List<string> issues = [];
        foreach (string path in s_pages)
        {
            await page.GotoAsync(path);
            await Expect(page.Locator(".skel, .dz[data-status=loading]")).ToHaveCountAsync(0, new() { Timeout = Patience });
            await page.WaitForLoadStateAsync(LoadState.NetworkIdle, new() { Timeout = Patience });
            issues.AddRange(await IssuesAsync(page, path));
        }
        Assert.True(issues.Count == 0, string.Join('\n', issues));
    }

    [Fact]
    public async Task The_pages_around_sign_in_have_no_serious_issue()
    {
        edited.App.Require();
        await using IBrowserContext stranger = await edited.App.PersonAsync();
        IPage page = await stranger.NewPageAsync();
        await page.GotoAsync("/signin");

        IReadOnlyList<string> issues = await IssuesAsync(page, "/signin");

        Assert.True(issues.Count == 0, string.Join('\n', issues));
    }

    private static async Task<IReadOnlyList<string>> IssuesAsync(IPage page, string path)
    {
        AxeResult result = await page.RunAxe();
        Assert.NotEmpty(result.Passes);
        return [.. result.Violations.Where(found => found.Impact is "serious" or "critical").Select(found => $"{path}: {found.Id}: {string.Join(" | ", found.Nodes.Take(3).Select(node => node.Html))}")];
    }
}
