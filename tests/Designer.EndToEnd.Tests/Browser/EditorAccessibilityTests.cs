using System.Text;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Designer.EndToEnd.Tests.Browser;

/// <summary>axe-core finds nothing serious in the editor, whatever of it is open; and it can be used by keyboard alone.</summary>
public sealed class EditorAccessibilityTests(EditedApp edited) : IClassFixture<EditedApp>
{
    [Theory]
    [InlineData(ColorScheme.Light, 1440)]
    [InlineData(ColorScheme.Dark, 1440)]
    [InlineData(ColorScheme.Light, 390)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task The_canvas_and_its_panels_are_accessible(ColorScheme scheme, int width)
    {
        IPage page = await edited.OpenSampleAsync(width, scheme: scheme);
        await CheckAsync(page, "canvas");
        if (width < 900)
        {
            await page.Locator(".float-outline").ClickAsync();
            await Expect(page.GetByRole(AriaRole.Tree)).ToBeVisibleAsync();
            await CheckAsync(page, "outline as a sheet");
            await page.Context.CloseAsync();
            return;
        }
        await page.GetByTestId("node-reply").ClickAsync();
        await Expect(page.GetByTestId("usages")).ToBeVisibleAsync();
        await CheckAsync(page, "settings");
        await page.GetByTestId("node-search").ClickAsync();
        await page.GetByTestId("fx-topK").ClickAsync();
        await CheckAsync(page, "an expression");
        await page.GetByTestId("fx-topK").ClickAsync();
        await page.GetByTestId("node-search").ClickAsync();
        await page.Keyboard.PressAsync("Control+f");
        await Expect(page.GetByRole(AriaRole.Tree)).ToBeVisibleAsync();
        await CheckAsync(page, "outline");
        await page.Keyboard.PressAsync("Escape");
        await page.GetByTestId("node-reply").ClickAsync();
        await page.Keyboard.PressAsync("Control+g");
        await page.Keyboard.PressAsync("Enter");
        await CheckAsync(page, "a group");
        await page.Keyboard.PressAsync("Alt+c");
        await CheckAsync(page, "a collapsed group");
        await page.Keyboard.PressAsync("Control+z");
        await page.Keyboard.PressAsync("Control+z");
        await page.Keyboard.PressAsync("a");
        await Expect(page.GetByLabel("Search nodes")).ToBeVisibleAsync();
        await CheckAsync(page, "the add list");
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("?");
        await Expect(page.GetByRole(AriaRole.Dialog, new() { Name = "Shortcuts" })).ToBeVisibleAsync();
        await CheckAsync(page, "the shortcuts");
        await page.Keyboard.PressAsync("Escape");
        await page.GetByTestId("node-reply").ClickAsync(new() { Button = MouseButton.Right });
        await Expect(page.GetByRole(AriaRole.Menu)).ToBeVisibleAsync();
        await CheckAsync(page, "a node's menu");
        await page.Keyboard.PressAsync("Escape");
        await page.GetByTestId("open-run").ClickAsync();
        await Expect(page.GetByTestId("run-answer").Last).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await CheckAsync(page, "the run panel");
        await CheckTableAsync(page);
        await EditedApp.SavedAsync(page);
        await page.Context.CloseAsync();
    }

    /// <summary>A table before its rows run, and its results.</summary>
    private static async Task CheckTableAsync(IPage page)
    {
        IResponse earlier = await page.RunAndWaitForResponseAsync(() => page.GetByRole(AriaRole.Tab, new() { Name = "Table" }).ClickAsync(), response => response.Url.EndsWith("/batches", StringComparison.Ordinal));
        // The results of the last table that was run here come first.
        if ((await earlier.JsonAsync())!.Value.GetArrayLength() > 0) await page.GetByTestId("table-new").ClickAsync();
        await page.GetByTestId("table-file").SetInputFilesAsync(new FilePayload { Name = "questions.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes("question\r\nHow many days?\r\n\r\nUntil when?\r\n") });
        await Expect(page.GetByTestId("table-start")).ToBeEnabledAsync(new() { Timeout = 60_000 });
        await CheckAsync(page, "a table");
        await page.GetByTestId("table-start").ClickAsync();
        await Expect(page.GetByTestId("table-state")).ToHaveAttributeAsync("data-state", "completed", new() { Timeout = 60_000 });
        await CheckAsync(page, "a table's results");
    }

    /// <summary>From the page's top to a changed node with nothing but keys: skip to the canvas, walk along the wires, open, type, close.</summary>
    [Fact]
    public async Task The_canvas_is_walked_and_edited_by_keyboard()
    {
        IPage page = await edited.OpenSampleAsync();
        await page.Locator(".react-flow__node[data-id=start]").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByTestId("inspector-name")).ToHaveValueAsync("Start");
        await page.Keyboard.PressAsync("Escape");
        await page.Locator(".react-flow__node[data-id=start]").FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(page.Locator(".face.selected")).ToHaveAttributeAsync("data-testid", "node-search");
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(page.Locator(".face.selected")).ToHaveAttributeAsync("data-testid", "node-reply");
        await page.Keyboard.PressAsync("F2");
        await page.Keyboard.TypeAsync("Said by keys");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByTestId("node-reply")).ToContainTextAsync("Said by keys");
        await page.Keyboard.PressAsync("Control+ArrowDown");
        await page.Keyboard.PressAsync("Control+z");
        await page.Keyboard.PressAsync("Control+z");
        await Expect(page.GetByTestId("node-reply")).Not.ToContainTextAsync("Said by keys");
        await EditedApp.SavedAsync(page);
        await page.Context.CloseAsync();
    }

    private static async Task CheckAsync(IPage page, string what)
    {
        AxeResult result = await page.RunAxe();
        Assert.True(result.Passes.Length > 0, "axe looked at nothing.");
        string found = string.Join('\n', result.Violations.Where(v => v.Impact is "serious" or "critical")
            .Select(v => $"{v.Id}: {v.Help}\n{string.Join('\n', v.Nodes.Take(5).Select(n => $"    {n.Html} {string.Join(' ', n.Any.Concat(n.All).Concat(n.None).Select(c => c.Message))}"))}"));
        Assert.True(found.Length == 0, $"{what}\n{found}");
    }
}
