using SkiaSharp;

namespace Designer.Models.Onnx.Images;

/// <summary>Where a line of text stands: a rectangle around a middle, turned.</summary>
/// <param name="Length">Along the line.</param>
/// <param name="Height">Across it.</param>
/// <param name="Degrees">Clockwise; 0 runs from left to right, 90 from top to bottom.</param>
internal readonly record struct LineBox(SKPoint Middle, float Length, float Height, float Degrees)
{
    public static LineBox Upright(SKRect box) => new(new SKPoint(box.MidX, box.MidY), box.Width, box.Height, 0);

    public bool IsUpright => Degrees == 0;

    /// <summary>The same place, read from its other end.</summary>
    public LineBox Reversed => this with { Degrees = Degrees > 0 ? Degrees - 180 : Degrees + 180 };

    /// <summary>In a picture that is turned by a quarter, against the clock.</summary>
    /// <param name="height">Of that picture.</param>
    public LineBox TurnedLeft(float height) => this with { Middle = new SKPoint(Middle.Y, height - Middle.X), Degrees = Degrees <= -90 ? Degrees + 270 : Degrees - 90 };

    /// <summary>The same place, read across.</summary>
    public LineBox Across(float turn) => new(Middle, Height, Length, Degrees + turn);

    /// <summary>The upright rectangle around it.</summary>
    public SKRect Bounds
    {
        get
        {
            if (IsUpright) return SKRect.Create(Middle.X - Length / 2, Middle.Y - Height / 2, Length, Height);
            var (sin, cos) = MathF.SinCos(Degrees * MathF.PI / 180);
            var width = MathF.Abs(Length * cos) + MathF.Abs(Height * sin);
            var height = MathF.Abs(Length * sin) + MathF.Abs(Height * cos);
            return SKRect.Create(Middle.X - width / 2, Middle.Y - height / 2, width, height);
        }
    }

    /// <summary>Larger by as much on every side.</summary>
    public LineBox Grown(float by) => this with { Length = Length + 2 * by, Height = Height + 2 * by };

    /// <summary>In a picture of another size.</summary>
    public LineBox Scaled(float across, float down)
    {
        var (sin, cos) = MathF.SinCos(Degrees * MathF.PI / 180);
        SKPoint along = new(cos * across, sin * down), beside = new(-sin * across, cos * down);
        var degrees = IsUpright ? 0 : MathF.Atan2(along.Y, along.X) * 180 / MathF.PI;
        return new LineBox(new SKPoint(Middle.X * across, Middle.Y * down), Length * along.Length, Height * beside.Length, degrees);
    }
}
