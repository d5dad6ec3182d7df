using System.Text.Json;

namespace Designer.Flows;

/// <summary>A node apart from its body: where it stands, and its own members.</summary>
/// <param name="Node">Without children.</param>
/// <param name="Body">What its container holds beside nodes and edges; null where it is no container.</param>
internal sealed record PlacedNode(FlowNode Node, string? Parent, int Index, ChildGraph? Body);

internal sealed record PlacedEdge(FlowEdge Edge, string? Parent, int Index);

/// <summary>All parts of a document side by side, in document order, a container before its body.</summary>
internal sealed class Parts
{
    public Parts(FlowDocument document)
    {
        Document = document;
        Add(document.Nodes, document.Edges, null);
    }

    public FlowDocument Document { get; }
    public Dictionary<string, PlacedNode> Nodes { get; } = new(StringComparer.Ordinal);
    public Dictionary<string, PlacedEdge> Edges { get; } = new(StringComparer.Ordinal);

    public static JsonElement Json<T>(T part) => JsonSerializer.SerializeToElement(part, FlowJson.Options);

    public static bool Same<T>(T a, T b) => JsonElement.DeepEquals(Json(a), Json(b));

    private void Add(IReadOnlyList<FlowNode> nodes, IReadOnlyList<FlowEdge> edges, string? parent)
    {
        for (int i = 0; i < edges.Count; i++) Edges.TryAdd(edges[i].Id, new PlacedEdge(edges[i], parent, i));
        for (int i = 0; i < nodes.Count; i++)
        {
            FlowNode node = nodes[i];
            Nodes.TryAdd(node.Id, new PlacedNode(node with { Children = null }, parent, i, node.Children is { } body ? body with { Nodes = [], Edges = [] } : null));
            if (node.Children is { } inside) Add(inside.Nodes, inside.Edges, node.Id);
        }
    }
}
