using System.Globalization;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Designer.EndToEnd.Tests.Browser;

/// <summary>Dragging in a flow that is too large to be read as a whole: it is painted, and only what is dragged moves.</summary>
public sealed class FarDragTests(EditedApp edited) : IClassFixture<EditedApp>
{
    [Fact]
    public async Task What_is_dragged_from_far_goes_along_and_stays_where_it_was_dropped()
    {
        IPage page = await edited.OpenAsync("/");
        await page.ImportAsync(Wide(), "Seen from far", "node-start");
        await page.Keyboard.PressAsync("Control+1");
        await Expect(page.Locator(".far-paint")).ToHaveCountAsync(2);
        ILocator node = Node(page, "n45"), container = Node(page, "each"), inner = Node(page, "inner");
        await Expect(node).ToBeInViewportAsync();

        string before = await PlaceAsync(node);
        LocatorBoundingBoxResult from = (await node.BoundingBoxAsync())!;
        await DragAsync(page, node, 48, 60);
        LocatorBoundingBoxResult dragged = (await node.BoundingBoxAsync())!;
        await page.Mouse.UpAsync();
        Assert.InRange(dragged.X - from.X, 40, 56);
        Assert.InRange(dragged.Y - from.Y, 52, 68);
        await Expect(node).Not.ToHaveCSSAsync("transform", before);
        await EditedApp.SavedAsync(page);
        LocatorBoundingBoxResult dropped = (await node.BoundingBoxAsync())!;
        Assert.Equal(dragged.X, dropped.X, 1);
        Assert.Equal(dragged.Y, dropped.Y, 1);
        Assert.Equal("", await TranslateAsync(node));
        await page.Keyboard.PressAsync("Control+z");
        await Expect(node).ToHaveCSSAsync("transform", before);

        // A container takes its body along, also while it is held.
        LocatorBoundingBoxResult body = (await inner.BoundingBoxAsync())!;
        await DragAsync(page, container, -40, 40);
        LocatorBoundingBoxResult carried = (await inner.BoundingBoxAsync())!;
        await page.Mouse.UpAsync();
        Assert.InRange(carried.X - body.X, -48, -30);
        await EditedApp.SavedAsync(page);
        Assert.Equal(carried.X, (await inner.BoundingBoxAsync())!.X, 1);
        Assert.Equal("", await TranslateAsync(inner));

        string kept = await PlaceAsync(container);
        await page.ReloadAsync();
        await Expect(page.Locator(".dz[data-status=ready]")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await page.Keyboard.PressAsync("Control+1");
        await Expect(Node(page, "each")).ToHaveCSSAsync("transform", kept, new() { Timeout = 60_000 });
        await page.Context.CloseAsync();
    }

    private static ILocator Node(IPage page, string id) => page.Locator($".react-flow__node[data-id={id}]");

    private static Task<string> PlaceAsync(ILocator node) => node.EvaluateAsync<string>("element => getComputedStyle(element).transform");

    private static Task<string> TranslateAsync(ILocator node) => node.EvaluateAsync<string>("element => element.style.translate");

    private static async Task DragAsync(IPage page, ILocator node, float x, float y)
    {
        LocatorBoundingBoxResult box = (await node.BoundingBoxAsync())!;
        (float left, float top) = (box.X + (box.Width / 2), box.Y + 3);
        await page.Mouse.MoveAsync(left, top);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(left + x, top + y, new() { Steps = 24 });
    }

    /// <summary>Sixty nodes in three wide rows, and a loop below them.</summary>
    private static string Wide()
    {
        IEnumerable<string> rows = Enumerable.Range(0, 60).Select(i => string.Create(CultureInfo.InvariantCulture,
            $$"""{ "id": "n{{i}}", "type": "data.template", "typeVersion": 1, "name": "Step {{i}}", "position": { "x": {{i % 20 * 400}}, "y": {{i / 20 * 160}} }, "settings": { "text": "{{i}}" } }"""));
        const string Loop = """
            { "id": "each", "type": "logic.forEach", "typeVersion": 1, "name": "Each", "position": { "x": 4000, "y": 900 }, "settings": {},
              "children": { "nodes": [{ "id": "inner", "type": "data.template", "typeVersion": 1, "name": "Inner", "position": { "x": 0, "y": 8 }, "settings": { "text": "x" } }], "edges": [] } }
            """;
        const string Start = """{ "id": "start", "type": "start", "typeVersion": 1, "name": "Start", "position": { "x": -400, "y": 0 }, "settings": {} }""";
        return $$"""{ "schema": "designer.flow/1", "name": "Seen from far", "mode": "task", "nodes": [{{Start}}, {{string.Join(", ", rows)}}, {{Loop}}], "edges": [{ "id": "e1", "from": "n44:out", "to": "n45:in" }] }""";
    }
}
