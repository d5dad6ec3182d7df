using SkiaSharp;

namespace Designer.Models.Onnx.Images;

/// <summary>How a graph wants its pixels: <c>(value / 255 − mean) / deviation</c> for each channel.</summary>
/// <param name="IsBlueFirst">Blue, green, red; else red, green, blue. Mean and deviation are in the same order.</param>
/// <param name="IsChannelLast">One pixel's channels side by side; else one channel's pixels.</param>
internal sealed record PixelTensor(float[] Mean, float[] Deviation, bool IsBlueFirst = false, bool IsChannelLast = false)
{
    /// <summary>Writes a picture into a larger plane of <paramref name="width"/> × <paramref name="height"/>; what it does not cover stays as it is.</summary>
    public void Write(SKBitmap picture, Span<float> target, int width, int height)
    {
        var pixels = picture.GetPixelSpan();
        for (var y = 0; y < picture.Height; y++)
        {
            var line = pixels.Slice(y * picture.RowBytes, picture.Width * 4);
            for (var x = 0; x < picture.Width; x++)
                for (var channel = 0; channel < 3; channel++)
                {
                    var value = (line[x * 4 + (IsBlueFirst ? 2 - channel : channel)] / 255f - Mean[channel]) / Deviation[channel];
                    target[IsChannelLast ? (y * width + x) * 3 + channel : (channel * height + y) * width + x] = value;
                }
        }
    }
}
