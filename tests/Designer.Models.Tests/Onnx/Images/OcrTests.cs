using Designer.Models.Kinds;
using Designer.Models.Tests.Onnx.Graphs;
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

    [Theory]
    [InlineData(12)]
    [InlineData(-30)]
    [InlineData(90)]
    [InlineData(-90)]
    [InlineData(180)]
    public async Task A_page_is_read_however_it_is_turned(int degrees)
    {
        using var models = OnnxRegistry.Create();
        var reader = models.Registry.CreateOther<IImageReader>(OnnxRegistry.Connection("pp-ocr-v4"));
        var lines = await reader.ReadAsync(Turned(degrees), s_cancellation);
        // The space after the colon comes and goes with the pixels.
        Assert.Equal(["Invoice 2026-0117", "Total:1,249.50 EUR"], lines.Select(l => l.Text.Replace(": ", ":", StringComparison.Ordinal)));
        Assert.All(lines, l => Assert.InRange(Math.Abs(((l.Degrees - degrees) % 360 + 540) % 360 - 180), 0, 4));
        Assert.All(lines, l => Assert.True(l is { X: >= 0, Y: >= 0, Width: > 10, Height: > 10 }));
    }

    private static byte[] Turned(int degrees)
    {
        using var page = SKBitmap.Decode(Path.Combine(Repository.Model("pp-ocr-v4"), "sample-page.png"));
        var side = (int)Math.Ceiling(Math.Sqrt(page.Width * page.Width + page.Height * page.Height));
        using var turned = new SKBitmap(side, side);
        using (var canvas = new SKCanvas(turned))
        {
            canvas.Clear(SKColors.White);
            canvas.Translate(side / 2f, side / 2f);
            canvas.RotateDegrees(degrees);
            using var image = SKImage.FromBitmap(page);
            canvas.DrawImage(image, -page.Width / 2f, -page.Height / 2f, new SKSamplingOptions(SKFilterMode.Linear));
        }
        using var png = turned.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    [Fact]
    public async Task A_graph_that_holds_its_characters_needs_no_list_beside_it()
    {
        var folder = Directory.CreateTempSubdirectory("designer-ocr-").FullName;
        try
        {
            foreach (var file in Directory.EnumerateFiles(Repository.Model("pp-ocr-v4"), "*.onnx")) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            using var models = OnnxRegistry.Create(home: Path.GetDirectoryName(folder));
            var reader = models.Registry.CreateOther<IImageReader>(OnnxRegistry.Connection(Path.GetFileName(folder)));
            var page = await File.ReadAllBytesAsync(Path.Combine(Repository.Model("pp-ocr-v4"), "sample-page.png"), s_cancellation);
            Assert.Contains("The list of characters is missing", (await Assert.ThrowsAsync<ModelException>(() => reader.ReadAsync(page, s_cancellation))).Message, StringComparison.Ordinal);

            // What follows at a graph's end is part of it: here an entry of its metadata.
            var characters = await File.ReadAllTextAsync(Path.Combine(Repository.Model("pp-ocr-v4"), "ppocr_keys_v1.txt"), s_cancellation);
            await File.AppendAllBytesAsync(Path.Combine(folder, "ch_PP-OCRv4_rec_infer.onnx"), Wire.Field(14, Wire.Field(1, "character"), Wire.Field(2, characters)), s_cancellation);
            Assert.Equal(["Invoice 2026-0117", "Total:1,249.50 EUR"], (await reader.ReadAsync(page, s_cancellation)).Select(l => l.Text));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
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
