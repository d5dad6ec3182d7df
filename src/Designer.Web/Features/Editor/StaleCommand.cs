using System.Text.Json;
using Designer.Flows;
using Designer.Storage;

namespace Designer.Web.Features.Editor;

/// <summary>
/// A command that was made on an older revision than the draft has now. Where the others touched other parts it is applied as it is; where
/// they touched the same ones it is merged, so that nobody's work is lost in silence.
/// </summary>
public static class StaleCommand
{
    /// <summary>Commands of one browser carry its mark before a dot; what a browser sent itself is nothing that it did not know.</summary>
    public static bool IsForeign(SavedCommand saved, string commandId) => Origin(saved.Id) != Origin(commandId);

    private static string Origin(string id) => id.Split('.', 2)[0];

    /// <summary>True when the others' commands concern a part that this one concerns, too.</summary>
    public static bool Meets(FlowDocument draft, IReadOnlyList<Op> ops, IEnumerable<SavedCommand> others)
    {
        HashSet<string> own = [.. ops.SelectMany(op => Concerns(op, draft))];
        return others.Any(other => Ops(other.Ops).SelectMany(op => Concerns(op, draft)).Any(own.Contains));
    }

    /// <param name="draft">As it is now.</param>
    /// <param name="since">What was saved after the revision that the command was made on, in order.</param>
    /// <exception cref="FlowEditException">The command does not even fit what its author saw.</exception>
    public static MergeResult Merge(FlowDocument draft, IReadOnlyList<SavedCommand> since, EditCommand command)
    {
        FlowDocument seen = draft;
        foreach (SavedCommand saved in since.Reverse()) seen = FlowEditor.Apply(seen, Ops(saved.Inverse)).Document;
        foreach (SavedCommand saved in since.Where(s => !IsForeign(s, command.Id))) seen = Fitting(seen, Ops(saved.Ops));
        FlowDocument mine = FlowEditor.Apply(seen, command.Ops).Document;
        MergeResult merged = FlowMerge.Merge(seen, mine, draft, command.Choices);
        // Undoing takes back one's own change only: what somebody else made of it since stays, and nobody is asked.
        return command.Kind == CommandKind.Edit ? merged : merged with { Conflicts = [] };
    }

    private static FlowDocument Fitting(FlowDocument document, IReadOnlyList<Op> ops)
    {
        foreach (Op op in ops)
        {
            try
            {
                document = FlowEditor.Apply(document, [op]).Document;
            }
            catch (FlowEditException)
            {
                // It was merged into what is there now, and does not stand alone any more.
            }
        }
        return document;
    }

    private static IReadOnlyList<Op> Ops(string json) => JsonSerializer.Deserialize<IReadOnlyList<Op>>(json, FlowJson.Options)!;

    /// <summary>The parts that an operation changes or leans on. A move concerns nothing: the last one counts.</summary>
    private static IEnumerable<string> Concerns(Op op, FlowDocument draft) => op switch
    {
        AddNode add => [.. Ids(add.Node), .. add.Parent is null ? [] : new[] { add.Parent }],
        RemoveNode remove => Find(draft.Nodes, remove.Id) is { } node ? Ids(node) : [remove.Id],
        SetNode set => [set.Id],
        SetSetting set => [set.Id],
        AddEdge add => [$"edge {add.Edge.Id}", add.Edge.Source.Node, add.Edge.Target.Node],
        RemoveEdge remove => [$"edge {remove.Id}"],
        AddNote add => [$"note {add.Note.Id}"],
        RemoveNote remove => [$"note {remove.Id}"],
        SetNote set => [$"note {set.Note.Id}"],
        AddGroup add => [$"group {add.Group.Id}"],
        RemoveGroup remove => [$"group {remove.Id}"],
        SetGroup set => [$"group {set.Group.Id}"],
        SetFlow set => [$"flow {set.Field}"],
        _ => [],
    };

    private static IEnumerable<string> Ids(FlowNode node) => (node.Children?.Nodes ?? []).SelectMany(Ids).Prepend(node.Id);

    private static FlowNode? Find(IReadOnlyList<FlowNode> nodes, string id)
    {
        foreach (FlowNode node in nodes)
        {
            if (node.Id == id) return node;
            if (node.Children is { } body && Find(body.Nodes, id) is { } found) return found;
        }
        return null;
    }
}
