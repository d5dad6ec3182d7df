using System.Text.RegularExpressions;

namespace Designer.Flows;

/// <summary>Ids, variables and the schema: what can be said of a document without looking at its graph.</summary>
internal sealed partial class DocumentCheck(Findings findings)
{
    public const int MaxIdLength = 48;

    /// <summary>Names that a reference may start with and that are no nodes.</summary>
    public static readonly IReadOnlyList<string> ReservedRoots = ["each", "state", "args", "vars", "run", "conversation", "env"];

    public static readonly IReadOnlyList<string> GroupColours = ["grey", "blue", "green", "amber", "red", "violet"];

    public void Check(FlowDocument document, FlowLevel top)
    {
        if (document.Schema != FlowDocument.CurrentSchema)
            findings.Error("flow.schema", $"The flow has the schema \"{document.Schema}\", which this version of Designer does not know.", path: "schema", fix: $"Update Designer to run it.");
        CheckIds(top, new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (IGrouping<string, FlowNote> notes in document.Notes.GroupBy(n => n.Id).Where(g => g.Count() > 1))
            findings.Error("id.duplicate", $"Two notes have the id \"{notes.Key}\".", path: "notes");
        CheckGroups(document, top);
        CheckVariables(document.Variables);
    }

    /// <summary>Groups are for the eye: a slip in them stops no run.</summary>
    private void CheckGroups(FlowDocument document, FlowLevel top)
    {
        foreach (IGrouping<string, FlowGroup> groups in document.Groups.GroupBy(g => g.Id).Where(g => g.Count() > 1))
            findings.Error("id.duplicate", $"Two groups have the id \"{groups.Key}\".", path: "groups");
        foreach (FlowGroup group in document.Groups.Where(g => g.Colour is { } colour && !GroupColours.Contains(colour)))
            findings.Warn("group.colour", $"The group \"{group.Title}\" has the colour \"{group.Colour}\", which is drawn as grey.", path: "groups", fix: $"There are {string.Join(", ", GroupColours)}.");
        HashSet<string> known = [.. document.Groups.Select(g => g.Id)];
        CheckMembers(top, known, new Dictionary<string, FlowLevel>(StringComparer.Ordinal));
    }

    private void CheckMembers(FlowLevel level, HashSet<string> known, Dictionary<string, FlowLevel> levelOf)
    {
        foreach (FlowNode node in level.Nodes)
        {
            if (node.Group is not { } group) continue;
            if (!known.Contains(group)) findings.Warn("group.unknown", $"There is no group \"{group}\".", node, "group", $"Take the node out of it.");
            else if (!levelOf.TryAdd(group, level) && levelOf[group] != level) findings.Warn("group.level", $"Other nodes of the group \"{group}\" stand on another level, so this one is drawn outside of it.", node, "group", $"Take the node out of it.");
        }
        foreach (FlowLevel? body in level.Bodies)
        {
            if (body is not null) CheckMembers(body, known, levelOf);
        }
    }

    private void CheckIds(FlowLevel level, HashSet<string> nodes, HashSet<string> edges)
    {
        foreach (FlowNode node in level.Nodes)
        {
            if (!Id().IsMatch(node.Id) || node.Id.Length > MaxIdLength)
                findings.Error("id.invalid", $"\"{node.Id}\" cannot be a node's id.", node, "id", $"Use small letters, digits and _, starting with a letter, at most {MaxIdLength} characters.");
            else if (ReservedRoots.Contains(node.Id))
                findings.Error("id.reserved", $"\"{node.Id}\" means something else in references, so no node can have it as its id.", node, "id", $"Give the node another id.");
            if (!nodes.Add(node.Id)) findings.Error("id.duplicate", $"Two nodes have the id \"{node.Id}\".", node, "id", $"Give one of them another id.");
        }
        foreach (FlowEdge edge in level.Edges.Where(e => !edges.Add(e.Id)))
            findings.Error("id.duplicate", $"Two edges have the id \"{edge.Id}\".", edge: edge);
        foreach (FlowLevel? body in level.Bodies)
        {
            if (body is not null) CheckIds(body, nodes, edges);
        }
    }

    private void CheckVariables(IReadOnlyList<FlowVariable> variables)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        for (int i = 0; i < variables.Count; i++)
        {
            FlowVariable variable = variables[i];
            if (!VariableName().IsMatch(variable.Name)) findings.Error("id.invalid", $"\"{variable.Name}\" cannot be a variable's name.", path: $"variables[{i}].name", fix: $"Use letters, digits and _, starting with a letter.");
            else if (!names.Add(variable.Name)) findings.Error("id.duplicate", $"Two variables have the name \"{variable.Name}\".", path: $"variables[{i}].name");
            if (FlowType.Parse(variable.Type) is null) findings.Error("setting.type", $"The variable \"{variable.Name}\" has the type \"{variable.Type}\", which does not exist.", path: $"variables[{i}].type");
            if (variable.Scope is not ("run" or "conversation")) findings.Error("setting.type", $"The variable \"{variable.Name}\" must live for a run or a conversation.", path: $"variables[{i}].scope");
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9_]*$")]
    private static partial Regex Id();

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_]*$")]
    private static partial Regex VariableName();
}
