using Designer.EndToEnd.Tests.CommandLine;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Designer.EndToEnd.Tests.Browser;

/// <summary>An app that looks for model servers where a test has put one.</summary>
public sealed class AppBesideAServer : HostedApp
{
    internal ModelServer Server { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        Server = await ModelServer.StartAsync(asksForKey: false);
        Settings["DESIGNER_DISCOVERY"] = $"Test server={new Uri(Server.Endpoint).Authority}";
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Server.DisposeAsync();
    }
}

/// <summary>Models are found and connected on their page.</summary>
public sealed class ModelsPageTests(AppBesideAServer app) : IClassFixture<AppBesideAServer>
{
    private static readonly LocatorAssertionsToBeVisibleOptions s_soon = new() { Timeout = 60_000 };

    [Fact]
    public async Task A_server_on_this_machine_is_offered_and_connected_in_one_click()
    {
        app.Require();
        await using IBrowserContext ada = await app.OwnerAsync();
        IPage page = await OpenAsync(ada);

        await Expect(page.GetByText("Test server runs on this machine")).ToBeVisibleAsync(s_soon);
        await page.Locator(".notice").GetByRole(AriaRole.Button, new() { Name = "Connect" }).ClickAsync();

        await Expect(page.GetByText("“quick” is connected.")).ToBeVisibleAsync(s_soon);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "quick" })).ToBeVisibleAsync();
        await Expect(page.GetByText("Test server runs on this machine")).ToHaveCountAsync(0);
        // Connecting has tested it.
        await Expect(page.GetByText("not tested since the start")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_key_is_pasted_and_tested_and_what_is_wrong_is_said()
    {
        app.Require();
        await using ModelServer server = await ModelServer.StartAsync();
        await using IBrowserContext ada = await app.OwnerAsync();
        IPage page = await OpenAsync(ada);
        await page.GetByRole(AriaRole.Button, new() { Name = "Connect a model" }).ClickAsync();
        ILocator dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.Locator("#preset").SelectOptionAsync(new SelectOptionValue { Label = "Another OpenAI-compatible server" });
        await dialog.Locator("#model").FillAsync("keyed");
        await dialog.Locator("#model-name").FillAsync("keyed");
        await dialog.GetByRole(AriaRole.Checkbox).CheckAsync();

        await dialog.Locator("#endpoint").FillAsync("http://127.0.0.1:1/v1");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Test" }).ClickAsync();
        await Expect(dialog.GetByText("nothing listens there")).ToBeVisibleAsync(s_soon);

        await dialog.Locator("#endpoint").FillAsync(server.Endpoint);
        await dialog.Locator("#key").FillAsync("sk-the-wrong-key");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Test" }).ClickAsync();
        await Expect(dialog.GetByText("refused the key")).ToBeVisibleAsync(s_soon);

        await dialog.Locator("#key").FillAsync(ModelServer.Key);
        // What was tested before is forgotten when the field is left.
        await dialog.Locator("#key").PressAsync("Tab");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Connect" }).ClickAsync();
        await Expect(page.GetByText("“keyed” is connected.")).ToBeVisibleAsync(s_soon);
        Assert.DoesNotContain(ModelServer.Key, await page.ContentAsync(), StringComparison.Ordinal);
    }

    private static async Task<IPage> OpenAsync(IBrowserContext person)
    {
        IPage page = await person.NewPageAsync();
        await page.GotoAsync("/models");
        await Expect(page.Locator("html[data-interactive]")).ToBeAttachedAsync(new() { Timeout = 60_000 });
        return page;
    }
}
