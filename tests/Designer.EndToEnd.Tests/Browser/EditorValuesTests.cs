using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Designer.EndToEnd.Tests.Browser;

/// <summary>References and expressions in the settings, with the values of a real run.</summary>
public sealed class EditorValuesTests(EditedApp edited) : IClassFixture<EditedApp>
{
    [Fact]
    public async Task An_expression_shows_what_it_gives_while_it_is_written()
    {
        IPage page = await edited.OpenSampleAsync();
        await page.GetByTestId("node-answer").ClickAsync();
        await page.GetByTestId("fx-text").ClickAsync();
        ILocator preview = page.Locator("[data-setting=text] [data-testid=preview]");
        await Expect(preview).ToContainTextAsync("five days", new() { Timeout = 60_000, IgnoreCase = true });
        await Expect(page.Locator("[data-setting=text] .ref")).ToHaveCountAsync(0);

        ILocator text = page.GetByTestId("setting-text");
        await text.ClickAsync();
        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.TypeAsync("{{ reply.text | upcase | slice: 0, 400 }}");
        await Expect(preview).ToContainTextAsync("FIVE DAYS", new() { Timeout = 60_000 });

        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.TypeAsync("{{ reply.text | nosuchfilter }}");
        await Expect(preview.Locator(".bad-text")).ToContainTextAsync("nosuchfilter", new() { Timeout = 60_000 });

        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.TypeAsync("{{ reply.text }}");
        await page.GetByTestId("fx-text").ClickAsync();
        await Expect(page.Locator("[data-setting=text] .ref")).ToHaveCountAsync(1);
        await EditedApp.SavedAsync(page);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Kinds_are_ticked_by_keyboard_and_told_as_check_boxes()
    {
        IPage page = await edited.OpenAsync("/");
        await page.ImportAsync("""
            { "schema": "designer.flow/1", "id": "0198f2c4-0000-7000-8000-00000000f0a1", "name": "Guarded", "mode": "task", "nodes": [
              { "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": 0, "y": 0 }, "settings": { "inputs": [ { "name": "text", "type": "string" } ] } },
              { "id": "guard", "type": "safety.guard", "typeVersion": 1, "name": "Guard", "position": { "x": 280, "y": 0 }, "settings": { "text": "{{ start.text }}" } } ],
              "edges": [ { "id": "e1", "from": "start:out", "to": "guard:in" } ] }
            """, "Guarded", "node-guard");
        await page.GetByTestId("node-guard").ClickAsync();
        ILocator kinds = page.GetByTestId("setting-kinds");
        await Expect(kinds.GetByRole(AriaRole.Checkbox)).ToHaveCountAsync(7, new() { Timeout = 60_000 });
        ILocator mail = kinds.GetByRole(AriaRole.Checkbox, new() { Name = "e-mail" });
        await mail.FocusAsync();
        await page.Keyboard.PressAsync("Space");
        await Expect(mail).ToHaveAttributeAsync("aria-checked", "true", new() { Timeout = 60_000 });
        await EditedApp.SavedAsync(page);
        await page.ReloadAsync();
        await page.GetByTestId("node-guard").ClickAsync();
        await Expect(mail).ToHaveAttributeAsync("aria-checked", "true", new() { Timeout = 60_000 });
        await Expect(kinds.GetByRole(AriaRole.Checkbox, new() { Checked = true })).ToHaveCountAsync(1);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_number_can_be_an_expression_and_go_back()
    {
        IPage page = await edited.OpenSampleAsync();
        await page.GetByTestId("node-search").ClickAsync();
        await page.GetByTestId("fx-topK").ClickAsync();
        ILocator box = page.GetByTestId("setting-topK");
        await Expect(box).ToHaveAttributeAsync("contenteditable", "true");
        await box.ClickAsync();
        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.TypeAsync("{{ start.question | size | divided_by: 4 }}");
        await Expect(page.Locator("[data-setting=topK] [data-testid=preview] code")).ToHaveTextAsync("7", new() { Timeout = 60_000 });
        await EditedApp.SavedAsync(page);
        await page.ReloadAsync();
        await page.GetByTestId("node-search").ClickAsync();
        await Expect(page.GetByTestId("fx-topK")).ToHaveAttributeAsync("aria-pressed", "true", new() { Timeout = 60_000 });

        await page.GetByTestId("fx-topK").ClickAsync();
        await Expect(page.Locator("input[data-testid=setting-topK]")).ToBeVisibleAsync();
        await EditedApp.SavedAsync(page);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Chips_and_the_picker_tell_the_last_value()
    {
        IPage page = await edited.OpenSampleAsync();
        await page.GetByTestId("node-answer").ClickAsync();
        ILocator chip = page.Locator("[data-setting=text] .ref");
        await Expect(chip).ToBeVisibleAsync();
        await Expect(chip.Locator("[data-type=string]")).ToBeVisibleAsync();
        await chip.HoverAsync();
        await Expect(chip).ToHaveAttributeAsync("title", new System.Text.RegularExpressions.Regex("five days", System.Text.RegularExpressions.RegexOptions.IgnoreCase), new() { Timeout = 60_000 });

        await page.GetByTestId("setting-text").ClickAsync();
        await page.Keyboard.PressAsync("End");
        await page.Keyboard.TypeAsync(" /quest");
        await Expect(page.GetByTestId("picker-last")).ToContainTextAsync("How many days can I carry over?", new() { Timeout = 60_000 });
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Usages_are_listed_both_ways_and_lead_there()
    {
        IPage page = await edited.OpenSampleAsync();
        await page.GetByTestId("node-search").ClickAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.GetByTestId("node-search").ClickAsync();
        await page.Keyboard.PressAsync("u");
        ILocator usages = page.GetByTestId("usages");
        await Expect(usages).ToContainTextAsync("question");
        await Expect(page.Locator(".reference-lines .used-by[data-other=reply]")).ToBeAttachedAsync();
        await page.GetByTestId("used-by-reply").First.ClickAsync();
        await Expect(page.GetByTestId("inspector-name")).ToHaveValueAsync("Reply");
        await Expect(page.Locator(".side [data-setting=messages] :focus")).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Liquid_is_completed_coloured_and_marked_where_it_is_wrong()
    {
        IPage page = await edited.OpenSampleAsync();
        await page.GetByTestId("node-answer").ClickAsync();
        ILocator text = page.GetByTestId("setting-text");
        await text.ClickAsync();
        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.TypeAsync("{% if rep");
        await page.Locator("[role=option][data-path='reply.text']").WaitForAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.TypeAsync(" contains \"x\" %}{{ reply.text | trunc");
        await Expect(page.Locator(".picker [role=option]").First).ToHaveAttributeAsync("data-path", "truncate");
        await Expect(text).ToHaveAttributeAsync("aria-activedescendant", new System.Text.RegularExpressions.Regex("-0$"));
        await page.Keyboard.PressAsync("Enter");
        // The sample argument is selected: what is typed takes its place.
        await page.Keyboard.TypeAsync("20 }}{% endif %} {{ search.chunks[0].titel | nosuch }}");
        await Expect(page.Locator("[data-setting=text] .liquid-keyword").First).ToHaveTextAsync("if");
        await Expect(page.Locator("[data-setting=text] .ref").First).ToContainTextAsync("truncate: 20");
        await page.GetByTestId("inspector-name").ClickAsync();
        await page.Locator("[data-setting=text] .ref.broken").HoverAsync();
        await Expect(page.Locator("[data-setting=text] .ref.broken")).ToHaveAttributeAsync("title", new System.Text.RegularExpressions.Regex("no filter.*nosuch"));

        // What only the server knows is marked in its place, too.
        await text.ClickAsync();
        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.TypeAsync("{% if search.chunks[0].titel %}x{% endif %} {{ sorry");
        await page.Keyboard.PressAsync("Escape");
        await page.GetByTestId("inspector-name").ClickAsync();
        await Expect(page.Locator("[data-setting=text] .fault.error", new() { HasText = "{{" })).ToBeVisibleAsync();
        await text.ClickAsync();
        await page.Keyboard.PressAsync("End");
        await page.Keyboard.TypeAsync(" }}");
        await page.Keyboard.PressAsync("Escape");
        await page.GetByTestId("inspector-name").ClickAsync();
        await Expect(page.Locator("[data-setting=text] .fault.error", new() { HasText = "titel" })).ToHaveAttributeAsync("title", new System.Text.RegularExpressions.Regex("has no .titel."), new() { Timeout = 60_000 });

        await text.ClickAsync();
        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.TypeAsync("{{ reply.text }}");
        await EditedApp.SavedAsync(page);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_node_opens_over_the_window_with_its_input_and_its_output()
    {
        IPage page = await edited.OpenSampleAsync();
        await page.GetByTestId("node-answer").ClickAsync();
        await page.Keyboard.PressAsync("Shift+Enter");
        ILocator expanded = page.GetByTestId("expanded");
        await Expect(page.GetByTestId("expanded-output")).ToContainTextAsync("five days", new() { IgnoreCase = true, Timeout = 60_000 });
        await Expect(page.GetByTestId("expanded-input")).ToContainTextAsync("How many days can I carry over?");
        ILocator text = expanded.GetByTestId("setting-text");
        await text.ClickAsync();
        await page.Keyboard.PressAsync("End");
        await page.GetByTestId("usable-start.question").ClickAsync();
        await Expect(expanded.Locator("[data-setting=text] .ref[data-path='start.question']")).ToBeVisibleAsync();
        await page.GetByTestId("usable-search.best").DragToAsync(text);
        await Expect(expanded.Locator("[data-setting=text] .ref[data-path='search.best']")).ToBeVisibleAsync();
        // Keys of the canvas mean nothing here, Tab stays within, Escape leaves.
        await page.GetByTestId("expanded").FocusAsync();
        await page.Keyboard.PressAsync("Delete");
        await page.Keyboard.PressAsync("Shift+Tab");
        await Expect(expanded.Locator(":focus")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(expanded).Not.ToBeAttachedAsync();
        await Expect(page.GetByTestId("node-answer")).ToBeVisibleAsync();
        ILocator field = page.GetByTestId("setting-text");
        await field.ClickAsync();
        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.TypeAsync("{{ reply.text }}");
        await EditedApp.SavedAsync(page);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_broken_reference_is_red_and_offers_what_was_meant()
    {
        IPage page = await edited.OpenSampleAsync();
        await page.GetByTestId("node-answer").ClickAsync();
        ILocator text = page.GetByTestId("setting-text");
        await text.ClickAsync();
        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.TypeAsync("{{ repply.text }} {{ reply.txt }}");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("[data-setting=text] .ref.broken")).ToHaveCountAsync(2);

        await page.Locator("[data-setting=text] .ref.broken").First.ClickAsync();
        await page.GetByTestId("fix-reply.text").ClickAsync();
        await Expect(page.Locator("[data-setting=text] .ref.broken")).ToHaveCountAsync(1);
        // By keyboard: the one at the caret, and this time it goes.
        await page.Keyboard.PressAsync("Alt+Enter");
        await Expect(page.Locator(".fixes :focus")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("ArrowUp");
        await Expect(page.GetByTestId("fix-remove")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[data-setting=text] .ref.broken")).ToHaveCountAsync(0);
        await Expect(page.Locator("[data-setting=text] .ref")).ToHaveCountAsync(1);
        await EditedApp.SavedAsync(page);
        await page.Context.CloseAsync();
    }
}
