using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Designer.EndToEnd.Tests.Browser;

/// <summary>Two fingers on a screen, and on a trackpad: they move and zoom the canvas and change nothing in the flow.</summary>
public sealed partial class GestureTests(EditedApp edited) : IClassFixture<EditedApp>
{
    private sealed record View(double X, double Y, double Zoom);

    private sealed record Point(double X, double Y)
    {
        public Point Towards(Point other, double part) => new(X + ((other.X - X) * part), Y + ((other.Y - Y) * part));
    }

    [Theory]
    [InlineData(1440, false)]
    [InlineData(1440, true)]
    [InlineData(390, false)]
    [InlineData(390, true)]
    public async Task Two_fingers_pan_and_pinch(int width, bool onNodes)
    {
        IPage page = await OpenAsync(width);
        ICDPSession touch = await page.Context.NewCDPSessionAsync(page);
        (Point left, Point right) = await SpotsAsync(page, onNodes);

        View before = await ViewAsync(page);
        await MoveAsync(touch, left, right, new Point(left.X + 24, left.Y + 40), new Point(right.X + 24, right.Y + 40));
        View panned = await ViewAsync(page);
        Assert.Equal(before.X + 24, panned.X, 1);
        Assert.Equal(before.Y + 40, panned.Y, 1);
        Assert.Equal(before.Zoom, panned.Zoom, 3);

        (left, right) = await SpotsAsync(page, onNodes);
        await MoveAsync(touch, left, right, left.Towards(right, 0.25), right.Towards(left, 0.25));
        Assert.Equal(panned.Zoom / 2, (await ViewAsync(page)).Zoom, 2);

        // Nothing was dragged along, and nothing is to be saved.
        Assert.Equal("saved", await page.Locator(".dz").GetAttributeAsync("data-saved"));
        Assert.True(await page.EvaluateAsync<bool>("() => document.querySelector('header button[title^=Undo]')?.disabled ?? true"));
        await page.Context.CloseAsync();
    }

    /// <summary>The drag ends where it was when the second finger landed, and the next one begins where the node is.</summary>
    [Fact]
    public async Task A_second_finger_ends_a_drag_and_the_next_one_does_not_jump()
    {
        IPage page = await OpenAsync(1440);
        ICDPSession touch = await page.Context.NewCDPSessionAsync(page);
        // What the browser takes for a tap at first is not part of a drag.
        const double Tap = 26;
        Point before = await CentreAsync(page, "reply"), second = await CentreAsync(page, "start");
        Point dragged = await DragAsync(touch, new Point(before.X - 40, before.Y), 0, 60);
        await SendAsync(touch, "touchStart", dragged, second);
        await SendAsync(touch, "touchMove", new Point(dragged.X + 30, dragged.Y), new Point(second.X + 30, second.Y));
        await SendAsync(touch, "touchEnd");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Undo" })).ToBeEnabledAsync();
        Point kept = await CentreAsync(page, "reply");
        Assert.InRange(kept.X - before.X, 30 - 8, 30 + 8);
        Assert.InRange(kept.Y - before.Y, 60 - Tap, 60 + 8);

        await DragAsync(touch, new Point(kept.X + 40, kept.Y), 48, 0);
        await SendAsync(touch, "touchEnd");
        Point next = await CentreAsync(page, "reply");
        Assert.InRange(next.X - kept.X, 48 - Tap, 48 + 8);
        Assert.InRange(next.Y - kept.Y, -8, 8);

        ILocator undo = page.GetByRole(AriaRole.Button, new() { Name = "Undo" });
        for (int i = 0; i < 2; i++) await undo.ClickAsync();
        await Expect(undo).ToBeDisabledAsync();
        await EditedApp.SavedAsync(page);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_trackpad_pans_and_a_wheel_zooms()
    {
        IPage page = await OpenAsync(1440);
        (Point at, _) = await SpotsAsync(page, false);
        View before = await ViewAsync(page);
        await page.Mouse.MoveAsync((float)at.X, (float)at.Y);
        await page.Mouse.WheelAsync(0, 12);
        await page.Mouse.WheelAsync(30, 6);
        await page.WaitForFunctionAsync("x => new DOMMatrix(getComputedStyle(document.querySelector('.react-flow__viewport')).transform).e === x", before.X - 30);
        View panned = await ViewAsync(page);
        Assert.Equal((before.Y - 18, before.Zoom), (panned.Y, panned.Zoom));

        // The next turn of a wheel is a gesture of its own.
        await page.WaitForFunctionAsync("since => performance.now() > since + 400", await page.EvaluateAsync<double>("() => performance.now()"));
        await page.Mouse.WheelAsync(0, -120);
        await page.WaitForFunctionAsync("zoom => new DOMMatrix(getComputedStyle(document.querySelector('.react-flow__viewport')).transform).a > zoom", before.Zoom);
        await page.Context.CloseAsync();
    }

    private async Task<IPage> OpenAsync(int width)
    {
        IPage page = await edited.OpenAsync("/flows/ask-the-handbook", width, 844, hasTouch: true);
        await Expect(page.Locator(".dz[data-status=ready] [data-testid=node-start]")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        return page;
    }

    private static async Task<Point> CentreAsync(IPage page, string node)
    {
        LocatorBoundingBoxResult box = (await page.GetByTestId($"node-{node}").BoundingBoxAsync())!;
        return new Point(box.X + (box.Width / 2), box.Y + (box.Height / 2));
    }

    private static async Task<View> ViewAsync(IPage page)
    {
        double[] numbers = [.. Numbers().Matches(await page.Locator(".react-flow__viewport").EvaluateAsync<string>("element => getComputedStyle(element).transform")).Select(m => double.Parse(m.Value, CultureInfo.InvariantCulture))];
        return new View(numbers[4], numbers[5], numbers[0]);
    }

    /// <summary>Two places far from each other, both on nodes or both on none.</summary>
    private static async Task<(Point Left, Point Right)> SpotsAsync(IPage page, bool onNodes)
    {
        double[] found = await page.EvaluateAsync<double[]>(
            """
            onNodes => {
              const area = document.querySelector(".react-flow").getBoundingClientRect();
              const found = [];
              for (let x = area.left + 40; x < area.right - 40; x += 6)
                for (let y = area.top + 64; y < area.bottom - 140; y += 6) {
                  const element = document.elementFromPoint(x, y);
                  const isNode = element?.closest(".react-flow__node") && !element.closest("button, .react-flow__handle");
                  if (onNodes ? isNode : element?.classList.contains("react-flow__pane")) found.push([x, y]);
                }
              return [...found[0], ...found.at(-1)];
            }
            """, onNodes);
        return (new Point(found[0], found[1]), new Point(found[2], found[3]));
    }

    private static async Task<Point> DragAsync(ICDPSession touch, Point from, double x, double y)
    {
        Point to = new(from.X + x, from.Y + y);
        await SendAsync(touch, "touchStart", from);
        for (int i = 1; i <= 6; i++) await SendAsync(touch, "touchMove", from.Towards(to, i / 6.0));
        return to;
    }

    private static async Task MoveAsync(ICDPSession touch, Point left, Point right, Point leftTo, Point rightTo)
    {
        await SendAsync(touch, "touchStart", left, right);
        for (int i = 1; i <= 8; i++) await SendAsync(touch, "touchMove", left.Towards(leftTo, i / 8.0), right.Towards(rightTo, i / 8.0));
        await SendAsync(touch, "touchEnd");
    }

    private static Task<JsonElement?> SendAsync(ICDPSession touch, string type, params Point[] at) =>
        touch.SendAsync("Input.dispatchTouchEvent", new() { ["type"] = type, ["touchPoints"] = at.Select(p => new Dictionary<string, object> { ["x"] = p.X, ["y"] = p.Y }).ToArray() });

    [GeneratedRegex(@"-?\d+(\.\d+)?")]
    private static partial Regex Numbers();
}
