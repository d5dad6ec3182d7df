using Designer.Flows;

namespace Designer.Web.Features.Endpoint;

/// <summary>Whether a flow's runs may keep a summary only: nothing in it waits for people or acts outside, apart from model calls.</summary>
public static class SummaryFit
{
    private const string SubFlow = "logic.subflow";

    /// <summary>The first node that forbids it, as <c>record.unfit</c>; null when it may.</summary>
    public static Problem? Problem(FlowDocument document, INodeTypes types) =>
        All(document.Nodes).FirstOrDefault(n => types.Find(n.Type) is { } type && !Fits(type)) is { } unfit
            ? new Problem("record.unfit", ProblemSeverity.Error, $"{L["“{0}” acts outside or waits for a person, so runs have to keep everything, not a summary.", unfit.Name.Length > 0 ? unfit.Name : unfit.Id]}", NodeId: unfit.Id)
            : null;

    // A sub-flow may hold anything, now or in its next version; a tool may act outside even where it says that it only computes.
    private static bool Fits(NodeDescriptor type) => type.Group switch
    {
        NodeGroup.Agents or NodeGroup.Human or NodeGroup.Tools => false,
        NodeGroup.Models or NodeGroup.Logic or NodeGroup.Data or NodeGroup.Knowledge => type.Type != SubFlow,
        _ => !type.IsEffect,
    };

    private static IEnumerable<FlowNode> All(IEnumerable<FlowNode> nodes) => nodes.SelectMany(n => All(n.Children?.Nodes ?? []).Prepend(n));
}
