using Designer.Models.Kinds;
using Designer.Models.Onnx.Folders;
using Designer.Models.Onnx.Sessions;

namespace Designer.Models.Onnx.Images;

/// <summary>An OCR model in memory: one graph finds the lines, another reads them. Lines are taken to run from left to right.</summary>
internal sealed class OcrRuntime : IDisposable
{
    private const float LeastScore = 0.5f;
    private const int MostLines = 2000;

    private readonly LineFinder _finder;
    private readonly LineReader _reader;

    public OcrRuntime(OnnxFolder folder, OnnxSettings settings)
    {
        var characters = Directory.EnumerateFiles(folder.Folder, "*keys*.txt").Concat(Directory.EnumerateFiles(folder.Folder, "*dict*.txt")).FirstOrDefault()
            ?? throw BadFolder.Because("The list of characters is missing: a file such as ppocr_keys_v1.txt.");
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
        var lines = new List<TextLine>();
        foreach (var box in _finder.Find(picture).Take(MostLines))
        {
            cancellation.ThrowIfCancellationRequested();
            var (text, score) = _reader.Read(picture, box);
            if (text.Trim().Length > 0 && score >= LeastScore) lines.Add(new TextLine(text.Trim(), score, box.Left, box.Top, box.Width, box.Height));
        }
        return lines;
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
