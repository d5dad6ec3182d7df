using System.Text.Json;
using Designer.Flows;
using Designer.Storage;
using Template = Designer.Storage.Template;

namespace Designer.Web.Features.Templates;

/// <summary>A flow to start from: shipped with Designer, or saved by a member.</summary>
/// <param name="Key">In addresses: the folder's name of a shipped one, the id of a member's.</param>
/// <param name="Samples">Folders with sample documents by the knowledge base slot they fill.</param>
/// <param name="SampleInputs">A JSON object for the start node, or null.</param>
public sealed record GalleryItem(
    string Key, string Name, string? Description, FlowDocument Document, IReadOnlyDictionary<string, string> Samples,
    string? SampleInputs = null, string? CreatedBy = null, DateTimeOffset? CreatedAt = null)
{
    public bool IsShipped => CreatedBy is null;

    /// <summary>What we ship is shown in the person's language; a member's template as it was named.</summary>
    public string Title => IsShipped ? L[Name] : Name;
    public string? Summary => IsShipped && Description is not null ? L[Description] : Description;
}

/// <summary>The templates that lie beside the app in <c>workflows/</c>: a folder each, with its flow, and a folder of documents named as the slot they fill.</summary>
public sealed class ShippedTemplates(ILogger<ShippedTemplates> log)
{
    public const string Handbook = "ask-the-handbook";
    private readonly Lazy<IReadOnlyList<GalleryItem>> _items = new(() => Read(Path.Combine(AppContext.BaseDirectory, "workflows"), log));

    public IReadOnlyList<GalleryItem> All => _items.Value;

    public GalleryItem? Find(string key) => All.FirstOrDefault(item => item.Key == key);

    /// <summary>What stands below a folder; a template that cannot be read is logged and left out.</summary>
    public static IReadOnlyList<GalleryItem> Read(string root, ILogger log)
    {
        if (!Directory.Exists(root)) return [];
        var items = new List<GalleryItem>();
        foreach (string folder in Directory.EnumerateDirectories(root).Order(StringComparer.Ordinal))
        {
            string key = Path.GetFileName(folder), file = Path.Combine(folder, key + ".flow.json");
            if (!File.Exists(file)) continue;
            try
            {
                FlowDocument document = FlowJson.Read(File.ReadAllBytes(file));
                Dictionary<string, string> samples = document.Slots.Where(slot => slot.Value.Kind == "knowledgeBase")
                    .Select(slot => (Name: slot.Key, Folder: Path.Combine(folder, slot.Key)))
                    .Where(slot => IsPlainName(slot.Name) && Directory.Exists(slot.Folder)).ToDictionary(slot => slot.Name, slot => slot.Folder);
                items.Add(new GalleryItem(key, document.Name, document.Description, document, samples, SampleInput(Path.Combine(folder, "sample.jsonl"))));
            }
            catch (FlowFormatException broken)
            {
                log.LogError(broken, "The shipped template {Template} cannot be read.", key);
            }
        }
        return [.. items.OrderByDescending(item => item.Key == Handbook)];
    }

    // The first case of the sample data set: one JSON object a line, with the inputs in "input".
    private static string? SampleInput(string file)
    {
        if (!File.Exists(file) || File.ReadLines(file).FirstOrDefault() is not { Length: > 0 } line) return null;
        try
        {
            using JsonDocument json = JsonDocument.Parse(line);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("input", out JsonElement input) && input.ValueKind == JsonValueKind.Object ? input.GetRawText() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsPlainName(string name) => name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}

/// <summary>All templates that a workspace can start from.</summary>
public sealed class Gallery(ShippedTemplates shipped, TemplateStore store)
{
    /// <summary>The workspace's own first, newest first, then the shipped ones.</summary>
    public async Task<IReadOnlyList<GalleryItem>> ListAsync(Guid workspaceId, CancellationToken cancellation = default) =>
        [.. (await store.ListAsync(workspaceId, cancellation)).Select(Read).OfType<GalleryItem>(), .. shipped.All];

    public async Task<GalleryItem?> FindAsync(Guid workspaceId, string key, CancellationToken cancellation = default)
    {
        if (!Guid.TryParse(key, out Guid id)) return shipped.Find(key);
        return await store.FindAsync(workspaceId, id, cancellation) is { } template ? Read(template) : null;
    }

    private static readonly Dictionary<string, string> s_noSamples = [];

    // A template that this version cannot read is left out rather than break the gallery.
    private static GalleryItem? Read(Template template)
    {
        try
        {
            FlowDocument document = FlowJson.Read(template.Document.Span);
            return new GalleryItem(template.Id.ToString(), template.Name, template.Description, document, s_noSamples, template.SampleInputs, template.CreatedBy, template.CreatedAt);
        }
        catch (FlowFormatException)
        {
            return null;
        }
    }
}
