using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Designer.EndToEnd.Tests.Browser;

/// <summary>Groups, collapsing, alignment, the outline and the palette's memory, in the real editor.</summary>
public sealed partial class EditorStructureTests(EditedApp edited) : IClassFixture<EditedApp>
{
    [Fact]
    public async Task A_group_is_made_named_moved_collapsed_and_survives_a_reload()
    {
        IPage page = await edited.OpenSampleAsync();
        await page.GetByTestId("node-search").ClickAsync();
        await page.Keyboard.DownAsync("Control");
        await page.GetByTestId("node-reply").ClickAsync();
        await page.Keyboard.UpAsync("Control");
        await page.Keyboard.PressAsync("Control+g");
        await page.Keyboard.TypeAsync("Finding");
        await page.Keyboard.PressAsync("Enter");
        ILocator group = page.Locator("section.group-box");
        await Expect(group).ToContainTextAsync("Finding");

        LocatorBoundingBoxResult before = (await page.GetByTestId("node-search").BoundingBoxAsync())!;
        LocatorBoundingBoxResult title = (await group.Locator(".group-title b").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(title.X + 8, title.Y + 8);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(title.X + 8, title.Y + 88, new() { Steps = 8 });
        await page.Mouse.UpAsync();
        await EditedApp.SavedAsync(page);
        LocatorBoundingBoxResult after = (await page.GetByTestId("node-search").BoundingBoxAsync())!;
        Assert.True(after.Y > before.Y + 40, $"The node stayed at {after.Y}.");

        await group.GetByRole(AriaRole.Button, new() { Name = "Collapse the group Finding" }).ClickAsync();
        await Expect(page.GetByTestId("node-search")).ToHaveCountAsync(0);
        await EditedApp.SavedAsync(page);
        await page.ReloadAsync();
        await Expect(group).ToContainTextAsync("2 nodes", new() { Timeout = 60_000 });
        await Expect(page.GetByTestId("node-reply")).ToHaveCountAsync(0);
        await Expect(page.GetByTestId("node-answer")).ToBeVisibleAsync();

        // All of it is undone, one step after the other, by the document's own history.
        await group.GetByRole(AriaRole.Button, new() { Name = "Expand the group Finding" }).ClickAsync();
        await group.GetByText("Finding").ClickAsync();
        await page.Keyboard.PressAsync("Control+Shift+g");
        await Expect(group).ToHaveCountAsync(0);
        await Expect(page.GetByTestId("node-search")).ToBeVisibleAsync();
        await EditedApp.SavedAsync(page);
        await page.Context.CloseAsync();
    }

    /// <summary>A plus in a wire, a click on a port, a wire dropped on the empty canvas, and a node dropped on a wire.</summary>
    [Fact]
    public async Task Wires_and_ports_add_what_fits_and_a_node_dropped_on_a_wire_goes_between()
    {
        IPage page = await edited.OpenSampleAsync();
        ILocator search = page.GetByLabel("Search nodes"), node = page.GetByTestId("node-template"), wire = page.GetByLabel("From reply out to answer");
        ILocator before = page.GetByLabel("From reply out to template"), after = page.GetByLabel("From template out to answer");

        await page.GetByTestId("insert-e4").ClickAsync();
        await AddAsync();
        await Expect(before).ToBeAttachedAsync();
        await Expect(after).ToBeAttachedAsync();
        await Expect(wire).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("Control+z");
        await Expect(wire).ToBeAttachedAsync();

        await page.GetByTestId("port-reply-out").ClickAsync();
        await Expect(search).ToHaveAttributeAsync("placeholder", "What fits here");
        await AddAsync();
        await Expect(before).ToBeAttachedAsync();
        await page.Keyboard.PressAsync("Control+z");
        await Expect(node).ToHaveCountAsync(0);

        LocatorBoundingBoxResult port = (await page.GetByTestId("port-start-out").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(port.X + (port.Width / 2), port.Y + (port.Height / 2));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(port.X + 60, port.Y + 420, new() { Steps = 8 });
        await Expect(page.GetByTestId("port-sorry-in")).ToHaveClassAsync(Fits());
        await Expect(page.GetByTestId("port-reply-out")).ToHaveClassAsync(Dim());
        await page.Mouse.UpAsync();
        await Expect(search).ToHaveAttributeAsync("placeholder", "What fits here");
        await page.Keyboard.PressAsync("Escape");
        await Expect(search).ToHaveCountAsync(0);

        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("a");
        await AddAsync();
        LocatorBoundingBoxResult reply = (await page.GetByTestId("node-reply").BoundingBoxAsync())!, answer = (await page.GetByTestId("node-answer").BoundingBoxAsync())!, added = (await node.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(added.X + 60, added.Y + 12);
        await page.Mouse.DownAsync();
        // The node's middle over the wire's.
        await page.Mouse.MoveAsync(((reply.X + reply.Width + answer.X) / 2) + 60 - (added.Width / 2), ((reply.Y + answer.Y) / 2) + 24 + 12 - (added.Height / 2), new() { Steps = 12 });
        await Expect(page.Locator(".split-here")).ToHaveCountAsync(1);
        await page.Mouse.UpAsync();
        await Expect(before).ToBeAttachedAsync();
        await Expect(after).ToBeAttachedAsync();
        await Expect(wire).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("Control+z");
        await Expect(wire).ToBeAttachedAsync();
        await page.Keyboard.PressAsync("Control+z");
        await Expect(node).ToHaveCountAsync(0);

        // Failures leave by a port of their own, where they are to.
        ILocator error = page.GetByTestId("port-reply-error");
        await page.GetByTestId("node-reply").ClickAsync(new() { Position = new() { X = 60, Y = 12 } });
        await Expect(error).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Tab, new() { Name = "On error" }).ClickAsync();
        await page.GetByTestId("on-error").ClickAsync();
        await page.GetByRole(AriaRole.Option, new() { Name = "Go on at the error port" }).ClickAsync();
        await Expect(error).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(error).ToHaveCountAsync(0);
        await EditedApp.SavedAsync(page);
        await page.Context.CloseAsync();

        async Task AddAsync()
        {
            await search.FillAsync("template");
            await page.Keyboard.PressAsync("Enter");
            await Expect(node).ToBeVisibleAsync();
        }
    }

    [GeneratedRegex(@"\bfits\b")]
    private static partial Regex Fits();

    [GeneratedRegex(@"\bdim\b")]
    private static partial Regex Dim();

    [Fact]
    public async Task A_node_collapses_to_its_title_and_back()
    {
        IPage page = await edited.OpenSampleAsync();
        ILocator node = page.GetByTestId("node-reply");
        await node.ClickAsync();
        await page.Keyboard.PressAsync("Alt+c");
        await Expect(node.Locator(".face-summary")).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("Alt+c");
        await Expect(node.Locator(".face-summary")).ToHaveCountAsync(1);
        await EditedApp.SavedAsync(page);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_dragged_node_is_aligned_with_others()
    {
        IPage page = await edited.OpenSampleAsync();
        LocatorBoundingBoxResult answer = (await page.GetByTestId("node-answer").BoundingBoxAsync())!;
        LocatorBoundingBoxResult reply = (await page.GetByTestId("node-reply").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(answer.X + 60, answer.Y + 12);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(answer.X + 60, answer.Y + 132, new() { Steps = 8 });
        await page.Mouse.MoveAsync(answer.X + 60 + (reply.X - answer.X), answer.Y + 160, new() { Steps = 12 });
        await Expect(page.GetByTestId("guides")).ToBeAttachedAsync();
        await page.Mouse.UpAsync();
        await Expect(page.GetByTestId("guides")).ToHaveCountAsync(0);
        LocatorBoundingBoxResult moved = (await page.GetByTestId("node-answer").BoundingBoxAsync())!;
        Assert.Equal(reply.X, moved.X, 1.0);
        await page.Keyboard.PressAsync("Control+z");
        await EditedApp.SavedAsync(page);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task The_pointer_selects_in_a_box_and_the_comment_mode_puts_a_note()
    {
        IPage page = await edited.OpenSampleAsync();
        await page.Keyboard.PressAsync("v");
        LocatorBoundingBoxResult start = (await page.GetByTestId("node-start").BoundingBoxAsync())!;
        LocatorBoundingBoxResult search = (await page.GetByTestId("node-search").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(start.X - 20, start.Y - 30);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(search.X + search.Width / 2, search.Y + search.Height + 4, new() { Steps = 10 });
        await page.Mouse.UpAsync();
        await Expect(page.GetByText("2 nodes selected")).ToBeVisibleAsync();

        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("c");
        await page.Locator(".react-flow__pane").ClickAsync(new() { Position = new() { X = 420, Y = 560 } });
        await page.GetByLabel("Text of the note").FillAsync("Look here");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".note.selected")).ToContainTextAsync("Look here");
        await page.Keyboard.PressAsync("h");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Hand: a drag" })).ToHaveAttributeAsync("aria-pressed", "true");
        await EditedApp.SavedAsync(page);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task The_outline_finds_and_edits_without_a_pointer()
    {
        IPage page = await edited.OpenSampleAsync();
        await page.Keyboard.PressAsync("Control+f");
        await page.GetByLabel("Find a node").FillAsync("nothing else");
        await Expect(page.Locator("[role=treeitem]")).ToHaveCountAsync(1);
        await Expect(page.Locator("[role=treeitem]")).ToContainTextAsync("Messages:");
        await page.GetByLabel("Find a node").FillAsync("");
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(page.GetByTestId("outline-start")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("End");
        string last = (await page.Locator("[role=treeitem]:focus").GetAttributeAsync("data-row"))!;

        // A node after the last one, renamed, switched off and on, its wire cut and drawn again; then it goes.
        await page.Keyboard.PressAsync("Home");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("a");
        await page.GetByLabel("Search nodes").FillAsync("template");
        await page.Keyboard.PressAsync("Enter");
        ILocator row = page.GetByTestId("outline-template");
        await Expect(row).ToBeVisibleAsync();
        await row.FocusAsync();
        await page.Keyboard.PressAsync("F2");
        await page.Keyboard.TypeAsync("Wording");
        await page.Keyboard.PressAsync("Enter");
        await Expect(row).ToContainTextAsync("Wording");
        await Expect(row).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("d");
        await Expect(row).ToHaveAttributeAsync("aria-label", new Regex("disabled"));

        await page.GetByTestId("connect-from-out").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByLabel("Search nodes").FillAsync("answer");
        await page.GetByTestId("connect-answer-in").PressAsync("Enter");
        ILocator wire = page.Locator("[data-wire='template:out answer:in']");
        await Expect(wire).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cut the wire with Answer" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(wire).ToHaveCountAsync(0);

        await row.FocusAsync();
        await page.Keyboard.PressAsync("Delete");
        await Expect(row).ToHaveCountAsync(0);
        await Expect(page.GetByTestId($"outline-{last}")).ToBeVisibleAsync();
        await EditedApp.SavedAsync(page);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task The_add_list_remembers_what_was_used_and_marked()
    {
        IPage page = await edited.OpenSampleAsync();
        await page.Keyboard.PressAsync("a");
        // What is typed on goes into the search at once.
        await page.Keyboard.TypeAsync("http");
        await Expect(page.GetByLabel("Search nodes")).ToHaveValueAsync("http");
        await Expect(page.GetByTestId("type-card")).ToContainTextAsync("https://api.example.com/orders");
        await Expect(page.GetByTestId("type-card")).ToContainTextAsync("status");
        await page.Keyboard.PressAsync("Control+b");
        await page.GetByLabel("Search nodes").FillAsync("template");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByTestId("node-template")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Delete");
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("a");
        await Expect(page.GetByRole(AriaRole.Group, new() { Name = "Favourites" }).GetByRole(AriaRole.Option)).ToHaveCountAsync(1);
        await Expect(page.GetByTestId("recent-data.template")).ToBeVisibleAsync();
        await EditedApp.SavedAsync(page);
        await page.Context.CloseAsync();
    }
}
