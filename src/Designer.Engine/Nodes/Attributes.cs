using Designer.Flows;

namespace Designer.Engine;

/// <summary>Makes a class a node type. Whatever stands here shows in the palette, the inspector and the docs.</summary>
/// <param name="type">E.g. <c>logic.condition</c>; never changes once shipped.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NodeAttribute(string type, NodeGroup group) : Attribute
{
    public string Type { get; } = type;
    public NodeGroup Group { get; } = group;
    public int Version { get; init; } = 1;
    public string Name { get; init; } = "";
    /// <summary>A Lucide icon's name.</summary>
    public string Icon { get; init; } = "box";
    public string Description { get; init; } = "";
    /// <summary>One thing that people do with it, in a sentence or as it is written.</summary>
    public string Example { get; init; } = "";
    /// <summary>The line on the node's face; settings in braces.</summary>
    public string Summary { get; init; } = "";
    /// <summary>A repeat costs something: a model call, HTTP, a person. Effects start only after all that led to them is committed.</summary>
    public bool Effect { get; init; }
    /// <summary>After a crash an interrupted attempt is not repeated; a person is asked.</summary>
    public bool DoNotRepeat { get; init; }
    /// <summary>May hang below an agent as a tool.</summary>
    public bool Attachable { get; init; }
    /// <summary>Has no incoming port (the start node) or no outgoing one (answer).</summary>
    public bool NoInput { get; init; }
    public bool NoOutput { get; init; }
}

/// <summary>A named way out. Without any, a node has the one port <c>out</c>.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class OutputPortAttribute(string name) : Attribute
{
    public string Name { get; } = name;
    public string Label { get; init; } = "";
}

/// <summary>One port for each entry of a list setting, named prefix + the entry's field.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class PortsFromAttribute(string setting, string prefix) : Attribute
{
    public string Setting { get; } = setting;
    public string Prefix { get; } = prefix;
    public string? Field { get; init; }
}

/// <summary>The outputs follow from a list setting of name and type, or from a JSON Schema setting.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OutputsFromAttribute(string setting) : Attribute
{
    public string Setting { get; } = setting;
}

/// <summary>A place below an agent where tools, knowledge or memory hang.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class AttachmentPortAttribute(string name) : Attribute
{
    public string Name { get; } = name;
    public string Label { get; init; } = "";
}

/// <summary>The node has a body; <paramref name="name"/>.<paramref name="member"/> can be referenced in it.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class BodyNameAttribute(string name, string member, string type) : Attribute
{
    public string Name { get; } = name;
    public string Member { get; } = member;
    public string Type { get; } = type;
}

/// <summary>A setting, on a parameter of the settings record.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingAttribute(string label) : Attribute
{
    public string Label { get; } = label;
    public string? Help { get; init; }
    public Widget Widget { get; init; } = (Widget)(-1);
    public bool Required { get; init; }
    /// <summary>Strings in it are Liquid templates. Numbers, switches and lists always accept an exact reference.</summary>
    public bool Template { get; init; }
    /// <summary>An address: what its template fills in is percent-encoded.</summary>
    public bool Url { get; init; }
    /// <summary>The kind of slot it holds: <c>model</c>, <c>knowledgeBase</c>, <c>credential</c>, <c>flow</c>.</summary>
    public string? Slot { get; init; }
    /// <summary>What a model must be able to do to stand here, e.g. <c>embedding</c>; a model's slot needs <c>chat</c> where nothing is said.</summary>
    public string[]? Needs { get; init; }
    public double Min { get; init; } = double.NaN;
    public double Max { get; init; } = double.NaN;
    public string[]? Options { get; init; }
    /// <summary>A value that is missing is expected here, so the checker does not warn of it.</summary>
    public bool AllowsMissing { get; init; }
    /// <summary>The default of a list or an object, as JSON; plain values have theirs in the constructor.</summary>
    public string? DefaultJson { get; init; }
}

/// <summary>An output, on a parameter of the outputs record.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OutputAttribute(string label) : Attribute
{
    public string Label { get; } = label;
    /// <summary>A flow type, where the CLR type does not say it.</summary>
    public string? Type { get; init; }
}
