using System.Text.RegularExpressions;

namespace Designer.Models.Extractive;

/// <summary>Reads the classes out of a prompt that asks to choose one: a list of "- name: description" lines, or "one of: a, b, c".</summary>
internal static partial class LabelList
{
    private const int MostLabels = 100;
    private const int LongestLine = 2_000;

    /// <summary>Empty when the instructions do not ask for a choice.</summary>
    public static IReadOnlyList<ClassLabel> Read(string instructions)
    {
        if (!Asks().IsMatch(instructions)) return [];
        var labels = new List<ClassLabel>();
        foreach (var whole in instructions.Split('\n'))
        {
            if (whole.TrimEnd() is not { Length: > 0 and <= LongestLine } line) continue;
            var example = ExampleLine().Match(line);
            if (example.Success && labels.Count > 0)
            {
                labels[^1] = labels[^1] with { Examples = [.. labels[^1].Examples ?? [], .. example.Groups[1].Value.Split(';', '；', '|').Select(e => e.Trim().Trim('"')).Where(e => e.Length > 0)] };
                continue;
            }
            var item = ItemLine().Match(line);
            if (item.Success && labels.Count < MostLabels) labels.Add(new ClassLabel(item.Groups[1].Value.Trim(), item.Groups[2].Success ? item.Groups[2].Value.Trim() : null));
        }
        if (labels.Count >= 2) return labels;
        var inline = Inline().Match(instructions);
        if (!inline.Success) return [];
        var names = Separator().Split(inline.Groups[1].Value).Select(n => n.Trim().Trim('"', '\'', '`', '.', '。', '“', '”')).Where(n => n.Length is > 0 and <= 60).Take(MostLabels).ToArray();
        return names.Length >= 2 ? [.. names.Select(n => new ClassLabel(n))] : [];
    }

    private const RegexOptions Loose = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"\b(?:classif\w*|categor\w*|labels?|route|routing|intents?|class(?:es)?|(?:choose|pick|select|one) (?:one )?of)\b|分类|类别|标签|意图|归类", Loose)]
    private static partial Regex Asks();

    [GeneratedRegex("""^\s*(?:[-*•]|\d{1,2}[.)])\s+["'`*]*([\p{L}\p{N}][\p{L}\p{N} _/&-]{0,59}?)["'`*]*\s*(?:(?:[:：—–]|\s-\s)\s*(.+))?\s*$""", Loose)]
    private static partial Regex ItemLine();

    [GeneratedRegex(@"^\s*(?:[-*•]\s*)?(?:examples?|e\.g\.?|例|例如|示例)\s*[:：]\s*(.+)$", Loose)]
    private static partial Regex ExampleLine();

    [GeneratedRegex(@"(?:one of|labels?|categor(?:y|ies)|classes|between|following|类别|标签|之一)[^:：\n]{0,40}[:：]\s*([^\n]+)", Loose)]
    private static partial Regex Inline();

    [GeneratedRegex(@"\s*[,;|/，；、]\s*(?:or\s+|and\s+)?|\s+or\s+", Loose)]
    private static partial Regex Separator();
}
