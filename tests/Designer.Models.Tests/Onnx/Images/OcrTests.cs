using Designer.Models.Kinds;
using SkiaSharp;

namespace Designer.Models.Tests.Onnx.Images;

public class OcrTests
{
    private static readonly CancellationToken s_cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_sample_page_is_read_line_by_line()
    {
        using var models = OnnxRegistry.Create();
        var reader = models.Registry.CreateOther<IImageReader>(OnnxRegistry.Connection("pp-ocr-v4"));
        var lines = await reader.ReadAsync(await File.ReadAllBytesAsync(Path.Combine(Repository.Model("pp-ocr-v4"), "sample-page.png"), s_cancellation), s_cancellation);
        // This model leaves out the space after a colon.
        Assert.Equal(["Invoice 2026-0117", "Total:1,249.50 EUR"], lines.Select(l => l.Text));
        Assert.All(lines, l => Assert.InRange(l.Score, 0.9f, 1));
        // The first line stands at 30, 25 and is 280 wide; the box may be a little larger.
        Assert.InRange(lines[0].X, 10, 30);
        Assert.InRange(lines[0].Width, 270, 320);
        Assert.True(lines[0].Y + lines[0].Height < lines[1].Y + 10);
    }

    [Fact]
    public async Task An_empty_page_has_no_lines()
    {
        using var models = OnnxRegistry.Create();
        var reader = models.Registry.CreateOther<IImageReader>(OnnxRegistry.Connection("pp-ocr-v4"));
        using var page = new SKBitmap(200, 100);
        page.Erase(SKColors.White);
        using var png = page.Encode(SKEncodedImageFormat.Png, 100);
        Assert.Empty(await reader.ReadAsync(png.ToArray(), s_cancellation));
    }
}
