using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Designer.EndToEnd.Tests.Browser;

/// <summary>Two people type at the same moment: what one has typed and not committed yet is never put over what the other stored meanwhile.</summary>
public sealed class TypingTogetherTests(HostedApp app) : IClassFixture<HostedApp>
{
    [Fact]
    public async Task Other_settings_are_merged_and_the_same_one_is_a_choice()
    {
        app.Require();
        await using IBrowserContext adas = await app.PersonAsync(), graces = await app.PersonAsync();
        IPage ada = await app.SetUpAsync(adas);
        IPage grace = await ada.InviteAsync(graces, "grace@example.org", "Grace Hopper");
        // Typing is committed when it pauses; in Grace's browser time stands still while she types.
        await grace.Clock.InstallAsync();
        await ada.OpenEditorAsync();
        await grace.OpenEditorAsync();
        foreach (IPage page in (IPage[])[ada, grace]) await page.GetByTestId("node-sorry").ClickAsync(new() { Position = new() { X = 60, Y = 40 } });

        // Ada renames the node while Grace types its text: both stand.
        await grace.Clock.PauseAtAsync(DateTime.UtcNow.AddMinutes(1));
        await WriteAsync(grace, "Words by Grace");
        await ada.GetByTestId("inspector-name").FillAsync("Name by Ada");
        await ada.Keyboard.PressAsync("Tab");
        await ada.IsSavedAsync();
        await grace.NodeSaysAsync("sorry", "Name by Ada");
        await grace.Clock.ResumeAsync();
        foreach (IPage page in (IPage[])[grace, ada])
        {
            await page.NodeSaysAsync("sorry", "Words by Grace");
            await page.NodeSaysAsync("sorry", "Name by Ada");
        }
        await Expect(grace.GetByTestId("conflict")).ToHaveCountAsync(0);
        await grace.IsSavedAsync();

        // Both write the same text: who comes second chooses.
        await grace.Clock.PauseAtAsync(DateTime.UtcNow.AddMinutes(2));
        await WriteAsync(grace, "Second words by Grace");
        await WriteAsync(ada, "Words by Ada");
        await ada.IsSavedAsync();
        await grace.NodeSaysAsync("sorry", "Words by Ada");
        await Expect(grace.GetByTestId("setting-text")).ToContainTextAsync("Second words by Grace");
        await grace.Clock.ResumeAsync();
        ILocator conflict = grace.GetByTestId("conflict");
        await Expect(conflict).ToHaveCountAsync(1, new() { Timeout = 60_000 });
        // The words that differ from what both saw.
        await Expect(conflict.Locator("ins")).ToHaveTextAsync(["Second words", "Ada"]);
        await ada.NodeSaysAsync("sorry", "Words by Ada");
        await conflict.GetByLabel("Theirs").CheckAsync();
        await grace.GetByTestId("merge-apply").ClickAsync();
        foreach (IPage page in (IPage[])[grace, ada]) await page.NodeSaysAsync("sorry", "Words by Ada");
        await Expect(grace.GetByTestId("setting-text")).ToContainTextAsync("Words by Ada", new() { Timeout = 60_000 });
        await grace.IsSavedAsync();
    }

    /// <summary>Types over the text of the node that is selected, and stays in its field.</summary>
    private static async Task WriteAsync(IPage page, string text)
    {
        await page.GetByTestId("setting-text").ClickAsync();
        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.TypeAsync(text);
    }
}
