using Designer.Engine;
using Designer.Flows;
using Designer.Models;
using Designer.Models.Connections;
using Designer.Models.Kinds;

namespace Designer.Nodes.Models;

[Node("models.classify", NodeGroup.Models, Name = "Classifier", Icon = "tag", Summary = "{model}", Effect = true,
    Example = "Stop a question in which a model finds a prompt attack.",
    Description = "Labels a text, a picture or a file with a model that was trained for it: prompt attacks, unsafe pictures, file types. A model that finds names and numbers in a text says where they stand.")]
public sealed class ClassifierNode(IModels models) : Node<ClassifierNode.Settings, ClassifierNode.Outputs>
{
    public sealed record Settings(
        [property: Setting("Model", Slot = "model", Needs = [ModelNeeds.Classify], Required = true)] string Model,
        [property: Setting("Text", Template = true, Widget = Widget.TextArea, Help = "For a model that labels texts.")] string? Text = null,
        [property: Setting("File", Widget = Widget.Reference, Help = "For a model that labels pictures or files, e.g. {{ start.photo }}.")] object? File = null,
        [property: Setting("Most labels", Min = 1, Max = 1000)] int TopK = 5,
        [property: Setting("Least score", Min = 0, Max = 1, Widget = Widget.Slider, Help = "Labels below it are left out.")] double LeastScore = 0);

    /// <param name="Label">The likeliest, or empty where none is likely enough.</param>
    /// <param name="Spans">Where the labels stand in the text, of a model that says so.</param>
    public sealed record Outputs(
        [property: Output("Label")] string Label,
        [property: Output("Score")] double Score,
        [property: Output("Labels", Type = "array<object>")] IReadOnlyList<LabelScore> Labels,
        [property: Output("Spans", Type = "array<object>")] IReadOnlyList<FoundSpan> Spans);

    public override async ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step)
    {
        ModelConnection model = await KindCall.FindAsync(models, settings.Model, step).ConfigureAwait(false);
        if (model.Capabilities.HasFlag(ModelCapabilities.ClassifyFile)) return Done(await OfFileAsync(model, settings.File, step).ConfigureAwait(false), []);
        if (string.IsNullOrWhiteSpace(settings.Text)) throw new StepException("classify.noText", $"The model “{model.Name}” labels texts, and there is none.");
        string text = settings.Text;
        long atMost = TokenEstimate.AtMost(text);
        if (!model.Capabilities.HasFlag(ModelCapabilities.FindSpans))
        {
            return Done((await KindCall.RunAsync<ITextClassifier, IReadOnlyList<IReadOnlyList<LabelScore>>>(
                models, model, atMost, step, classifier => classifier.ClassifyAsync([text], step.Cancellation)).ConfigureAwait(false))[0], []);
        }
        FoundSpan[] found = [.. (await KindCall.RunAsync<ISpanFinder, IReadOnlyList<FoundSpan>>(
            models, model, atMost, step, finder => finder.FindAsync(text, step.Cancellation)).ConfigureAwait(false)).Where(s => s.Score >= settings.LeastScore)];
        return Done([.. found.GroupBy(s => s.Label).Select(g => new LabelScore(g.Key, g.Max(s => s.Score))).OrderByDescending(l => l.Score)], found);

        StepResult<Outputs> Done(IReadOnlyList<LabelScore> labels, IReadOnlyList<FoundSpan> spans)
        {
            LabelScore[] kept = [.. labels.Where(l => l.Score >= settings.LeastScore).Take(settings.TopK)];
            return StepResult.Done(new Outputs(kept.Length > 0 ? kept[0].Label : "", kept.Length > 0 ? kept[0].Score : 0, kept, spans));
        }
    }

    private async ValueTask<IReadOnlyList<LabelScore>> OfFileAsync(ModelConnection model, object? value, StepContext step)
    {
        IReadOnlyList<FileRef> files = await FileBytes.FindAsync(value, "classify.noFile", step).ConfigureAwait(false);
        if (files.Count > 1) throw new StepException("classify.oneFile", $"The model labels one file at a time, and there are {files.Count}. Put the node into a “For each”.");
        byte[] bytes = await FileBytes.ReadAsync(files[0], step).ConfigureAwait(false);
        return await KindCall.RunAsync<IFileClassifier, IReadOnlyList<LabelScore>>(models, model, 0, step, classifier => classifier.ClassifyAsync(bytes, step.Cancellation)).ConfigureAwait(false);
    }
}
