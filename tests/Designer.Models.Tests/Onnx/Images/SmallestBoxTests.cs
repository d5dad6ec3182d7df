using Designer.Models.Onnx.Images;
using SkiaSharp;

namespace Designer.Models.Tests.Onnx.Images;

public class SmallestBoxTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    [InlineData(-45)]
    [InlineData(89)]
    public void A_turned_rectangle_is_found_again(float degrees)
    {
        var turned = SKMatrix.CreateRotationDegrees(degrees, 100, 50);
        SKPoint[] corners = [new(60, 40), new(140, 40), new(140, 60), new(60, 60), new(100, 50), new(70, 45)];
        var box = SmallestBox.Around([.. corners.Select(turned.MapPoint)]);
        Assert.Equal((80, 20), (Math.Round(box.Length, 2), Math.Round(box.Height, 2)));
        Assert.Equal((100, 50), (Math.Round(box.Middle.X, 2), Math.Round(box.Middle.Y, 2)));
        Assert.Equal(degrees, box.Degrees, 2);
    }

    [Fact]
    public void What_is_turned_is_bounded_scaled_and_read_from_the_other_end()
    {
        LineBox box = new(new SKPoint(50, 50), 40, 10, 90);
        Assert.Equal(new SKRect(45, 30, 55, 70), Rounded(box.Bounds));
        Assert.Equal(-90, box.Reversed.Degrees);
        Assert.Equal(new SKRect(45 * 2, 30, 55 * 2, 70), Rounded(box.Scaled(2, 1).Bounds));

        static SKRect Rounded(SKRect rect) => new(MathF.Round(rect.Left), MathF.Round(rect.Top), MathF.Round(rect.Right), MathF.Round(rect.Bottom));
    }

    [Fact]
    public void A_turned_page_is_read_in_its_own_order()
    {
        // Turned by 90 degrees, the first line is the rightmost.
        LineBox first = new(new SKPoint(90, 50), 80, 10, 90), left = new(new SKPoint(60, 20), 30, 10, 90), right = new(new SKPoint(60, 70), 30, 10, 90);
        Assert.Equal([first, left, right], ReadingOrder.Of([right, left, first], box => box));
        Assert.Empty(ReadingOrder.Of(Array.Empty<LineBox>(), box => box));
    }
}
