using System.Globalization;
using System.Text;
using Designer.Flows;

namespace Designer.Engine;

/// <summary>Writes the reference of all node types from their descriptors; docs/nodes.md is its text, and a test holds the two together.</summary>
public static class NodeReference
{
    public static string ToMarkdown(INodeTypes types)
    {
        StringBuilder text = new("# Node reference\n\nGenerated from the attributes on the node types in `src/Designer.Nodes`.\n");
        foreach (IGrouping<NodeGroup, NodeDescriptor> group in types.All.GroupBy(t => t.Group).OrderBy(g => g.Key))
        {
            text.Append("\n## ").Append(group.Key).Append('\n');
            foreach (NodeDescriptor type in group.OrderBy(t => t.Type, StringComparer.Ordinal)) Write(text, type);
        }
        return text.ToString();
    }

    private static void Write(StringBuilder text, NodeDescriptor type)
    {
        text.Append("\n### ").Append(type.Name).Append(" `").Append(type.Type).Append("`\n\n").Append(type.Description).Append('\n');
        if (type.Example.Length > 0) text.Append("\nFor example: ").Append(type.Example).Append('\n');
        text.Append("\n*").Append(type.IsEffect ? "Acts or costs something: it starts after all that led to it is on disk." : "Pure: a function of its inputs.");
        if (type.IsContainer) text.Append(" Has a body.");
        if (type.IsAttachable) text.Append(" Can hang below an assistant as a tool.");
        text.Append("*\n");
        if (type.Settings.Count > 0) text.Append("\n| Setting | What | |\n|---|---|---|\n");
        foreach (SettingDescriptor setting in type.Settings)
            text.Append("| `").Append(setting.Name).Append("` | ").Append(Cell(setting.Help is null ? setting.Label : $"{setting.Label}. {setting.Help}")).Append(" | ").Append(Cell(Notes(setting))).Append(" |\n");
        string ports = string.Join(", ", type.Ports.Where(p => p.Kind == PortKind.Out).Select(p => $"`{p.Name}`").Concat(type.PortsFrom is { } from ? [$"`{from.Prefix}…` for each entry of `{from.Setting}`"] : []));
        if (ports.Length > 0) text.Append("\nLeaves by ").Append(ports).Append(".\n");
        if (type.Outputs.Count > 0) text.Append("\n| Output | Type | What |\n|---|---|---|\n");
        foreach (OutputDescriptor output in type.Outputs)
            text.Append("| `").Append(output.Name).Append("` | ").Append(output.Type).Append(" | ").Append(Cell(output.Label)).Append(" |\n");
        if (type.OutputsFrom is { } outputs) text.Append("\nFurther outputs follow from `").Append(outputs.Setting).Append("`.\n");
    }

    private static string Notes(SettingDescriptor setting)
    {
        List<string> notes = [];
        if (setting.Required) notes.Add("required");
        if (setting.SlotKind is not null) notes.Add($"slot: {setting.SlotKind}");
        if (setting.IsTemplate) notes.Add("template");
        if (setting.Options is { Count: > 0 } options) notes.Add($"{(setting.Kind == SettingKind.List ? "any of" : "one of")} {string.Join(", ", options)}");
        if (setting.Min is not null || setting.Max is not null) notes.Add(string.Create(CultureInfo.InvariantCulture, $"{setting.Min}–{setting.Max}"));
        if (setting.Default is { } standard) notes.Add($"default {standard.GetRawText()}");
        return string.Join("; ", notes);
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("\n", " ", StringComparison.Ordinal);
}
