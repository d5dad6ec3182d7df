using System.Globalization;
using Designer.Models.Kinds;
using Designer.Models.Onnx.Folders;

namespace Designer.Models.Onnx.Classifying;

/// <summary>The names of what a classifier gives numbers for.</summary>
internal sealed class Labels
{
    private readonly Dictionary<int, string> _names;

    private Labels(Dictionary<int, string> names) => _names = names;

    public static Labels Read(string folder)
    {
        var names = new Dictionary<int, string>();
        if (JsonFile.Read(folder, "config.json")["id2label"] is { ValueKind: System.Text.Json.JsonValueKind.Object } labels)
            foreach (var label in labels.EnumerateObject())
                if (int.TryParse(label.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var id)) names[id] = label.Value.ToString();
        return new Labels(names);
    }

    public static Labels Of(IReadOnlyList<string> names) => new(names.Index().ToDictionary(n => n.Index, n => n.Item));

    public string this[int id] => _names.TryGetValue(id, out var name) ? name : $"LABEL_{id}";

    /// <summary>Likeliest first.</summary>
    public IReadOnlyList<LabelScore> Rank(IReadOnlyList<float> scores) => [.. scores.Select((score, id) => new LabelScore(this[id], score)).OrderByDescending(l => l.Score)];
}
