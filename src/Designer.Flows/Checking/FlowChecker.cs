namespace Designer.Flows;

/// <summary>What the checker knows of the place where a flow runs.</summary>
/// <param name="Bindings">From slot to what it is bound to; null when nothing is bound yet and that is no mistake (a template, a file).</param>
/// <param name="KnownBindings">By kind of slot, what exists to be bound to; null when that is not known.</param>
/// <param name="SwitchedOff">Models that exist, but that somebody switched off.</param>
public sealed record CheckContext(
    IReadOnlyDictionary<string, string?>? Bindings = null, IReadOnlyDictionary<string, IReadOnlyCollection<string>>? KnownBindings = null, IReadOnlyCollection<string>? SwitchedOff = null,
    IReadOnlyDictionary<string, IReadOnlyCollection<string>>? Abilities = null);

/// <summary>Finds everything that is wrong with a document before it runs. A function of its arguments; 2,000 nodes take far less than a second.</summary>
public static class FlowChecker
{
    /// <summary>All problems at once, in the order of the document.</summary>
    public static IReadOnlyList<Problem> Check(FlowDocument document, INodeTypes types, CheckContext? context = null)
    {
        Findings findings = new();
        FlowLevel top = FlowLevel.Top(document, types);
        RunOrder order = new(top);
        new DocumentCheck(findings).Check(document, top);
        new GraphCheck(document, order, findings).Check(top);
        SettingCheck settings = new(new SlotCheck(document, context ?? new CheckContext(), findings), new ReferenceCheck(document, top, order, findings), findings);
        CheckNodes(top, new NodeCheck(findings), settings);
        return findings.All;
    }

    private static void CheckNodes(FlowLevel level, NodeCheck nodes, SettingCheck settings)
    {
        for (int i = 0; i < level.Nodes.Count; i++)
        {
            nodes.Check(level, i);
            // What a disabled node would need, it needs only when it is enabled again.
            if (!level.Nodes[i].Disabled) settings.Check(new Place(level, i));
            if (level.Bodies[i] is { } body) CheckNodes(body, nodes, settings);
        }
    }
}

/// <summary>A node by where it stands.</summary>
internal readonly record struct Place(FlowLevel Level, int Index)
{
    public FlowNode Node => Level.Nodes[Index];
    public NodeDescriptor? Type => Level.Types[Index];
    public Sentence Name => Findings.NameOf(Node);

    /// <summary>The node, then the container around it, and so on to the top.</summary>
    public IEnumerable<Place> Outwards()
    {
        Place at = this;
        while (true)
        {
            yield return at;
            if (at.Level.Outer is not { } outer) yield break;
            at = new Place(outer, at.Level.Container);
        }
    }
}

/// <summary>Collects problems.</summary>
internal sealed class Findings
{
    private readonly List<Problem> _all = [];

    public IReadOnlyList<Problem> All => _all;

    public void Error(string code, Sentence message, FlowNode? node = null, string? path = null, Sentence? fix = null, FlowEdge? edge = null, ProblemSpot? spot = null) =>
        _all.Add(new Problem(code, ProblemSeverity.Error, message, node?.Id, edge?.Id, path, fix, spot));

    public void Warn(string code, Sentence message, FlowNode? node = null, string? path = null, Sentence? fix = null, FlowEdge? edge = null, ProblemSpot? spot = null) =>
        _all.Add(new Problem(code, ProblemSeverity.Warning, message, node?.Id, edge?.Id, path, fix, spot));

    public static Sentence NameOf(FlowNode node) => $"\"{(node.Name.Length > 0 ? node.Name : node.Id)}\"";
}
