using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Designer.EndToEnd.Tests.Browser;

/// <summary>Undo belongs to the document, and every state of it can be found again.</summary>
public sealed class HistoryTests(HostedApp app) : IClassFixture<HostedApp>
{
    [Fact]
    public async Task Undo_survives_a_reload_and_another_browser_and_states_are_kept_compared_and_restored()
    {
        app.Require();
        await using IBrowserContext laptop = await app.PersonAsync(), phone = await app.PersonAsync(), graces = await app.PersonAsync();
        IPage ada = await app.SetUpAsync(laptop);
        IPage grace = await ada.InviteAsync(graces, "grace@example.org", "Grace Hopper");
        await UndoAsync(ada, await phone.SignInAsync("ada@example.org"), grace);
        await OwnDraftAsync(ada, grace);
        await VersionsAsync(ada);
    }

    private static async Task UndoAsync(IPage ada, IPage elsewhere, IPage grace)
    {
        await ada.OpenEditorAsync();
        await ada.RenameAsync("reply", "First");
        await ada.RenameAsync("search", "Second");
        await ada.IsSavedAsync();
        await grace.OpenEditorAsync();
        await grace.RenameAsync("answer", "By Grace");
        await ada.NodeSaysAsync("answer", "By Grace");

        await ada.ReloadAsync();
        await ada.EditorIsReadyAsync();
        await ada.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await ada.NodeSaysAsync("search", "Search the handbook");
        await ada.NodeSaysAsync("answer", "By Grace");
        await ada.IsSavedAsync();

        await elsewhere.OpenEditorAsync();
        await elsewhere.GetByRole(AriaRole.Button, new() { Name = "Redo" }).ClickAsync();
        await elsewhere.NodeSaysAsync("search", "Second");
        await ada.NodeSaysAsync("search", "Second");
        await ada.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await ada.NodeSaysAsync("search", "Search the handbook");
        await ada.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await ada.NodeSaysAsync("reply", "Reply");
        await elsewhere.NodeSaysAsync("reply", "Reply");
        await Expect(elsewhere.GetByTestId("node-reply")).Not.ToContainTextAsync("First", new() { Timeout = 60_000 });
        // What Grace did is hers to undo.
        await Expect(ada.GetByRole(AriaRole.Button, new() { Name = "Undo" })).ToBeDisabledAsync(new() { Timeout = 60_000 });
        await ada.NodeSaysAsync("answer", "By Grace");
        await elsewhere.CloseAsync();
    }

    private static async Task OwnDraftAsync(IPage ada, IPage grace)
    {
        await ada.GetByTestId("draft-menu").ClickAsync();
        await ada.GetByTestId("own-begin").ClickAsync();
        await Expect(ada.GetByTestId("draft-menu")).ToContainTextAsync("My own draft", new() { Timeout = 60_000 });
        await ada.EditorIsReadyAsync();
        await ada.RenameAsync("reply", "In private");
        await ada.RenameAsync("answer", "Answer in private");
        await ada.IsSavedAsync();
        await grace.RenameAsync("search", "Search, shared");
        await grace.RenameAsync("answer", "Answer, shared");
        await grace.IsSavedAsync();
        await Expect(grace.GetByTestId("node-reply")).Not.ToContainTextAsync("In private");

        await ada.GetByTestId("draft-menu").ClickAsync();
        await ada.GetByTestId("own-merge").ClickAsync();
        await Expect(ada.GetByTestId("conflict")).ToHaveCountAsync(1, new() { Timeout = 60_000 });
        await ada.GetByTestId("conflict").GetByLabel("Mine").CheckAsync();
        await ada.GetByTestId("merge-apply").ClickAsync();
        await Expect(ada.GetByTestId("draft-menu")).ToContainTextAsync("Draft", new() { Timeout = 60_000 });
        foreach (IPage page in (IPage[])[ada, grace])
        {
            await page.NodeSaysAsync("reply", "In private");
            await page.NodeSaysAsync("search", "Search, shared");
            await page.NodeSaysAsync("answer", "Answer in private");
        }
    }

    private static async Task VersionsAsync(IPage ada)
    {
        await ada.EditorIsReadyAsync();
        await ada.Keyboard.PressAsync("Control+s");
        await ada.GetByTestId("checkpoint-name").FillAsync("Before the rebuild");
        await ada.Keyboard.PressAsync("Enter");
        await Expect(ada.GetByText("Before the rebuild").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await ada.GetByTestId("publish").ClickAsync();
        await ada.GetByLabel("What changed").FillAsync("Words that people understand");
        await ada.GetByTestId("publish-confirm").ClickAsync();
        await Expect(ada.GetByText("Version 1 is live")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await ada.RenameAsync("reply", "Rebuilt");
        // A dot says what callers do not have yet.
        await Expect(ada.GetByTestId("unpublished-reply")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(ada.GetByTestId("unpublished-search")).ToHaveCountAsync(0);
        await ada.GetByTestId("node-answer").ClickAsync(new() { Position = new() { X = 60, Y = 40 } });
        await ada.Keyboard.PressAsync("Delete");
        await Expect(ada.GetByTestId("node-answer")).ToHaveCountAsync(0);
        await ada.IsSavedAsync();

        await ada.GetByRole(AriaRole.Link, new() { Name = "Versions", Exact = true }).ClickAsync();
        await Expect(ada.GetByTestId("state-v1")).ToContainTextAsync("Words that people understand", new() { Timeout = 60_000 });
        await Expect(ada.GetByTestId("state-v1")).ToContainTextAsync("ada@example.org");
        await ada.GetByTestId("state-v1").FocusAsync();
        await ada.Keyboard.PressAsync("Enter");
        await Expect(ada.GetByTestId("change-node-reply")).ToHaveAttributeAsync("data-change", "changed", new() { Timeout = 60_000 });
        await Expect(ada.GetByTestId("change-node-answer")).ToHaveAttributeAsync("data-change", "removed");
        await Expect(ada.GetByTestId("node-answer")).ToBeVisibleAsync();
        await Expect(ada.GetByTestId("changed-reply").Locator("ins")).ToContainTextAsync("Rebuilt");
        // In the list: the note that it was kept may still be shown, with the same words.
        ILocator kept = ada.Locator(".version").Filter(new() { HasText = "Before the rebuild" });
        await kept.ClickAsync();
        await Expect(kept).ToHaveAttributeAsync("aria-current", "true", new() { Timeout = 60_000 });
        await Expect(ada.GetByTestId("change-node-answer")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await ada.GetByTestId("restore").ClickAsync();
        await Expect(ada.GetByTestId("no-changes")).ToBeVisibleAsync(new() { Timeout = 60_000 });

        await ada.GetByRole(AriaRole.Link, new() { Name = "Build", Exact = true }).ClickAsync();
        await ada.EditorIsReadyAsync();
        await ada.NodeSaysAsync("reply", "In private");
        await ada.NodeSaysAsync("answer", "Answer in private");
        // The restore is an edit like any other.
        await ada.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await ada.NodeSaysAsync("reply", "Rebuilt");
        await Expect(ada.GetByTestId("node-answer")).ToHaveCountAsync(0);
    }
}
