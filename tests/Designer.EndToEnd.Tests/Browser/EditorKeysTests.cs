using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Designer.EndToEnd.Tests.Browser;

/// <summary>The keys that people bring from other editors do here what they do there.</summary>
public sealed partial class EditorKeysTests(EditedApp edited) : IClassFixture<EditedApp>
{
    private static async Task<int> ZoomAsync(IPage page) =>
        int.Parse(Digits().Match(await page.Locator(".zoom-value").InnerTextAsync()).Value, CultureInfo.InvariantCulture);

    [Fact]
    public async Task Copies_keep_their_wires_and_deletion_reconnects()
    {
        IPage page = await edited.OpenSampleAsync();
        await page.GetByTestId("node-reply").ClickAsync();
        await page.Keyboard.PressAsync("Control+c");
        await page.Locator(".react-flow__pane").ClickAsync(new() { Position = new() { X = 500, Y = 560 } });
        await page.Keyboard.PressAsync("Control+Shift+v");
        await Expect(page.GetByTestId("node-reply_2")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("From search out to reply_2")).ToBeAttachedAsync();
        await page.Keyboard.PressAsync("Control+z");
        await Expect(page.GetByTestId("node-reply_2")).ToHaveCountAsync(0);

        await page.GetByTestId("node-reply").ClickAsync();
        await page.Keyboard.PressAsync("Control+Delete");
        await Expect(page.GetByLabel("From search out to answer")).ToBeAttachedAsync();
        await page.Keyboard.PressAsync("Control+z");
        await Expect(page.GetByLabel("From search out to answer")).ToHaveCountAsync(0);
        await Expect(page.GetByLabel("From search out to reply")).ToBeAttachedAsync();

        await page.GetByTestId("node-reply").ClickAsync();
        await page.Keyboard.PressAsync("Control+d");
        await Expect(page.GetByTestId("node-reply_2")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Backspace");
        await Expect(page.GetByTestId("node-reply_2")).ToHaveCountAsync(0);
        await EditedApp.SavedAsync(page);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task The_view_follows_the_keys()
    {
        IPage page = await edited.OpenSampleAsync();
        await page.Keyboard.PressAsync("Control+1");
        await page.Keyboard.PressAsync("Control+0");
        await Expect(page.Locator(".zoom-value")).ToHaveTextAsync("100%");
        await page.Keyboard.PressAsync("Control+-");
        await Expect(page.Locator(".zoom-value")).Not.ToHaveTextAsync("100%");
        Assert.True(await ZoomAsync(page) < 100);
        await page.Keyboard.PressAsync("Control+0");
        await Expect(page.Locator(".zoom-value")).ToHaveTextAsync("100%");
        await page.Keyboard.PressAsync("Control+=");
        await Expect(page.Locator(".zoom-value")).ToHaveTextAsync(Larger());
        await page.GetByTestId("node-start").ClickAsync();
        await page.Keyboard.PressAsync(".");
        await Expect(page.GetByTestId("node-start")).ToBeInViewportAsync();
        await Expect(page.Locator(".zoom-value")).ToHaveTextAsync("100%");
        await page.Keyboard.PressAsync("Control+1");
        await Expect(page.Locator(".react-flow__node[data-id=sorry]")).ToBeInViewportAsync();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Tidying_up_is_one_step_that_is_undone()
    {
        IPage page = await edited.OpenSampleAsync();
        ILocator node = page.Locator(".react-flow__node[data-id=sorry]");
        await page.GetByTestId("node-sorry").ClickAsync();
        for (int i = 0; i < 5; i++) await page.Keyboard.PressAsync("Control+ArrowDown");
        await EditedApp.SavedAsync(page);
        string moved = (await node.GetAttributeAsync("style"))!;
        // It is arranged in a worker from our own address, which is loaded only now.
        IWorker worker = await page.RunAndWaitForWorkerAsync(() => page.Keyboard.PressAsync("Alt+Shift+f"));
        Assert.Equal("/canvas/elk-worker.js", new Uri(worker.Url).AbsolutePath);
        await Expect(node).Not.ToHaveAttributeAsync("style", moved, new() { Timeout = 60_000 });
        await page.Keyboard.PressAsync("Control+z");
        await Expect(node).ToHaveAttributeAsync("style", moved);
        await page.Keyboard.PressAsync("Control+z");
        await EditedApp.SavedAsync(page);
        await page.Context.CloseAsync();
    }

    /// <summary>The help lists every key of the table that the editor follows.</summary>
    [Fact]
    public async Task The_help_lists_them_all()
    {
        IPage page = await edited.OpenSampleAsync();
        await page.Keyboard.PressAsync("?");
        ILocator dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "Shortcuts" });
        await Expect(dialog).ToBeVisibleAsync();
        HashSet<string> listed = [];
        foreach (ILocator keys in await dialog.Locator("dd").AllAsync()) listed.Add(string.Join(' ', await keys.Locator("kbd").AllInnerTextsAsync()));
        foreach (string key in (string[])[
            "Ctrl Z", "Ctrl Y", "Ctrl C", "Ctrl X", "Ctrl V", "Ctrl A", "Ctrl D", "Delete", "Ctrl Shift V", "Ctrl Delete", "Ctrl Enter", "Alt R", "Ctrl Alt Enter", "Ctrl K", "Ctrl F", "A", "Ctrl 1", "Ctrl 0",
            "Ctrl +", "Ctrl -", ".", "Alt Shift F", "Space drag", "V", "H", "C", "F2", "D", "Alt C", "Ctrl G", "P", "← ↑ → ↓", "Ctrl ← ↑ → ↓", "Enter", "Esc", "?"]) Assert.Contains(key, listed);
        await page.Context.CloseAsync();
    }

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digits();

    [GeneratedRegex(@"^1[1-9]\d%$")]
    private static partial Regex Larger();
}
