using SkiaSharp;

namespace Designer.Models.Onnx.Images;

/// <summary>Makes boxes of a map that says for each pixel how likely it belongs to a line of text.</summary>
internal static class TextMap
{
    // The values of the model's authors.
    private const float PixelThreshold = 0.3f, BoxThreshold = 0.5f, Growth = 1.6f;
    private const int SmallestSide = 3;

    public static IReadOnlyList<SKRectI> Boxes(ReadOnlySpan<float> map, int width, int height)
    {
        var boxes = new List<SKRectI>();
        var seen = new bool[width * height];
        var open = new Stack<int>();
        for (var start = 0; start < seen.Length; start++)
        {
            if (seen[start] || map[start] <= PixelThreshold) continue;
            if (Flood(map, width, height, start, seen, open) is { } box) boxes.Add(box);
        }
        return InReadingOrder(boxes);
    }

    // One patch of text: its bounds, grown by what the map shrank it by in training.
    private static SKRectI? Flood(ReadOnlySpan<float> map, int width, int height, int start, bool[] seen, Stack<int> open)
    {
        var (left, top, right, bottom) = (width, height, 0, 0);
        var (sum, count) = (0f, 0);
        seen[start] = true;
        open.Push(start);
        while (open.TryPop(out var at))
        {
            var (x, y) = (at % width, at / width);
            (left, right, top, bottom) = (Math.Min(left, x), Math.Max(right, x + 1), Math.Min(top, y), Math.Max(bottom, y + 1));
            (sum, count) = (sum + map[at], count + 1);
            for (var dy = -1; dy <= 1; dy++)
                for (var dx = -1; dx <= 1; dx++)
                {
                    if (x + dx < 0 || x + dx >= width || y + dy < 0 || y + dy >= height) continue;
                    var next = at + dy * width + dx;
                    if (seen[next] || map[next] <= PixelThreshold) continue;
                    seen[next] = true;
                    open.Push(next);
                }
        }
        if (right - left < SmallestSide || bottom - top < SmallestSide || sum / count < BoxThreshold) return null;
        var grow = (int)MathF.Ceiling((right - left) * (bottom - top) * Growth / (2f * (right - left + bottom - top)));
        return new SKRectI(Math.Max(0, left - grow), Math.Max(0, top - grow), Math.Min(width, right + grow), Math.Min(height, bottom + grow));
    }

    // Boxes whose middles lie within half a line of each other stand in one line.
    private static List<SKRectI> InReadingOrder(List<SKRectI> boxes)
    {
        var lines = new List<List<SKRectI>>();
        foreach (var box in boxes.OrderBy(b => b.MidY))
        {
            if (lines.Count > 0 && Math.Abs(lines[^1][0].MidY - box.MidY) < Math.Min(box.Height, lines[^1][0].Height) / 2) lines[^1].Add(box);
            else lines.Add([box]);
        }
        return [.. lines.SelectMany(line => line.OrderBy(b => b.Left))];
    }
}
