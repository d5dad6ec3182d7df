using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Designer.EndToEnd.Tests.Browser;

/// <summary>Two people with a browser each on the same flow: whatever happens to the network and the server, no work is lost.</summary>
public sealed class TwoBrowsersTests(HostedApp app) : IClassFixture<HostedApp>
{
    [Fact]
    public async Task Nothing_is_lost_offline_nor_through_a_restart_and_only_the_same_setting_is_asked_for()
    {
        app.Require();
        await using IBrowserContext adas = await app.PersonAsync(), graces = await app.PersonAsync();
        IPage ada = await app.SetUpAsync(adas);
        IPage grace = await ada.InviteAsync(graces, "grace@example.org", "Grace Hopper");
        await ada.OpenEditorAsync();
        await grace.OpenEditorAsync();

        // Together: each sees the other and what they do.
        await Expect(ada.GetByTestId("others").GetByText("GH")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await grace.RenameAsync("search", "Look it up");
        await ada.NodeSaysAsync("search", "Look it up");
        await Expect(ada.GetByTestId("other-search")).ToBeVisibleAsync(new() { Timeout = 60_000 });

        // Grace is offline, and the server starts anew meanwhile; both go on working.
        await graces.SetOfflineAsync(true);
        await app.RestartAsync();
        await grace.RenameAsync("reply", "Reply by Grace");
        await AddTemplateAsync(grace, "Template by Grace");
        await ada.EditorIsReadyAsync();
        await ada.RenameAsync("answer", "Answer by Ada");
        await ada.IsSavedAsync();
        await AddTemplateAsync(ada, "Template by Ada");
        await ada.IsSavedAsync();

        await graces.SetOfflineAsync(false);
        foreach (IPage page in (IPage[])[grace, ada])
        {
            await page.NodeSaysAsync("reply", "Reply by Grace");
            await page.NodeSaysAsync("answer", "Answer by Ada");
            // Both added a node under the same id; there are two now.
            foreach (string name in (string[])["Template by Ada", "Template by Grace"])
                await Expect(page.GetByTestId(new System.Text.RegularExpressions.Regex("^node-template(_2)?$")).Filter(new() { HasText = name })).ToHaveCountAsync(1, new() { Timeout = 60_000 });
            await Expect(page.GetByTestId("conflict")).ToHaveCountAsync(0);
        }
        await grace.IsSavedAsync();

        // Both change the same setting while one of them is away: that one is asked, and gets what they choose.
        await grace.EditorIsReadyAsync();
        await graces.SetOfflineAsync(true);
        await app.RestartAsync();
        await grace.RenameAsync("search", "Search by Grace");
        await grace.RenameAsync("answer", "Answer by Grace");
        await ada.EditorIsReadyAsync();
        await ada.RenameAsync("search", "Search by Ada");
        await ada.IsSavedAsync();
        await graces.SetOfflineAsync(false);
        ILocator conflict = grace.GetByTestId("conflict");
        await Expect(conflict).ToHaveCountAsync(1, new() { Timeout = 60_000 });
        await Expect(conflict).ToContainTextAsync("Search by Ada");
        await Expect(conflict.Locator("ins").First).ToContainTextAsync("Search by Grace");
        await conflict.GetByLabel("Theirs").CheckAsync();
        await grace.GetByTestId("merge-apply").ClickAsync();
        foreach (IPage page in (IPage[])[grace, ada])
        {
            await page.NodeSaysAsync("search", "Search by Ada");
            await page.NodeSaysAsync("answer", "Answer by Grace");
        }
        await grace.IsSavedAsync();
    }

    private static async Task AddTemplateAsync(IPage page, string name)
    {
        await page.Locator(".react-flow__pane").ClickAsync(new() { Position = new() { X = 20, Y = 200 } });
        await page.Keyboard.PressAsync("a");
        await page.GetByLabel("Search nodes").FillAsync("template");
        await page.GetByTestId("palette-data.template").ClickAsync();
        await Expect(page.GetByTestId("node-template")).ToBeVisibleAsync();
        await page.RenameAsync("template", name);
    }
}
