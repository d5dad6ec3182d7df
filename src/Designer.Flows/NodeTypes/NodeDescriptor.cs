using System.Text.Json;

namespace Designer.Flows;

/// <summary>All that the palette, the inspector, the checker and the docs know of a node type.</summary>
/// <param name="Type">E.g. <c>knowledge.search</c>.</param>
/// <param name="Summary">The line on the node's face; names of settings in braces, e.g. <c>{query}</c>.</param>
public sealed record NodeDescriptor(
    string Type, int Version, string Name, NodeGroup Group, string Icon, string Description, string Summary,
    IReadOnlyList<SettingDescriptor> Settings, IReadOnlyList<OutputDescriptor> Outputs, IReadOnlyList<PortDescriptor> Ports)
{
    /// <summary>One thing that people do with it; may be empty.</summary>
    public string Example { get; init; } = "";
    /// <summary>True for nodes whose repeat costs something: model calls, HTTP, people.</summary>
    public bool IsEffect { get; init; }
    /// <summary>True when a body may stand in its <c>children</c>.</summary>
    public bool IsContainer { get; init; }
    /// <summary>True when it can hang below an agent by its <c>tool</c> port.</summary>
    public bool IsAttachable { get; init; }
    /// <summary>Names that the body of a container may reference, with their types, e.g. <c>each</c>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, FlowType>> BodyNames { get; init; } = OrderedMap<IReadOnlyDictionary<string, FlowType>>.Empty;
    /// <summary>Adds ports that follow from a setting, e.g. one per case.</summary>
    public PortsFrom? PortsFrom { get; init; }
    /// <summary>Adds outputs that follow from a setting, e.g. the start node's inputs.</summary>
    public OutputsFrom? OutputsFrom { get; init; }

    /// <summary>All ports of a node with these settings.</summary>
    public IReadOnlyList<PortDescriptor> PortsOf(JsonElement settings) => PortsFrom is null ? Ports : [.. Ports, .. PortsFrom.Read(ValueOf(settings, PortsFrom.Setting))];
    /// <summary>All outputs of a node with these settings.</summary>
    public IReadOnlyList<OutputDescriptor> OutputsOf(JsonElement settings) => OutputsFrom is null ? Outputs : [.. Outputs, .. OutputsFrom.Read(ValueOf(settings, OutputsFrom.Setting))];

    /// <summary>What the node has for a setting, or its default. JSON that a code editor stored as text is parsed; undefined when there is none.</summary>
    public JsonElement ValueOf(JsonElement settings, string setting) =>
        SettingReader.Value(settings, setting) is { ValueKind: not JsonValueKind.Undefined } value ? value : Settings.FirstOrDefault(s => s.Name == setting)?.Default ?? default;
}

/// <summary>The palette's groups, in its order.</summary>
public enum NodeGroup { Start, Models, Knowledge, Agents, Logic, Data, Tools, Safety, Human, Output }

public enum PortKind { In, Out, Attachment, Tool }

/// <summary>A port. <see cref="PortKind.Attachment"/> hangs below an agent, <see cref="PortKind.Tool"/> is its counterpart.</summary>
public sealed record PortDescriptor(string Name, PortKind Kind, string Label);

public sealed record OutputDescriptor(string Name, FlowType Type, string Label);

/// <summary>One setting as the inspector shows it.</summary>
/// <param name="Kind">The JSON it holds.</param>
/// <param name="IsTemplate">Strings in it are Liquid templates.</param>
/// <param name="SlotKind">Set where the value is a slot or a binding, e.g. <c>model</c>.</param>
/// <param name="Fields">For lists of records and records: their members.</param>
public sealed record SettingDescriptor(
    string Name, string Label, SettingKind Kind, Widget Widget, bool Required, JsonElement? Default, string? Help,
    bool IsTemplate, string? SlotKind, double? Min, double? Max, IReadOnlyList<string>? Options, IReadOnlyList<SettingDescriptor>? Fields)
{
    /// <summary>Evaluated later and elsewhere than the other settings (a loop's condition, what an iteration collects).</summary>
    public bool IsDeferred { get; init; }
    /// <summary>A value that is missing is expected here (the first of several that exists), so references need no default.</summary>
    public bool AllowsMissing { get; init; }
    /// <summary>Of a model's slot: what the model must be able to do, e.g. <c>embedding</c>.</summary>
    public IReadOnlyList<string>? Needs { get; init; }
}

public enum SettingKind { String, Number, Integer, Boolean, Json, List, Record }

/// <summary>How the inspector edits a setting.</summary>
public enum Widget { Text, TextArea, Code, Json, Number, Slider, Toggle, Select, Slot, Rows, Conditions, Reference }

/// <summary>Where the checker and the engine find node types.</summary>
public interface INodeTypes
{
    IReadOnlyCollection<NodeDescriptor> All { get; }
    /// <summary>The newest version of the type, or null when it is unknown.</summary>
    NodeDescriptor? Find(string type);
}
