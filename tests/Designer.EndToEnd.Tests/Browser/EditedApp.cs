using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Designer.EndToEnd.Tests.Browser;

/// <summary>The program, set up, with its owner signed in; the sample flow "Ask the handbook" has run once.</summary>
public sealed class EditedApp : IAsyncLifetime
{
    private string _session = "";

    public HostedApp App { get; } = new();

    public async ValueTask InitializeAsync()
    {
        await App.InitializeAsync();
        if (App.Browser is null) return;
        await using IBrowserContext owner = await App.PersonAsync();
        IPage page = await owner.NewPageAsync();
        await page.GotoAsync("/");
        await page.WaitForURLAsync("**/setup**");
        await page.Locator("#code").FillAsync(App.SetupCode);
        await page.Locator("#email").FillAsync("ada@example.org");
        await page.Locator("#name").FillAsync("Ada Lovelace");
        await page.Locator("#password").FillAsync(HostedApp.Password);
        await page.Locator("button[type=submit].primary").ClickAsync();
        await page.Locator("a[href='/flows/ask-the-handbook']").First.WaitForAsync(new() { Timeout = 60_000 });
        _session = await owner.StorageStateAsync();
        await page.GotoAsync("/flows/ask-the-handbook");
        await Expect(page.GetByTestId("node-reply")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await page.GetByTestId("open-run").ClickAsync();
        await page.GetByTestId("chat-input").FillAsync("How many days can I carry over?");
        await page.GetByTestId("chat-send").ClickAsync();
        await Expect(page.GetByTestId("run-state")).ToContainTextAsync("done", new() { Timeout = 60_000 });
    }

    public ValueTask DisposeAsync() => App.DisposeAsync();

    /// <summary>A page of the owner, whose failures fail the test that asks for <see cref="Errors"/>.</summary>
    public async Task<IPage> OpenAsync(string path, int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Light, string locale = "en-US", bool hasTouch = false)
    {
        App.Require();
        IBrowserContext context = await App.Browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = App.Address.ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = height },
            StorageState = _session,
            ColorScheme = scheme,
            Locale = locale,
            HasTouch = hasTouch,
            ReducedMotion = ReducedMotion.Reduce,
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        context.SetDefaultTimeout(60_000);
        IPage page = await context.NewPageAsync();
        await page.GotoAsync(path);
        return page;
    }

    /// <summary>The sample flow's editor, ready.</summary>
    public async Task<IPage> OpenSampleAsync(int width = 1440, int height = 900, ColorScheme scheme = ColorScheme.Light)
    {
        IPage page = await OpenAsync("/flows/ask-the-handbook", width, height, scheme);
        await Expect(page.Locator(".dz[data-status=ready]")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        return page;
    }

    /// <summary>Everything is in the draft, what was typed a moment ago too: the canvas knows it before the page's header says it.</summary>
    public static Task SavedAsync(IPage page) => Expect(page.Locator(".dz[data-saved=saved]")).ToBeVisibleAsync(new() { Timeout = 60_000 });
}
