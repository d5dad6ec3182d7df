using System.Diagnostics;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Designer.EndToEnd.Tests.Browser;

/// <summary>A newcomer follows the tour, in both languages and with the keyboard alone.</summary>
public sealed class TourTests(HostedApp app, ITestOutputHelper output) : IClassFixture<HostedApp>
{
    private const float Patience = 60_000;

    [Fact]
    public async Task The_tour_leads_from_a_template_to_a_changed_published_flow()
    {
        app.Require();
        await using IBrowserContext person = await app.PersonAsync();
        IPage page = await person.NewPageAsync();
        page.SetDefaultTimeout(Patience);
        await SetUpAsync(page);

        Stopwatch watch = Stopwatch.StartNew();
        await page.GetByTestId("tour-offer").GetByRole(AriaRole.Button, new() { Name = "Take the tour" }).ClickAsync();
        await StepAsync(page, "Template");
        await page.GetByRole(AriaRole.Button, new() { Name = "Summarise and title" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Create the flow" }).ClickAsync();

        await StepAsync(page, "Change");
        ILocator node = page.Locator(".react-flow__node").First;
        await node.ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).First.FillAsync("Text to shorten");
        await page.Keyboard.PressAsync("Enter");

        await StepAsync(page, "Publish");
        await page.GetByTestId("publish").ClickAsync();
        await page.GetByTestId("publish-confirm").ClickAsync();
        await Expect(page.GetByText("Version 1 is live")).ToBeVisibleAsync(new() { Timeout = Patience });
        await Expect(page.GetByTestId("tour")).ToHaveCountAsync(0, new() { Timeout = Patience });
        output.WriteLine($"The tour took {watch.Elapsed.TotalSeconds:0.0} s.");

        await RestartWithKeyboardAsync(page);
    }

    /// <summary>It does not come back by itself; from the menu it begins anew, and the keyboard is enough to follow and to skip it.</summary>
    private static async Task RestartWithKeyboardAsync(IPage page)
    {
        await OpenAsync(page, "/");
        await Expect(page.GetByTestId("tour-offer")).ToHaveCountAsync(0);
        await page.GetByText("Account of Ada Lovelace").ClickAsync(new() { Force = true });
        await page.GetByText("Take the tour").ClickAsync();
        await StepAsync(page, "Template");

        ILocator hint = page.GetByTestId("tour");
        await hint.GetByRole(AriaRole.Button, new() { Name = "Take me there" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".cards .name").First).ToBeFocusedAsync();
        await page.GetByTestId("tour-skip").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(hint).ToHaveCountAsync(0, new() { Timeout = Patience });
        await page.ReloadAsync();
        await Expect(page.Locator("html[data-interactive]")).ToBeAttachedAsync(new() { Timeout = Patience });
        await Expect(hint).ToHaveCountAsync(0);

        // From the help, too.
        await OpenAsync(page, "/help");
        await page.GetByTestId("tour-start").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await StepAsync(page, "Template");
        await page.GetByTestId("tour-skip").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(hint).ToHaveCountAsync(0, new() { Timeout = Patience });
    }

    private static Task StepAsync(IPage page, string step) =>
        Expect(page.Locator($"[data-testid=tour][data-step={step}][data-placed]")).ToBeVisibleAsync(new() { Timeout = Patience });

    private static async Task OpenAsync(IPage page, string path)
    {
        await page.GotoAsync(path);
        await Expect(page.Locator("html[data-interactive]")).ToBeAttachedAsync(new() { Timeout = Patience });
    }

    private async Task SetUpAsync(IPage page)
    {
        await page.GotoAsync("/setup");
        foreach ((string field, string value) in new[] { ("code", app.SetupCode), ("name", "Ada Lovelace"), ("email", "ada@example.org"), ("password", HostedApp.Password) }) await page.FillAsync($"#{field}", value);
        await page.ClickAsync("button[type=submit].primary");
        await Expect(page.Locator("html[data-interactive]")).ToBeAttachedAsync(new() { Timeout = Patience });
        await Expect(page.GetByTestId("tour-offer")).ToBeVisibleAsync(new() { Timeout = Patience });
    }
}
