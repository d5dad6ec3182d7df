using SkiaSharp;

namespace Designer.Models.Onnx.Images;

/// <summary>Makes boxes of a map that says for each pixel how likely it belongs to a line of text.</summary>
internal static class TextMap
{
    // The values of the model's authors.
    private const float PixelThreshold = 0.3f, BoxThreshold = 0.5f, Growth = 1.6f;
    private const int SmallestSide = 3;
    /// <summary>A line counts as turned where a turned box is smaller by so much: the edges of a map are never quite straight.</summary>
    private const float TurnedShare = 0.85f;

    public static IReadOnlyList<LineBox> Boxes(ReadOnlySpan<float> map, int width, int height)
    {
        var boxes = new List<LineBox>();
        var seen = new bool[width * height];
        var open = new Stack<int>();
        for (var start = 0; start < seen.Length; start++)
        {
            if (seen[start] || map[start] <= PixelThreshold) continue;
            if (Flood(map, width, height, start, seen, open) is { } box) boxes.Add(box);
        }
        return boxes;
    }

    // One patch of text: the box around it, grown by what the map shrank it by in training.
    private static LineBox? Flood(ReadOnlySpan<float> map, int width, int height, int start, bool[] seen, Stack<int> open)
    {
        // By row the first and the last column: all that matters of its shape.
        var rows = new SortedDictionary<int, (int Left, int Right)>();
        var (sum, count) = (0f, 0);
        seen[start] = true;
        open.Push(start);
        while (open.TryPop(out var at))
        {
            var (x, y) = (at % width, at / width);
            rows[y] = rows.TryGetValue(y, out var row) ? (Math.Min(row.Left, x), Math.Max(row.Right, x + 1)) : (x, x + 1);
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
        if (sum / count < BoxThreshold) return null;
        var box = BoxOf(rows);
        if (box.Length < SmallestSide || box.Height < SmallestSide) return null;
        return box.Grown(MathF.Ceiling(box.Length * box.Height * Growth / (2f * (box.Length + box.Height))));
    }

    private static LineBox BoxOf(SortedDictionary<int, (int Left, int Right)> rows)
    {
        SKRect bounds = new(rows.Values.Min(r => r.Left), rows.Keys.First(), rows.Values.Max(r => r.Right), rows.Keys.Last() + 1);
        var turned = SmallestBox.Around([.. rows.SelectMany(r => (SKPoint[])[new(r.Value.Left, r.Key), new(r.Value.Right, r.Key), new(r.Value.Left, r.Key + 1), new(r.Value.Right, r.Key + 1)])]);
        return turned.Length * turned.Height < TurnedShare * bounds.Width * bounds.Height ? turned : LineBox.Upright(bounds);
    }
}
