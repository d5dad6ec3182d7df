using System.Text;
using Designer.Engine;
using Designer.Flows;

namespace Designer.Nodes.Data;

[Node("data.readFile", NodeGroup.Data, Name = "Read file", Icon = "file-input", Summary = "{file}",
    Example = "Read an uploaded CSV, to hand its text to a model.",
    Description = "Gives the text of a text file: plain text, Markdown, CSV or JSON in UTF-8, or UTF-16 with its mark.")]
public sealed class ReadFileNode : Node<ReadFileNode.Settings, ReadFileNode.Outputs>
{
    private const int BytesPerKilobyte = 1024;
    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public sealed record Settings(
        [property: Setting("File", Required = true, Widget = Widget.Reference, Help = "A file, e.g. {{ start.document }}.")] FileRef? File,
        [property: Setting("Largest file (KB)", Min = 1, Max = 10_240, Help = "A larger one is an error.")] int MostKilobytes = 1024);

    public sealed record Outputs(
        [property: Output("Text")] string Text,
        [property: Output("Name")] string Name,
        [property: Output("Media type")] string MediaType,
        [property: Output("Size")] long Size);

    public override async ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step)
    {
        if (settings.File is not { } named) throw new StepException("file.missing", $"There is no file to read.");
        FileRef file = await step.FileAsync(named.Id, named.Name).ConfigureAwait(false);
        if (!MediaType.IsText(file.MediaType)) throw new StepException("file.noText", $"“{file.Name}” is no text but {file.MediaType}.");
        if (file.Size > settings.MostKilobytes * (long)BytesPerKilobyte) throw new StepException("file.tooLarge", $"“{file.Name}” has more than {settings.MostKilobytes:N0} KB.");
        using StreamReader reader = new(await step.OpenFileAsync(file).ConfigureAwait(false), Utf8, detectEncodingFromByteOrderMarks: true);
        try
        {
            return StepResult.Done(new Outputs(await reader.ReadToEndAsync(step.Cancellation).ConfigureAwait(false), file.Name, file.MediaType, file.Size));
        }
        catch (DecoderFallbackException)
        {
            throw new StepException("file.noText", $"“{file.Name}” is no text in UTF-8 or UTF-16.");
        }
    }
}
