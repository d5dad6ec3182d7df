using SkiaSharp;

namespace Designer.Models.Onnx.Images;

/// <summary>The smallest rectangle around points, however it is turned.</summary>
internal static class SmallestBox
{
    /// <summary>Its longer side is the line's length, and points to the right.</summary>
    public static LineBox Around(IReadOnlyList<SKPoint> points)
    {
        var hull = Hull(points);
        var best = default(LineBox);
        var least = float.MaxValue;
        // One of its sides lies on a side of the hull.
        for (var i = 0; i < hull.Count; i++)
        {
            var side = hull[(i + 1) % hull.Count] - hull[i];
            if (side.Length == 0) continue;
            var box = Along(hull, new SKPoint(side.X / side.Length, side.Y / side.Length));
            if (box.Length * box.Height >= least) continue;
            (best, least) = (box, box.Length * box.Height);
        }
        return best;
    }

    private static LineBox Along(List<SKPoint> hull, SKPoint axis)
    {
        var (left, right, top, bottom) = (float.MaxValue, float.MinValue, float.MaxValue, float.MinValue);
        foreach (var point in hull)
        {
            var (along, across) = (point.X * axis.X + point.Y * axis.Y, point.Y * axis.X - point.X * axis.Y);
            (left, right, top, bottom) = (Math.Min(left, along), Math.Max(right, along), Math.Min(top, across), Math.Max(bottom, across));
        }
        var (x, y) = ((left + right) / 2, (top + bottom) / 2);
        var middle = new SKPoint(x * axis.X - y * axis.Y, x * axis.Y + y * axis.X);
        var (length, height, degrees) = (right - left, bottom - top, MathF.Atan2(axis.Y, axis.X) * 180 / MathF.PI);
        if (height > length) (length, height, degrees) = (height, length, degrees + 90);
        while (degrees > 90) degrees -= 180;
        while (degrees <= -90) degrees += 180;
        return new LineBox(middle, length, height, degrees);
    }

    // Andrew's monotone chain.
    private static List<SKPoint> Hull(IReadOnlyList<SKPoint> points)
    {
        SKPoint[] sorted = [.. points.Distinct().OrderBy(p => p.X).ThenBy(p => p.Y)];
        if (sorted.Length < 3) return [.. sorted];
        return [.. Half(sorted), .. Half(sorted.Reverse())];

        static List<SKPoint> Half(IEnumerable<SKPoint> sorted)
        {
            var chain = new List<SKPoint>();
            foreach (var point in sorted)
            {
                while (chain.Count > 1 && Turn(chain[^2], chain[^1], point) <= 0) chain.RemoveAt(chain.Count - 1);
                chain.Add(point);
            }
            chain.RemoveAt(chain.Count - 1);
            return chain;
        }
    }

    private static float Turn(SKPoint a, SKPoint b, SKPoint c) => (b.X - a.X) * (c.Y - a.Y) - (b.Y - a.Y) * (c.X - a.X);
}
