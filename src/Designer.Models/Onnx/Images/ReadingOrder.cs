using SkiaSharp;

namespace Designer.Models.Onnx.Images;

/// <summary>Puts lines in the order in which a person reads them, however the page is turned.</summary>
internal static class ReadingOrder
{
    /// <summary>Lines whose middles lie within half a line of each other stand beside each other.</summary>
    public static IReadOnlyList<T> Of<T>(IReadOnlyCollection<T> lines, Func<T, LineBox> boxOf)
    {
        if (lines.Count == 0) return [];
        // As most of the page is turned; a single slanted stamp does not count.
        float[] turns = [.. lines.Select(l => boxOf(l).Degrees).Order()];
        var (sin, cos) = MathF.SinCos(turns[turns.Length / 2] * MathF.PI / 180);
        var placed = lines.Select(line => (Line: line, Box: boxOf(line))).Select(l => (l.Line, l.Box, X: l.Box.Middle.X * cos + l.Box.Middle.Y * sin, Y: l.Box.Middle.Y * cos - l.Box.Middle.X * sin));
        var rows = new List<List<(T Line, LineBox Box, float X, float Y)>>();
        foreach (var line in placed.OrderBy(l => l.Y))
        {
            if (rows.Count > 0 && Math.Abs(rows[^1][0].Y - line.Y) < Math.Min(line.Box.Height, rows[^1][0].Box.Height) / 2) rows[^1].Add(line);
            else rows.Add([line]);
        }
        return [.. rows.SelectMany(row => row.OrderBy(l => l.X - l.Box.Length / 2)).Select(l => l.Line)];
    }
}
