using System.Text.Json;
using Designer.Engine;
using Designer.Flows;

namespace Designer.Benchmarks;

/// <summary>Chains of transforms: each writes one text from the one before.</summary>
internal static class Flows
{
    public static FlowDocument Chain(int transforms)
    {
        List<FlowNode> nodes = [Node("start", "start", new { inputs = new[] { new { name = "text", type = "string", required = true } } })];
        for (int i = 0; i < transforms; i++) nodes.Add(Node($"t{i}", "data.template", new { text = $"{{{{ {(i == 0 ? "start" : $"t{i - 1}")}.text }}}}{(i < 3 ? "!" : "")}" }));
        nodes.Add(Node("end", "answer", new { text = $"{{{{ t{transforms - 1}.text }}}}" }));
        return new FlowDocument
        {
            Id = Guid.CreateVersion7(),
            Name = $"Chain of {transforms}",
            Mode = FlowMode.Task,
            Nodes = nodes,
            Edges = [.. nodes.Skip(1).Select((n, i) => new FlowEdge { Id = $"e{i}", From = nodes[i].Id + ":out", To = n.Id + ":in" })],
        };
    }

    public static FlowVersion Version(int transforms)
    {
        FlowDocument document = Chain(transforms);
        return new FlowVersion(Guid.Parse("0198f2c4-0000-7000-8000-000000000001"), document.Id, "1", document, new Dictionary<string, string>());
    }

    private static FlowNode Node(string id, string type, object settings) => new() { Id = id, Name = id, Type = type, Settings = JsonSerializer.SerializeToElement(settings) };
}
