using System.Text.Json;

namespace Designer.Flows.Tests.Checking;

/// <summary>Node types as the catalogue would describe them, enough of each kind to test with.</summary>
internal sealed class TestTypes : INodeTypes
{
    private static readonly PortDescriptor In = new("in", PortKind.In, ""), Out = new("out", PortKind.Out, "");

    public static readonly TestTypes All = new();

    private readonly Dictionary<string, NodeDescriptor> _types = new NodeDescriptor[]
    {
        Type("start", NodeGroup.Start, [Setting("inputs", SettingKind.List)], [], [Out]) with { OutputsFrom = new OutputsFrom("inputs") },
        Type("work", NodeGroup.Data, [Setting("text", SettingKind.String, template: true), Setting("count", SettingKind.Integer, min: 1, max: 10), Setting("on", SettingKind.Boolean), Setting("list", SettingKind.List),
            Setting("any", SettingKind.Json), Setting("mode", SettingKind.String, options: ["fast", "slow"]), Setting("plain", SettingKind.String), Setting("wanted", SettingKind.String, template: true) with { AllowsMissing = true },
            Setting("rows", SettingKind.List) with { Fields = [Setting("name", SettingKind.String, required: true), Setting("value", SettingKind.Json)] }],
            [new("text", FlowType.String, "Text"), new("chunks", FlowType.Array(FlowType.Chunk), "Chunks"), new("n", FlowType.Integer, "N")], [In, Out, new("tool", PortKind.Tool, "")]) with { Version = 2, IsAttachable = true },
        Type("need", NodeGroup.Data, [Setting("text", SettingKind.String, template: true, required: true)], [], [In, Out]),
        Type("model", NodeGroup.Models, [Setting("model", SettingKind.String, required: true) with { SlotKind = "model" }, Setting("key", SettingKind.String) with { SlotKind = "credential" }], [new("text", FlowType.String, "Text")], [In, Out]),
        Type("if", NodeGroup.Logic, [Setting("rows", SettingKind.List) with { Widget = Widget.Conditions }, Setting("expression", SettingKind.Json) with { IsDeferred = true, Widget = Widget.Code }, Setting("slots", SettingKind.List) with { SlotKind = "model" }], [], [In, new("true", PortKind.Out, ""), new("false", PortKind.Out, "")]),
        Type("route", NodeGroup.Logic, [Setting("cases", SettingKind.List)], [], [In, new("other", PortKind.Out, "")]) with { PortsFrom = new PortsFrom("cases", "case:", "name") },
        Type("each", NodeGroup.Logic, [Setting("items", SettingKind.List, template: true), Setting("collect", SettingKind.Json) with { IsDeferred = true }], [new("results", FlowType.Array(FlowType.Any), "Results")], [In, Out]) with
        {
            IsContainer = true, BodyNames = Body("each", ("item", FlowType.Any), ("index", FlowType.Integer)),
        },
        Type("while", NodeGroup.Logic, [Setting("state", SettingKind.List) with { Fields = [Setting("name", SettingKind.String), Setting("init", SettingKind.Json), Setting("next", SettingKind.Json) with { IsDeferred = true }] },
            Setting("condition", SettingKind.Json) with { IsDeferred = true, Widget = Widget.Conditions }], [], [In, Out]) with { IsContainer = true, BodyNames = Body("state", ("*", FlowType.Any)) },
        Type("agent", NodeGroup.Agents, [], [new("text", FlowType.String, "Text")], [In, Out, new("tools", PortKind.Attachment, "")]),
        Type("toolOnly", NodeGroup.Tools, [Setting("text", SettingKind.String, template: true)], [], [new("tool", PortKind.Tool, "")]) with { IsAttachable = true },
        Type("answer", NodeGroup.Output, [Setting("text", SettingKind.String, template: true)], [], [In]),
    }.ToDictionary(t => t.Type);

    IReadOnlyCollection<NodeDescriptor> INodeTypes.All => _types.Values;
    public NodeDescriptor? Find(string type) => _types.GetValueOrDefault(type);

    private static NodeDescriptor Type(string type, NodeGroup group, IReadOnlyList<SettingDescriptor> settings, IReadOnlyList<OutputDescriptor> outputs, IReadOnlyList<PortDescriptor> ports) =>
        new(type, 1, type, group, "box", "", "", settings, outputs, ports);

    private static SettingDescriptor Setting(string name, SettingKind kind, bool template = false, bool required = false, double? min = null, double? max = null, IReadOnlyList<string>? options = null) =>
        new(name, name, kind, Widget.Text, required, null, null, template, null, min, max, options, null);

    private static Dictionary<string, IReadOnlyDictionary<string, FlowType>> Body(string name, params (string Name, FlowType Type)[] members) =>
        new() { [name] = members.ToDictionary(m => m.Name, m => m.Type) };
}

/// <summary>Short ways to write flows.</summary>
internal static class Draw
{
    public static FlowNode Node(string id, string type, string? settings = null) =>
        new() { Id = id, Type = type, Settings = settings is null ? default : JsonElement.Parse(settings) };

    /// <summary>Edges as <c>a:true>b</c>; ports are out and in where they are not said.</summary>
    public static FlowEdge[] Edges(params string[] edges) => [.. edges.Select(e => new FlowEdge { Id = "e_" + e, From = e.Split('>')[0], To = e.Split('>')[1] })];

    /// <summary>A flow with a start that has the input "question", and nodes and edges of its own.</summary>
    public static FlowDocument Flow(FlowNode[] nodes, params string[] edges) => new()
    {
        Nodes = [Node("start", "start", """{"inputs":[{"name":"question","type":"string"},{"name":"tags","type":"array<string>"}]}"""), .. nodes],
        Edges = Edges(edges),
    };

    /// <summary>As <see cref="Flow"/>, in one line with an answer behind it.</summary>
    public static FlowDocument Line(params FlowNode[] nodes)
    {
        FlowNode[] all = [.. nodes, Node("answer", "answer", """{"text":"Hello"}""")];
        return Flow(all, [.. all.Select((n, i) => $"{(i == 0 ? "start" : all[i - 1].Id)}>{n.Id}")]);
    }

    public static FlowNode Loop(string id, string type, string? settings, FlowNode[] nodes, params string[] edges) =>
        Node(id, type, settings) with { Children = new ChildGraph { Nodes = nodes, Edges = [.. Edges(edges).Select(e => e with { Id = id + e.Id })] } };
}
