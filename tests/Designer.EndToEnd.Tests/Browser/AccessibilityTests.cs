using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Designer.EndToEnd.Tests.Browser;

/// <summary>axe-core looks at every page and every dialog, in light and dark, in both languages.</summary>
public sealed class AccessibilityTests(EditedApp edited) : IClassFixture<EditedApp>
{
    private const float Patience = 60_000;
    private const string Flow = "/flows/ask-the-handbook";

    private static readonly AxeRunOptions s_colours = new() { RunOnly = new RunOnlyOptions { Type = "rule", Values = ["color-contrast", "link-in-text-block"] } };

    private static readonly string[] s_pages =
    [
        "/", "/templates", "/knowledge", "/knowledge/handbook", "/models", "/models/playground", "/runs", "/settings", "/settings/members", "/settings/credentials", "/settings/permissions",
        Flow, $"{Flow}/runs", $"{Flow}/versions", $"{Flow}/endpoint", "/help", "/help/keys", "/help/getting-started", "/nothing-here",
    ];

    private static readonly (string Name, string Path, Func<IPage, Task> OpenAsync)[] s_dialogs =
    [
        ("a new flow", "/?new=true", _ => Task.CompletedTask),
        ("a template to use", "/templates", page => page.Locator(".cards .name").First.ClickAsync()),
        ("a model to connect", "/models?connect=1", _ => Task.CompletedTask),
        ("a new knowledge base", "/knowledge?new=true", _ => Task.CompletedTask),
        ("a new credential", "/settings/credentials?add=true", _ => Task.CompletedTask),
        ("an invitation", "/settings/members?invite=true", _ => Task.CompletedTask),
        ("the search", "/runs", page => page.Keyboard.PressAsync("Control+k")),
        ("publishing", Flow, page => page.GetByTestId("publish").ClickAsync()),
        ("a checkpoint", Flow, page => page.Keyboard.PressAsync("Control+s")),
        ("a flow as a template", Flow, async page =>
        {
            await page.Locator(".mud-menu span.ib.small").Last.ClickAsync();
            await page.Locator(".mud-menu-item").Nth(1).ClickAsync();
        }),
    ];

    [Theory]
    [InlineData(ColorScheme.Light, "en-US")]
    [InlineData(ColorScheme.Dark, "zh-CN")]
    public async Task No_page_has_a_serious_issue(ColorScheme scheme, string locale)
    {
        IPage page = await edited.OpenAsync("/runs", scheme: scheme, locale: locale);
        string run = (await page.Locator(".runs a.cover").First.GetAttributeAsync("href"))!;
        List<string> issues = [];
        foreach (string path in (string[])[.. s_pages, run, $"/runs/compare?a={run.Split('/')[^1]}&b={run.Split('/')[^1]}"])
        {
            await GoAsync(page, path);
            await LookAsync(page, path, scheme, issues);
        }
        await page.Context.CloseAsync();
        Assert.True(issues.Count == 0, string.Join('\n', issues));
    }

    [Theory]
    [InlineData(ColorScheme.Light, "en-US")]
    [InlineData(ColorScheme.Dark, "zh-CN")]
    public async Task No_dialog_has_a_serious_issue(ColorScheme scheme, string locale)
    {
        IPage page = await edited.OpenAsync("/", scheme: scheme, locale: locale);
        List<string> issues = [];
        foreach ((string name, string path, Func<IPage, Task> openAsync) in s_dialogs)
        {
            await GoAsync(page, path);
            await openAsync(page);
            await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync(new() { Timeout = Patience });
            await LookAsync(page, name, scheme, issues);
        }
        await page.Context.CloseAsync();
        Assert.True(issues.Count == 0, string.Join('\n', issues));
    }

    [Fact]
    public async Task The_pages_around_sign_in_have_no_serious_issue()
    {
        edited.App.Require();
        await using IBrowserContext stranger = await edited.App.PersonAsync();
        IPage page = await stranger.NewPageAsync();
        await page.GotoAsync("/signin");
        List<string> issues = [];

        await LookAsync(page, "/signin", ColorScheme.Light, issues);

        Assert.True(issues.Count == 0, string.Join('\n', issues));
    }

    private static async Task GoAsync(IPage page, string path)
    {
        await page.GotoAsync(path);
        await Expect(page.Locator(".skel, .dz[data-status=loading]")).ToHaveCountAsync(0, new() { Timeout = Patience });
        if (path == Flow) await Expect(page.Locator(".dz[data-status=ready]")).ToBeVisibleAsync(new() { Timeout = Patience });
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle, new() { Timeout = Patience });
    }

    /// <summary>In the scheme that the page came in, and its colours in the other, as on a system that turns dark or light meanwhile.</summary>
    private static async Task LookAsync(IPage page, string what, ColorScheme scheme, List<string> issues)
    {
        issues.AddRange(await IssuesAsync(page, $"{what} ({scheme})", null));
        ColorScheme other = scheme == ColorScheme.Dark ? ColorScheme.Light : ColorScheme.Dark;
        await TurnAsync(page, other);
        issues.AddRange(await IssuesAsync(page, $"{what} ({other})", s_colours));
        await TurnAsync(page, scheme);
    }

    private static async Task TurnAsync(IPage page, ColorScheme scheme)
    {
        await page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        await Expect(page.Locator("html.dark")).ToHaveCountAsync(scheme == ColorScheme.Dark ? 1 : 0);
        // However short a transition is, until its end a surface has the colour of before and its text that of after.
        await page.EvaluateAsync("() => Promise.allSettled(document.getAnimations().filter(a => a instanceof CSSTransition).map(a => a.finished))");
    }

    private static async Task<IReadOnlyList<string>> IssuesAsync(IPage page, string what, AxeRunOptions? options)
    {
        AxeResult result = await page.RunAxe(options);
        Assert.NotEmpty(result.Passes);
        return [.. result.Violations.Where(found => found.Impact is "serious" or "critical").Select(found => $"{what}: {found.Id}: {string.Join(" | ", found.Nodes.Take(3).Select(node => $"{node.Html} {node.Any.FirstOrDefault()?.Message}"))}")];
    }
}
