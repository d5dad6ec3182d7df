using Designer.Models.Onnx.Sessions;
using Microsoft.ML.OnnxRuntime;
using SkiaSharp;

namespace Designer.Models.Onnx.Images;

/// <summary>Finds the lines of text in a picture (PP-OCR detection): the graph says for each pixel whether it is text.</summary>
internal sealed class LineFinder(string graph, OnnxSettings settings) : IDisposable
{
    private const int LongestSide = 1536;
    private const int Multiple = 32;

    private readonly InferenceSession _session = SessionOpening.Open(graph, settings);
    private readonly RunOptions _options = SessionOpening.Run();
    private readonly PixelTensor _pixels = new([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f], IsBlueFirst: true);

    /// <summary>Boxes in the picture's pixels, upright or turned, in no order.</summary>
    public IReadOnlyList<LineBox> Find(SKBitmap picture)
    {
        var scale = Math.Min(1f, LongestSide / (float)Math.Max(picture.Width, picture.Height));
        var (width, height) = (Round(picture.Width * scale), Round(picture.Height * scale));
        using var resized = Picture.Resize(picture, SKRectI.Create(picture.Width, picture.Height), width, height);
        var values = new float[3 * width * height];
        _pixels.Write(resized, values, width, height);
        using var input = OrtValue.CreateTensorValueFromMemory(values, [1, 3, height, width]);
        using var outputs = _session.Run(_options, _session.InputNames, [input], _session.OutputNames);
        var (across, down) = (picture.Width / (float)width, picture.Height / (float)height);
        return [.. TextMap.Boxes(outputs[0].GetTensorDataAsSpan<float>(), width, height)
            .Select(box => Inside(box.Scaled(across, down), picture))
            .Where(box => box is { Length: > 2, Height: > 2 })];
    }

    // Whole pixels for what is not turned.
    private static LineBox Inside(LineBox box, SKBitmap picture) => box.IsUpright
        ? LineBox.Upright(SKRect.Intersect(new SKRect(MathF.Floor(box.Bounds.Left), MathF.Floor(box.Bounds.Top), MathF.Ceiling(box.Bounds.Right), MathF.Ceiling(box.Bounds.Bottom)), SKRect.Create(picture.Width, picture.Height)))
        : box;

    private static int Round(float side) => Math.Max(Multiple, (int)MathF.Round(side / Multiple) * Multiple);

    public void Dispose()
    {
        _options.Dispose();
        _session.Dispose();
    }
}
