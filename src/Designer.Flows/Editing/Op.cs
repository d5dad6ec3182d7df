using System.Text.Json;
using System.Text.Json.Serialization;

namespace Designer.Flows;

/// <summary>
/// One operation on a document, as it travels between canvas and server. A command is a list of them, applied as one; each has an exact
/// inverse. <c>Parent</c> is the container in whose body a part stands, <c>Index</c> its place in that level's list (absent: at the end).
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "op")]
[JsonDerivedType(typeof(AddNode), "addNode")]
[JsonDerivedType(typeof(RemoveNode), "removeNode")]
[JsonDerivedType(typeof(AddEdge), "addEdge")]
[JsonDerivedType(typeof(RemoveEdge), "removeEdge")]
[JsonDerivedType(typeof(MoveNode), "moveNode")]
[JsonDerivedType(typeof(SetNode), "setNode")]
[JsonDerivedType(typeof(SetSetting), "setSetting")]
[JsonDerivedType(typeof(AddNote), "addNote")]
[JsonDerivedType(typeof(RemoveNote), "removeNote")]
[JsonDerivedType(typeof(SetNote), "setNote")]
[JsonDerivedType(typeof(AddGroup), "addGroup")]
[JsonDerivedType(typeof(RemoveGroup), "removeGroup")]
[JsonDerivedType(typeof(SetGroup), "setGroup")]
[JsonDerivedType(typeof(SetFlow), "setFlow")]
public abstract record Op;

public sealed record AddNode(FlowNode Node, string? Parent = null, int? Index = null) : Op;

/// <summary>Edges that hang on the node go with it, and come back with it.</summary>
public sealed record RemoveNode(string Id) : Op;

public sealed record AddEdge(FlowEdge Edge, string? Parent = null, int? Index = null) : Op;

public sealed record RemoveEdge(string Id) : Op;

public sealed record MoveNode(string Id, Position Position) : Op;

/// <param name="Field"><c>name</c>, <c>timeout</c>, <c>retry</c>, <c>onError</c>, <c>join</c>, <c>disabled</c>, <c>group</c>, <c>collapsed</c> or <c>typeVersion</c>.</param>
/// <param name="Value">JSON's null removes it.</param>
public sealed record SetNode(string Id, string Field, JsonElement Value) : Op;

/// <param name="Value">JSON's null removes it.</param>
/// <param name="Index">Where among the settings a new one stands, so that undoing a removal restores the order too.</param>
public sealed record SetSetting(string Id, string Name, JsonElement Value, int? Index = null) : Op
{
    /// <summary>As index of a removal: with the last setting the node's settings vanish altogether, as it was before the first.</summary>
    public const int NoSettings = -1;
}

public sealed record AddNote(FlowNote Note, int? Index = null) : Op;

public sealed record RemoveNote(string Id) : Op;

public sealed record SetNote(FlowNote Note) : Op;

public sealed record AddGroup(FlowGroup Group, int? Index = null) : Op;

/// <summary>Nodes that name it keep the name; who removes a group also sets theirs.</summary>
public sealed record RemoveGroup(string Id) : Op;

public sealed record SetGroup(FlowGroup Group) : Op;

/// <param name="Field"><c>name</c>, <c>description</c>, <c>mode</c>, <c>variables</c> or <c>slots</c>.</param>
public sealed record SetFlow(string Field, JsonElement Value) : Op;

/// <summary>An operation does not fit the document, e.g. because somebody else removed the node. Nothing was changed.</summary>
/// <param name="code"><c>edit.notFound</c>, <c>edit.exists</c>, <c>edit.invalid</c> or <c>flow.tooLarge</c>.</param>
public sealed class FlowEditException(string code, Sentence message, int index) : Exception(message.ToString()), ISaid
{
    public Sentence Said { get; } = message;
    public string Code { get; } = code;
    /// <summary>Which operation of the command, from 0.</summary>
    public int Index { get; } = index;
}
