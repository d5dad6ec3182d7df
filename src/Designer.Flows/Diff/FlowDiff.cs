using System.Text.Json;

namespace Designer.Flows;

public enum ChangeKind { Added, Removed, Changed, Moved }

/// <summary>One member that differs.</summary>
/// <param name="Path">E.g. <c>settings.messages[0].text</c>.</param>
/// <param name="Old">Null where it was not there.</param>
/// <param name="New">Null where it is gone.</param>
/// <param name="Text">Word by word, where both are texts.</param>
public sealed record MemberChange(string Path, JsonElement? Old, JsonElement? New, IReadOnlyList<TextPart>? Text = null);

/// <summary>A part of the document that differs: a node, an edge, a variable, a slot, a note or a group.</summary>
/// <param name="Kind"><c>Moved</c>: only its position or its container changed.</param>
/// <param name="Parent">The container in whose body the part stands, for nodes and edges.</param>
public sealed record PartChange(string Id, ChangeKind Kind, string Label, IReadOnlyList<MemberChange> Members, string? Parent = null);

/// <summary>What is different between two documents, part by part. Order within lists of the document does not count.</summary>
public sealed record FlowDiff(
    IReadOnlyList<MemberChange> Fields, IReadOnlyList<PartChange> Nodes, IReadOnlyList<PartChange> Edges,
    IReadOnlyList<PartChange> Variables, IReadOnlyList<PartChange> Slots, IReadOnlyList<PartChange> Notes, IReadOnlyList<PartChange> Groups)
{
    public bool IsEmpty => Fields.Count + Nodes.Count + Edges.Count + Variables.Count + Slots.Count + Notes.Count + Groups.Count == 0;

    /// <summary>True when a run cannot tell the two apart: only positions, names, descriptions, notes and groups differ.</summary>
    public bool IsCosmetic => Edges.Count + Variables.Count + Slots.Count == 0 && Fields.All(IsCosmeticMember)
        && Nodes.All(n => n.Kind is ChangeKind.Changed or ChangeKind.Moved && n.Members.All(IsCosmeticMember));

    public static FlowDiff Between(FlowDocument before, FlowDocument after) => Comparison.Of(before, after);

    private static bool IsCosmeticMember(MemberChange member) => member.Path is "name" or "description" or "group" or "collapsed" || member.Path.StartsWith("position", StringComparison.Ordinal);
}
