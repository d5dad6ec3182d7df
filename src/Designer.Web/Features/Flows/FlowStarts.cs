using System.Text.Json;
using Designer.Flows;

namespace Designer.Web.Features.Flows;

/// <summary>The documents that *New flow* begins with. Small, and they run as they are.</summary>
public static class FlowStarts
{
    public static FlowDocument Chat(Guid id, string name) => Document(id, name, FlowMode.Chat,
        [
            Node("start", "start", L["Start"], 0, """{ "inputs": [ { "name": "question", "type": "string", "required": true } ] }"""),
            Node("reply", "model.chat", L["Reply"], 280, """
                { "model": "@slot:model", "messages": [
                  { "role": "system", "text": "Answer briefly and say when you do not know." },
                  { "role": "user", "text": "{{ start.question }}" } ], "history": 10 }
                """),
            Node("answer", "answer", L["Answer"], 560, """{ "text": "{{ reply.text }}" }"""),
        ],
        [Edge("e1", "start:out", "reply:in"), Edge("e2", "reply:out", "answer:in")],
        new OrderedMap<FlowSlot>([new("model", new FlowSlot("model", ["chat"]))]));

    public static FlowDocument Task(Guid id, string name) => Document(id, name, FlowMode.Task,
        [
            Node("start", "start", L["Start"], 0, """{ "inputs": [ { "name": "text", "type": "string", "required": true } ] }"""),
            Node("answer", "answer", L["Answer"], 280, """{ "text": "{{ start.text }}" }"""),
        ],
        [Edge("e1", "start:out", "answer:in")],
        OrderedMap<FlowSlot>.Empty);

    private static FlowDocument Document(Guid id, string name, FlowMode mode, FlowNode[] nodes, FlowEdge[] edges, IReadOnlyDictionary<string, FlowSlot> slots) =>
        new() { Id = id, Name = name, Mode = mode, Nodes = nodes, Edges = edges, Slots = slots };

    private static FlowNode Node(string id, string type, string name, double x, string settings) =>
        new() { Id = id, Type = type, Name = name, Position = new Position(x, 0), Settings = JsonElement.Parse(settings) };

    private static FlowEdge Edge(string id, string from, string to) => new() { Id = id, From = from, To = to };
}
