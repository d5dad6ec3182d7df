using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Designer.Nodes.Start;

namespace Designer.Web.Features.Editor.Debugging;

/// <summary>Whether a value may stand in for a node's outputs: an object with members of the types that the node gives, and a port that it has.</summary>
public static class PinCheck
{
    /// <summary>What people may pin; larger outputs are read from the run, not kept with the draft.</summary>
    public const int LargestBytes = 256 * 1024;

    /// <returns>Everything that is wrong; empty when it fits.</returns>
    public static IReadOnlyList<Problem> Check(FlowDocument document, INodeTypes types, string nodeId, Pin pin)
    {
        if (All(document.Nodes).FirstOrDefault(n => n.Id == nodeId) is not { } node || types.Find(node.Type) is not { } type) return [Error("pin.node", $"{L["There is no such node in this flow."]}")];
        if (type.Group == NodeGroup.Start && type.OutputsFrom is not null) return [Error("pin.start", $"{L["The start node's outputs are the run's input; change them there."]}")];
        if (pin.Outputs.ValueKind != JsonValueKind.Object) return [Error("pin.type", $"{L["Pinned outputs are a JSON object with one member per output."]}")];
        if (pin.Outputs.GetRawText().Length > LargestBytes) return [Error("pin.tooLarge", $"{L["Pinned outputs may have {0} KB.", LargestBytes / 1024]}")];
        IReadOnlyList<OutputDescriptor> outputs = type.OutputsOf(node.Settings);
        List<Problem> problems = [];
        foreach (JsonProperty member in pin.Outputs.EnumerateObject())
        {
            OutputDescriptor? output = outputs.FirstOrDefault(o => o.Name == member.Name);
            if (output is null && outputs.Count > 0)
                problems.Add(Error("pin.unknown", $"{L["“{0}” is no output of this node. It has {1}.", member.Name, string.Join(", ", outputs.Select(o => o.Name))]}"));
            else if (output is not null && member.Value.ValueKind != JsonValueKind.Null && InputTypes.Problem(member.Value, output.Type) is { } problem)
                problems.Add(Error("pin.type", $"“{member.Name}” {problem}."));
        }
        if (!type.PortsOf(node.Settings).Any(p => p.Kind == PortKind.Out && p.Name == pin.Port) && pin.Port != "out")
            problems.Add(Error("pin.port", $"{L["The node has no port “{0}”.", pin.Port]}"));
        return problems;

        Problem Error(string code, Sentence message) => new(code, ProblemSeverity.Error, message, NodeId: nodeId);
    }

    public static bool Has(FlowDocument document, string nodeId) => All(document.Nodes).Any(n => n.Id == nodeId);

    private static IEnumerable<FlowNode> All(IEnumerable<FlowNode> nodes) => nodes.SelectMany(n => All(n.Children?.Nodes ?? []).Prepend(n));
}
