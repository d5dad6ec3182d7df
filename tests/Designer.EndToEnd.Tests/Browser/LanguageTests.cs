using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Designer.EndToEnd.Tests.Browser;

/// <summary>One person's language and theme in a real browser: pages over the circuit, the canvas, MudBlazor's own words, and the choice that stays.</summary>
public sealed class LanguageTests(EditedApp edited) : IClassFixture<EditedApp>
{
    private const float Patience = 60_000;

    [Fact]
    public async Task Pages_and_canvas_speak_the_browsers_language_until_the_person_chooses()
    {
        IPage page = await edited.OpenAsync("/", locale: "zh-CN");
        await ReadyAsync(page);
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "zh-Hans");
        await Expect(page.Locator("h1")).ToHaveTextAsync("流程");

        // What the circuit renders later, and what MudBlazor says itself.
        await page.GetByRole(AriaRole.Button, new() { Name = "新建流程" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog).GetByText("一次输入，一次输出")).ToBeVisibleAsync(new() { Timeout = Patience });
        await Expect(page.GetByRole(AriaRole.Dialog).GetByLabel("关闭")).ToBeVisibleAsync();

        await page.GotoAsync("/flows/ask-the-handbook");
        await page.GetByTestId("node-reply").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Tab, new() { Name = "上次运行" })).ToBeVisibleAsync(new() { Timeout = Patience });
        await Expect(page.Locator(".inspector")).ToContainTextAsync("向模型发送消息");

        await page.GotoAsync("/settings");
        await ReadyAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "English" }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("Settings", new() { Timeout = Patience });
        await page.GotoAsync("/flows/ask-the-handbook");
        await page.GetByTestId("node-reply").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Tab, new() { Name = "Last run" })).ToBeVisibleAsync(new() { Timeout = Patience });
        await Expect(page.Locator(".inspector")).ToContainTextAsync("Sends messages to a model");
    }

    [Fact]
    public async Task The_theme_stays_as_chosen_and_its_button_says_so()
    {
        IPage page = await edited.OpenAsync("/settings");
        await ReadyAsync(page);
        ILocator system = page.GetByRole(AriaRole.Button, new() { Name = "System", Pressed = true }), dark = page.GetByRole(AriaRole.Button, new() { Name = "Dark" });
        await Expect(system).ToBeVisibleAsync(new() { Timeout = Patience });
        await dark.ClickAsync();
        await Expect(page.Locator("html.dark")).ToBeAttachedAsync();
        await Expect(dark).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(system).ToHaveCountAsync(0);

        // Reached without loading the document anew, and after a reload.
        await page.GetByRole(AriaRole.Link, new() { Name = "Members" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "General" }).ClickAsync();
        await Expect(dark).ToHaveAttributeAsync("aria-pressed", "true", new() { Timeout = Patience });
        await page.ReloadAsync();
        await ReadyAsync(page);
        await Expect(dark).ToHaveAttributeAsync("aria-pressed", "true", new() { Timeout = Patience });
    }

    private static Task ReadyAsync(IPage page) => Expect(page.Locator("html[data-interactive]")).ToBeAttachedAsync(new() { Timeout = Patience });
}
