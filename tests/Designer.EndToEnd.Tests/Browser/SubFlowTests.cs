using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Designer.EndToEnd.Tests.Browser;

/// <summary>A selection becomes a sub-flow that runs, opens with a way back, and becomes nodes again.</summary>
public sealed class SubFlowTests(EditedApp edited) : IClassFixture<EditedApp>
{
    [Fact]
    public async Task A_selection_becomes_a_flow_and_nodes_again()
    {
        IPage page = await edited.OpenSampleAsync();
        // A text between the model and the answer, taken out into a flow of its own.
        await page.GetByTestId("insert-e4").DispatchEventAsync("click");
        await page.GetByLabel("Search nodes").FillAsync("template");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByTestId("node-template")).ToBeVisibleAsync();
        await page.GetByTestId("setting-text").ClickAsync();
        await page.Keyboard.TypeAsync("In short: {{ reply.text }}");
        await page.GetByTestId("node-answer").ClickAsync();
        await page.GetByTestId("setting-text").ClickAsync();
        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.TypeAsync("{{ template.text }}");
        await page.GetByTestId("node-template").ClickAsync();
        await EditedApp.SavedAsync(page);
        await page.GetByTestId("node-template").ClickAsync(new() { Button = MouseButton.Right });
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Make a sub-flow of the selection" }).ClickAsync();
        ILocator sub = page.GetByTestId("node-template_2");
        await Expect(sub).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(page.GetByText("is a flow of its own now")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await EditedApp.SavedAsync(page);

        // It runs as before.
        await page.ReloadAsync();
        await page.GetByTestId("open-run").ClickAsync();
        await page.GetByTestId("chat-input").FillAsync("How many days can I carry over?");
        await page.GetByTestId("chat-send").ClickAsync();
        await Expect(page.GetByTestId("run-answer").Last).ToContainTextAsync("In short:", new() { Timeout = 60_000 });
        await page.GetByLabel("Close the run panel").ClickAsync();

        // Opens by a double click, with the way back above it.
        await sub.DblClickAsync();
        await page.WaitForURLAsync(new Regex("from=ask-the-handbook"));
        await Expect(page.GetByTestId("node-template")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await page.GetByTestId("crumb").ClickAsync();
        await Expect(sub).ToBeVisibleAsync(new() { Timeout = 60_000 });
        Assert.DoesNotContain("from=", page.Url, StringComparison.Ordinal);

        // And becomes its nodes again, undone and redone as one step.
        await sub.ClickAsync(new() { Button = MouseButton.Right });
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Put its nodes here" }).ClickAsync();
        await Expect(page.GetByTestId("node-template")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(sub).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("Control+z");
        await Expect(sub).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Control+y");
        await Expect(page.GetByTestId("node-template")).ToBeVisibleAsync();
        await EditedApp.SavedAsync(page);
        await page.Context.CloseAsync();
    }
}
