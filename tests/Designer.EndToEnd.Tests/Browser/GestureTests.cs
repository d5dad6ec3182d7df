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
