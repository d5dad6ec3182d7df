using Designer.Engine;
using Designer.Flows;
using Designer.Models;
using Designer.Models.Connections;
using Designer.Models.Kinds;

namespace Designer.Nodes.Models;

[Node("models.ocr", NodeGroup.Models, Name = "Read pictures", Icon = "scan-text", Summary = "{images}", Effect = true,
    Example = "Read the lines of a photographed receipt.",
    Description = "Reads the text in photos and scans (OCR), line by line, and says where each line stands in the picture. Lines may be turned.")]
public sealed class OcrNode(IModels models) : Node<OcrNode.Settings, OcrNode.Outputs>
{
    public sealed record Settings(
        [property: Setting("Model", Slot = "model", Needs = [ModelNeeds.ReadImage], Required = true)] string Model,
        [property: Setting("Images", Widget = Widget.Reference, Required = true, Help = "A picture or a list of pictures, e.g. {{ start.scan }}.")] object? Images,
        [property: Setting("Least score", Min = 0, Max = 1, Widget = Widget.Slider, Help = "Lines below it are left out.")] double LeastScore = 0.5);

    /// <param name="Image">The picture's number, from 1.</param>
    /// <param name="X">In pixels, as the rest.</param>
    /// <param name="Degrees">How the line is turned, clockwise.</param>
    public sealed record Line(string Text, double Score, int Image, int X, int Y, int Width, int Height, double Degrees);

    /// <param name="Text">All lines; an empty line between pictures.</param>
    public sealed record Outputs(
        [property: Output("Text")] string Text,
        [property: Output("Lines", Type = "array<object>")] IReadOnlyList<Line> Lines,
        [property: Output("Count")] int Count);

    public override async ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step)
    {
        ModelConnection model = await KindCall.FindAsync(models, settings.Model, step).ConfigureAwait(false);
        IReadOnlyList<FileRef> files = await FileBytes.FindAsync(settings.Images, "ocr.noImage", step).ConfigureAwait(false);
        if (files.FirstOrDefault(f => !MediaType.IsImage(f.MediaType)) is { } other) throw new StepException("ocr.noImage", $"“{other.Name}” is no picture but {other.MediaType}.");
        List<Line> lines = [];
        foreach ((int index, FileRef file) in files.Index())
        {
            byte[] bytes = await FileBytes.ReadAsync(file, step).ConfigureAwait(false);
            IReadOnlyList<TextLine> read = await KindCall.RunAsync<IImageReader, IReadOnlyList<TextLine>>(
                models, model, 0, step, reader => reader.ReadAsync(bytes, step.Cancellation)).ConfigureAwait(false);
            lines.AddRange(read.Where(l => l.Score >= settings.LeastScore).Select(l => new Line(l.Text, l.Score, index + 1, l.X, l.Y, l.Width, l.Height, l.Degrees)));
        }
        string text = string.Join("\n\n", lines.GroupBy(l => l.Image).Select(g => string.Join("\n", g.Select(l => l.Text))));
        return StepResult.Done(new Outputs(text, lines, lines.Count));
    }
}
