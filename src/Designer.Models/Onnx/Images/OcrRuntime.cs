using Designer.Models.Kinds;
using Designer.Models.Onnx.Folders;
using Designer.Models.Onnx.Sessions;
using SkiaSharp;

namespace Designer.Models.Onnx.Images;

/// <summary>An OCR model in memory: one graph finds the lines, another reads them. Lines may be turned, pages may stand on their side or head.</summary>
internal sealed class OcrRuntime : IDisposable
{
    private const float LeastScore = 0.5f;
    private const int MostLines = 2000;
    /// <summary>A score from which a line is taken to be read the right way round.</summary>
    private const float Sure = 0.85f;
    /// <summary>A box that is so much higher than wide holds a line that stands on its end.</summary>
    private const float Standing = 1.5f;

    private readonly LineFinder _finder;
    private readonly LineReader _reader;

    public OcrRuntime(OnnxFolder folder, OnnxSettings settings)
    {
        var characters = Directory.EnumerateFiles(folder.Folder, "*keys*.txt").Concat(Directory.EnumerateFiles(folder.Folder, "*dict*.txt")).FirstOrDefault();
        _finder = new LineFinder(folder.Graph, settings);
        try
        {
            _reader = new LineReader(Directory.EnumerateFiles(folder.Folder, "*rec*.onnx").First(), characters, settings);
        }
        catch
        {
            _finder.Dispose();
            throw;
        }
    }

    public IReadOnlyList<TextLine> Read(ReadOnlyMemory<byte> image, CancellationToken cancellation)
    {
        using var picture = Picture.Decode(image);
        var boxes = _finder.Find(picture);
        List<(string Text, float Score, LineBox Box)> found;
        if (boxes.Count(IsStanding) * 2 > boxes.Count)
        {
            // The graph was trained on pages that lie; on one that stands it finds parts of lines.
            using var laid = Picture.TurnRight(picture);
            found = [.. ReadAll(laid, _finder.Find(laid), cancellation).Select(line => (line.Text, line.Score, line.Box.TurnedLeft(picture.Height)))];
        }
        else found = ReadAll(picture, boxes, cancellation);
        var page = SKRect.Create(picture.Width, picture.Height);
        return [.. ReadingOrder.Of(found, line => line.Box).Select(line => LineOf(line.Text, line.Score, line.Box, page))];
    }

    private static bool IsStanding(LineBox box) => box.IsUpright ? box.Height > Standing * box.Length : Math.Abs(box.Degrees) > 45;

    private List<(string Text, float Score, LineBox Box)> ReadAll(SKBitmap picture, IReadOnlyList<LineBox> boxes, CancellationToken cancellation)
    {
        var found = new List<(string Text, float Score, LineBox Box)>();
        foreach (var box in boxes.Take(MostLines))
        {
            cancellation.ThrowIfCancellationRequested();
            var line = ReadBest(picture, box);
            if (line.Text.Length > 0 && line.Score >= LeastScore) found.Add(line);
        }
        return found;
    }

    // Which end of a turned line comes first only its letters tell; a line that reads well is not asked.
    private (string Text, float Score, LineBox Box) ReadBest(SKBitmap picture, LineBox box)
    {
        var isStanding = box.IsUpright && IsStanding(box);
        var best = Read(picture, box);
        if (best.Score >= Sure && !isStanding) return best;
        foreach (var other in isStanding ? (LineBox[])[box.Across(90), box.Across(-90)] : [box.Reversed])
            if (Read(picture, other) is var next && next.Score > best.Score) best = next;
        return best;
    }

    private (string Text, float Score, LineBox Box) Read(SKBitmap picture, LineBox box)
    {
        var (text, score) = _reader.Read(picture, box);
        return (text.Trim(), score, box);
    }

    private static TextLine LineOf(string text, float score, LineBox box, SKRect page)
    {
        var bounds = SKRect.Intersect(box.Bounds, page);
        var (left, top) = ((int)MathF.Floor(bounds.Left), (int)MathF.Floor(bounds.Top));
        return new TextLine(text, score, left, top, (int)MathF.Ceiling(bounds.Right) - left, (int)MathF.Ceiling(bounds.Bottom) - top, MathF.Round(box.Degrees, 1));
    }

    public void Dispose()
    {
        _finder.Dispose();
        _reader.Dispose();
    }
}

internal sealed class OnnxImageReader(OnnxModels models, OnnxFolder folder) : IImageReader
{
    public async Task<IReadOnlyList<TextLine>> ReadAsync(ReadOnlyMemory<byte> image, CancellationToken cancellation)
    {
        using var lease = await models.UseAsync(folder, (f, settings) => new OcrRuntime(f, settings), cancellation);
        var model = lease.Model;
        return await Task.Run(() => model.Read(image, cancellation), cancellation);
    }
}
