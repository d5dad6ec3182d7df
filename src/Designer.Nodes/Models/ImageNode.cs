using System.Drawing;
using System.Globalization;
using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Designer.Models;
using Designer.Models.Connections;
using Designer.Models.Kinds;
using Designer.Nodes.Tools;
using Microsoft.Extensions.AI;

namespace Designer.Nodes.Models;

[Node("models.image", NodeGroup.Models, Name = "Make pictures", Icon = "image-plus", Summary = "{prompt}", Effect = true, Attachable = true,
    Example = "Draw a cover for an article from its title.",
    Description = "Makes pictures of words, changes given ones, or runs a ComfyUI workflow that makes pictures or films. They become files of the run; how far they are is shown while it runs.")]
public sealed class ImageNode(IModels models, GuardedHttp http) : Node<ImageNode.Settings, ImageNode.Outputs>
{
    private const int LargestInput = 64 * 1024 * 1024;
    private const int LargestSide = 8192;
    private static readonly TimeSpan UsualLimit = TimeSpan.FromMinutes(10);

    public sealed record Settings(
        [property: Setting("Model", Slot = "model", Needs = [ModelNeeds.MakeImage], Required = true, Help = "A model that makes pictures, or a ComfyUI server.")] string Model,
        [property: Setting("Prompt", Template = true, Widget = Widget.TextArea, Help = "What the picture is to show. A ComfyUI workflow gets it by the inputs below.")] string? Prompt = null,
        [property: Setting("Images", Widget = Widget.Reference, Help = "Pictures to start from: a file, a web address or a list of them. A ComfyUI workflow gets them by the inputs below.")] object? Images = null,
        [property: Setting("How many", Min = 1, Max = 10)] int Count = 1,
        [property: Setting("Size", Help = "In pixels, e.g. 1024x1024. Empty: what the model usually makes.")] string? Size = null,
        [property: Setting("Workflow", Widget = Widget.Code, Help = "For ComfyUI: the text of the file that “Export (API)” gives.")] string? Workflow = null,
        [property: Setting("Workflow inputs", Template = true, Widget = Widget.Rows, Help = "Which inputs of the workflow get which values, e.g. 6.inputs.text and {{ start.prompt }}. A file is handed over to the server.")] IReadOnlyList<Row>? Inputs = null,
        [property: Setting("Time limit", Help = "For the whole work, e.g. 10m (default).")] TimeSpan? Timeout = null,
        [property: Setting("Description for agents", Help = "Tells a model when to call it.")] string? ToolDescription = null,
        [property: Setting("Parameters for agents", Help = "What a model fills in; use {{ args.name }} in the settings.")] IReadOnlyList<ToolParameter>? Parameters = null);

    public sealed record Row(
        [property: Setting("Input", Required = true, Help = "Node and name, e.g. 6.inputs.text")] string Input,
        [property: Setting("Value", Template = true, Help = "An exact reference keeps its type.")] object? Value = null);

    /// <param name="Image">The first picture; null where there are only films.</param>
    public sealed record Outputs(
        [property: Output("Image", Type = "image")] FileRef? Image,
        [property: Output("Files", Type = "array<file>")] IReadOnlyList<FileRef> Files);

    public override async ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step)
    {
        ModelConnection model = await KindCall.FindAsync(models, settings.Model, step).ConfigureAwait(false);
        PictureRequest request = await RequestAsync(settings, step).ConfigureAwait(false);
        TimeSpan most = settings.Timeout is { } given && given > TimeSpan.Zero ? given : UsualLimit;
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(step.Cancellation);
        using ITimer timer = step.Clock.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), limit, most, System.Threading.Timeout.InfiniteTimeSpan);
        try
        {
            List<FileRef> files = await MakeAsync(model, request, step, limit.Token).ConfigureAwait(false);
            return StepResult.Done(new Outputs(files.Find(f => MediaType.IsImage(f.MediaType)), files));
        }
        catch (OperationCanceledException) when (!step.Cancellation.IsCancellationRequested)
        {
            throw new StepException("model.timeout", $"“{model.Name}” was not done within {most.TotalMinutes:0.#} minutes. Give it more time, or a smaller picture.");
        }
    }

    private async ValueTask<List<FileRef>> MakeAsync(ModelConnection model, PictureRequest request, StepContext step, CancellationToken cancellation)
    {
        Reservation reservation = step.Budget.Reserve(0);
        Usage usage = new(ModelCalls: 1);
        Answering answering = new(models, model, step);
        string? failure = null;
        long start = step.Clock.GetTimestamp();
        List<FileRef> files = [];
        try
        {
            while (true)
            {
                try
                {
                    await foreach (PictureUpdate update in models.CreateOther<IPictureMaker>(answering.By).MakeAsync(request, cancellation).ConfigureAwait(false))
                        await TakeAsync(update).ConfigureAwait(false);
                    return files;
                }
                // What is there already is not made again.
                catch (ModelException failed) when (files.Count == 0)
                {
                    if (!await answering.PassOnAsync(failed).ConfigureAwait(false)) throw;
                }
            }
        }
        catch (Exception error)
        {
            failure = error is StepException ? error.Message : "It was stopped.";
            throw;
        }
        finally
        {
            reservation.Settle(usage);
            step.Report(usage, answering.Sign(new CallTrace(model.Name, step.Clock.GetElapsedTime(start).TotalMilliseconds, InputTokens: usage.InputTokens, OutputTokens: usage.OutputTokens, Cost: usage.Cost, Error: failure)));
        }

        async ValueTask TakeAsync(PictureUpdate update)
        {
            switch (update)
            {
                case PictureUpdate.Progress progress: step.EmitProgress(progress.Message); break;
                case PictureUpdate.Preview preview: step.EmitPreview(preview.MediaType, preview.Picture); break;
                case PictureUpdate.Used used: usage = new(used.InputTokens, used.OutputTokens, answering.By.Cost(used.InputTokens, used.OutputTokens) ?? 0, 1); break;
                case PictureUpdate.Result result: files.Add(await SaveAsync(result, step).ConfigureAwait(false)); break;
            }
        }
    }

    private async ValueTask<PictureRequest> RequestAsync(Settings settings, StepContext step)
    {
        List<KeyValuePair<string, object?>> inputs = [];
        long left = LargestInput;
        foreach (Row row in (settings.Inputs ?? []).Where(r => !string.IsNullOrWhiteSpace(r.Input)))
        {
            FileRef? named = FlowValue.FilesIn(row.Value).FirstOrDefault();
            DataContent? file = named is null ? null : await ReadAsync(named, left, step).ConfigureAwait(false);
            left -= file?.Data.Length ?? 0;
            inputs.Add(new(row.Input, file ?? (object?)FlowValue.ToJson(row.Value)));
        }
        return new PictureRequest
        {
            Prompt = settings.Prompt ?? "",
            Images = await SentImages.ReadAsync(settings.Images, http, step).ConfigureAwait(false),
            Count = settings.Count,
            Size = SizeOf(settings.Size),
            Workflow = settings.Workflow,
            Inputs = inputs,
        };
    }

    private static async ValueTask<DataContent> ReadAsync(FileRef named, long most, StepContext step)
    {
        FileRef file = await step.FileAsync(named.Id, named.Name).ConfigureAwait(false);
        if (!MediaType.IsMedia(file.MediaType)) throw new StepException("model.noImage", $"“{file.Name}” is neither picture, film nor sound but {file.MediaType}.");
        if (file.Size > most) throw new StepException("model.imagesTooLarge", $"The files for the workflow have more than {LargestInput:N0} bytes together.");
        return new DataContent(await FileBytes.ReadAsync(file, step).ConfigureAwait(false), file.MediaType);
    }

    // Name, size and kind are what a server says, so the run's files judge them, and what is no picture is not handed on.
    private static async ValueTask<FileRef> SaveAsync(PictureUpdate.Result result, StepContext step)
    {
        FileRef file = await step.SaveFileAsync(result.Name, result.Content).ConfigureAwait(false);
        return MediaType.IsMedia(file.MediaType) ? file : throw new StepException("model.badResponse", $"The server made “{file.Name}”, which is neither picture, film nor sound but {file.MediaType}.");
    }

    private static Size? SizeOf(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        string[] sides = text.ToLowerInvariant().Split('x', '×');
        return sides.Length == 2 && Side(sides[0]) is { } width && Side(sides[1]) is { } height ? new Size(width, height)
            : throw new StepException("model.imageSize", $"A size is two numbers from 1 to {LargestSide}, such as 1024x1024.");

        static int? Side(string side) => int.TryParse(side.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int pixels) && pixels is > 0 and <= LargestSide ? pixels : null;
    }
}
