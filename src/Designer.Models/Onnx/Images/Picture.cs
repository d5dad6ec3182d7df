using SkiaSharp;

namespace Designer.Models.Onnx.Images;

/// <summary>A picture from outside, decoded within limits.</summary>
internal static class Picture
{
    private const int LargestSide = 16_384;
    private const long MostPixels = 64_000_000;

    /// <exception cref="ModelException">The bytes are no picture, or too large a one.</exception>
    public static SKBitmap Decode(ReadOnlyMemory<byte> bytes)
    {
        using var data = SKData.CreateCopy(bytes.Span);
        using var codec = SKCodec.Create(data) ?? throw Refused("This is no picture: PNG, JPEG, WebP, GIF and BMP are read.");
        var info = codec.Info;
        // The size stands in the header; nothing is unpacked before it is known.
        if (info.Width > LargestSide || info.Height > LargestSide || (long)info.Width * info.Height > MostPixels)
            throw Refused($"The picture is too large: {info.Width} × {info.Height}; {MostPixels / 1_000_000} million pixels are read.");
        var bitmap = new SKBitmap(new SKImageInfo(info.Width, info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        if (codec.GetPixels(bitmap.Info, bitmap.GetPixels()) is not (SKCodecResult.Success or SKCodecResult.IncompleteInput))
        {
            bitmap.Dispose();
            throw Refused("The picture is damaged.");
        }
        return bitmap;
    }

    /// <summary>A part of the picture at another size.</summary>
    public static SKBitmap Resize(SKBitmap picture, SKRectI part, int width, int height)
    {
        var resized = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(resized);
        // What is transparent is paper.
        canvas.Clear(SKColors.White);
        using var image = SKImage.FromBitmap(picture);
        canvas.DrawImage(image, part, SKRect.Create(width, height), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        return resized;
    }

    /// <summary>The picture turned by a quarter, clockwise.</summary>
    public static SKBitmap TurnRight(SKBitmap picture)
    {
        var turned = new SKBitmap(new SKImageInfo(picture.Height, picture.Width, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(turned);
        canvas.Clear(SKColors.White);
        canvas.Translate(picture.Height, 0);
        canvas.RotateDegrees(90);
        using var image = SKImage.FromBitmap(picture);
        canvas.DrawImage(image, 0, 0, new SKSamplingOptions(SKFilterMode.Nearest));
        return turned;
    }

    /// <summary>A line of the picture, turned so that it runs from left to right, at another size.</summary>
    public static SKBitmap Cut(SKBitmap picture, LineBox box, int width, int height)
    {
        var cut = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(cut);
        canvas.Clear(SKColors.White);
        canvas.Translate(width / 2f, height / 2f);
        canvas.Scale(width / box.Length, height / box.Height);
        canvas.RotateDegrees(-box.Degrees);
        canvas.Translate(-box.Middle.X, -box.Middle.Y);
        using var image = SKImage.FromBitmap(picture);
        canvas.DrawImage(image, 0, 0, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        return cut;
    }

    /// <summary>A small white page as PNG.</summary>
    public static byte[] Blank()
    {
        using var page = new SKBitmap(96, 64);
        page.Erase(SKColors.White);
        using var png = page.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    private static ModelException Refused(string message) => new(ModelErrorCodes.Refused, message);
}
