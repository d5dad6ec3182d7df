using System.Text.RegularExpressions;
using Designer.EndToEnd.Tests.CommandLine;
using Designer.Models.Tests.Hub;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Designer.EndToEnd.Tests.Browser;

/// <summary>An app whose hub is a test's.</summary>
public sealed class AppWithAHub : HostedApp
{
    internal ScriptedHub Hub { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        Hub = await ScriptedHub.StartAsync();
        Settings["DESIGNER_HUB__ADDRESS"] = Hub.Address.AbsoluteUri;
        Settings["DESIGNER_HUB__ALLOW"] = Hub.FilesHost;
        Settings["DESIGNER_DISCOVERY"] = "None=127.0.0.1:1";
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Hub.DisposeAsync();
    }
}

/// <summary>A model is downloaded on the models page; the download outlives the page and the program.</summary>
public sealed class HubPageTests(AppWithAHub app) : IClassFixture<AppWithAHub>
{
    private static readonly LocatorAssertionsToBeVisibleOptions s_soon = new() { Timeout = 60_000 };

    [Fact]
    public async Task A_model_is_looked_up_agreed_to_and_downloaded_while_nobody_looks()
    {
        app.Require();
        app.Hub.Serve(SharedModels.Folder("stories260k"), "config.json", "tokenizer.model", "LICENSE", "model.onnx->onnx/model.onnx", "model_gqa.onnx->onnx/model_gqa.onnx");
        TaskCompletionSource release = new();
        app.Hub.HoldAfter("onnx/model.onnx", 600_000, release.Task);
        await using IBrowserContext ada = await app.OwnerAsync();
        ada.SetDefaultTimeout(60_000);
        IPage page = await OpenAsync(ada);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add from hub" }).ClickAsync();
        ILocator dialog = page.GetByRole(AriaRole.Dialog);
        await LookUpAsync(dialog, "tests/other");
        await Expect(dialog.GetByText("knows no public model 'tests/other'")).ToBeVisibleAsync(s_soon);
        await LookUpAsync(dialog, ScriptedHub.Id);
        await Expect(dialog.GetByText("mit", new() { Exact = true })).ToBeVisibleAsync(s_soon);
        ILocator download = dialog.GetByRole(AriaRole.Button, new() { Name = "Download" });
        await Expect(download).ToBeDisabledAsync();
        await dialog.Locator("#hub-yes").CheckAsync();
        await Expect(download).ToBeEnabledAsync(new() { Timeout = 60_000 });
        await dialog.Locator("#hub-variant").SelectOptionAsync(new SelectOptionValue { Index = 1 });
        await Expect(download).ToBeDisabledAsync(new() { Timeout = 60_000 });
        await dialog.Locator("#hub-variant").SelectOptionAsync(new SelectOptionValue { Index = 0 });
        await dialog.Locator("#hub-yes").CheckAsync();
        await download.ClickAsync();

        ILocator row = page.GetByRole(AriaRole.Region, new() { Name = $"Download of {ScriptedHub.Id}" });
        await Expect(row).ToBeVisibleAsync(s_soon);
        await page.GotoAsync("/");
        page = await OpenAsync(ada);
        row = page.GetByRole(AriaRole.Region, new() { Name = $"Download of {ScriptedHub.Id}" });
        await Expect(row.GetByText("downloading")).ToBeVisibleAsync(s_soon);
        await Expect(row.GetByRole(AriaRole.Progressbar)).ToHaveAttributeAsync("aria-valuenow", new Regex("^[1-9][0-9]$"), new() { Timeout = 60_000 });
        await row.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Expect(row.GetByText("paused")).ToBeVisibleAsync(s_soon);
        await app.RestartAsync();
        page = await OpenAsync(ada);
        row = page.GetByRole(AriaRole.Region, new() { Name = $"Download of {ScriptedHub.Id}" });
        await Expect(row.GetByText("paused")).ToBeVisibleAsync(s_soon);
        release.SetResult();
        await row.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();

        await Expect(page.GetByText("“story” is connected.")).ToBeVisibleAsync(s_soon);
        await Expect(row).ToHaveCountAsync(0, new() { Timeout = 60_000 });
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "story" })).ToBeVisibleAsync();
        Assert.Contains(app.Hub.Requests, r => r.Range is not null);
    }

    private static async Task LookUpAsync(ILocator dialog, string model)
    {
        await dialog.Locator("#hub-model").FillAsync(model);
        await dialog.Locator("#hub-model").PressAsync("Tab");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Look up" }).ClickAsync();
    }

    private static async Task<IPage> OpenAsync(IBrowserContext person)
    {
        IPage page = await person.NewPageAsync();
        await page.GotoAsync("/models");
        await Expect(page.Locator("html[data-interactive]")).ToBeAttachedAsync(new() { Timeout = 60_000 });
        return page;
    }
}
