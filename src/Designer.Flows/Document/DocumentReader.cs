namespace Designer.Flows;

/// <summary>From JSON to the records. Goes on after a problem, so that all are told at once.</summary>
internal sealed class DocumentReader
{
    private readonly HashSet<string> _nodeIds = new(StringComparer.Ordinal);
    private readonly HashSet<string> _edgeIds = new(StringComparer.Ordinal);
    private readonly HashSet<string> _noteIds = new(StringComparer.Ordinal);
    private readonly HashSet<string> _groupIds = new(StringComparer.Ordinal);
    private int _nodes;
    private int _containers;

    public FlowDocument Document(PartReader part)
    {
        string schema = part.Text("schema") ?? "";
        if (part.IsObject && !schema.StartsWith("designer.flow/", StringComparison.Ordinal))
            part.Tell("flow.schema", $"This is no flow document: its schema must be \"{FlowDocument.CurrentSchema}\".", "schema");
        FlowDocument document = new()
        {
            Schema = schema,
            Id = Id(part),
            Name = part.Text("name") ?? "",
            Description = part.Text("description"),
            Mode = Mode(part),
            Variables = part.List("variables", Variable),
            Nodes = part.List("nodes", Node),
            Edges = part.List("edges", Edge),
            Slots = Slots(part.Part("slots")),
            Notes = part.List("notes", Note),
            Groups = part.List("groups", Group),
            Extra = part.Rest(),
        };
        if (_nodes > FlowJson.MaxNodes) part.Tell("flow.tooLarge", $"The flow has {_nodes:N0} nodes; at most {FlowJson.MaxNodes:N0} are allowed.", "nodes");
        return document;
    }

    public FlowVariable Variable(PartReader part) => new()
    {
        Name = part.Text("name") ?? "",
        Type = part.Text("type") ?? "string",
        Default = part.Any("default"),
        Scope = part.Text("scope") ?? "run",
        Extra = part.Rest(),
    };

    public FlowNode Node(PartReader part)
    {
        _nodes++;
        string id = part.Text("id") ?? "";
        part.NodeId = id;
        Unique(_nodeIds, id, part, $"node");
        return new FlowNode
        {
            Id = id,
            Type = part.Text("type") ?? "",
            TypeVersion = part.Integer("typeVersion") ?? 1,
            Name = part.Text("name") ?? "",
            Position = Position(part.Part("position")) ?? new Position(0, 0),
            Settings = part.Object("settings") ?? default,
            Timeout = part.Text("timeout"),
            Retry = Retry(part.Part("retry")),
            OnError = OnError(part.Part("onError")),
            Join = part.Text("join"),
            Disabled = part.Truth("disabled") ?? false,
            Group = part.Text("group"),
            Collapsed = part.Truth("collapsed") ?? false,
            Children = Children(part),
            Extra = part.Rest(),
        };
    }

    public FlowEdge Edge(PartReader part)
    {
        FlowEdge edge = new() { Id = part.Text("id") ?? "", From = part.Text("from") ?? "", To = part.Text("to") ?? "", Extra = part.Rest() };
        Unique(_edgeIds, edge.Id, part, $"edge");
        return edge;
    }

    public FlowNote Note(PartReader part)
    {
        FlowNote note = new()
        {
            Id = part.Text("id") ?? "",
            Text = part.Text("text") ?? "",
            Position = Position(part.Part("position")) ?? new Position(0, 0),
            Size = part.Part("size") is { } size ? new NoteSize(size.Number("w") ?? 0, size.Number("h") ?? 0) { Extra = size.Rest() } : null,
            Extra = part.Rest(),
        };
        Unique(_noteIds, note.Id, part, $"note");
        return note;
    }

    public FlowGroup Group(PartReader part)
    {
        FlowGroup group = new(part.Text("id") ?? "", part.Text("title") ?? "", part.Text("colour"), part.Truth("collapsed") ?? false) { Extra = part.Rest() };
        Unique(_groupIds, group.Id, part, $"group");
        return group;
    }

    public static IReadOnlyDictionary<string, FlowSlot> Slots(PartReader? part) => part is null
        ? OrderedMap<FlowSlot>.Empty
        : new OrderedMap<FlowSlot>([.. part.Rest()?.Members.Select(m => KeyValuePair.Create(m.Key, Slot(part.Part(m.Key)))) ?? []]);

    public static RetryPolicy? Retry(PartReader? part) => part is null
        ? null
        : new RetryPolicy(part.Integer("attempts") ?? 1, part.Text("backoff"), part.Text("delay")) { Extra = part.Rest() };

    public static ErrorPolicy? OnError(PartReader? part) => part is null
        ? null
        : new ErrorPolicy(part.Text("mode") ?? "fail", part.Any("value"), part.Text("port")) { Extra = part.Rest() };

    public static Position? Position(PartReader? part) => part is null
        ? null
        : new Position(part.Number("x") ?? 0, part.Number("y") ?? 0) { Extra = part.Rest() };

    public static FlowSlot Slot(PartReader? part) => part is null
        ? new FlowSlot("")
        : new FlowSlot(part.Text("kind") ?? "", part.Texts("needs"), part.Text("description")) { Extra = part.Rest() };

    private ChildGraph? Children(PartReader node)
    {
        if (node.Part("children") is not { } part) return null;
        if (_containers == FlowJson.MaxContainers)
        {
            node.Tell("flow.tooDeep", $"Containers stand in each other more than {FlowJson.MaxContainers} deep.", part.Path);
            return null;
        }
        _containers++;
        ChildGraph children = new() { Nodes = part.List("nodes", Node), Edges = part.List("edges", Edge), Extra = part.Rest() };
        _containers--;
        return children;
    }

    private static Guid Id(PartReader part)
    {
        if (part.Text("id") is not { } text) return Guid.Empty;
        if (Guid.TryParseExact(text, "D", out Guid id)) return id;
        part.Tell("json.type", $"The id of the flow must be a UUID.", "id");
        return Guid.Empty;
    }

    private static FlowMode Mode(PartReader part)
    {
        switch (part.Text("mode"))
        {
            case null or "task": return FlowMode.Task;
            case "chat": return FlowMode.Chat;
            default:
                part.Tell("json.type", $"The mode of a flow is \"chat\" or \"task\".", "mode");
                return FlowMode.Task;
        }
    }

    private static void Unique(HashSet<string> seen, string id, PartReader part, Sentence what)
    {
        if (id.Length > 0 && !seen.Add(id)) part.Tell("id.duplicate", $"The {what} id \"{id}\" stands twice in the document.", part.At("id"));
    }
}
