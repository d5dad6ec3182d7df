using System.Text.Json;

namespace Designer.Flows;

/// <summary>Finds what differs between two documents: parts are matched by id, then compared member by member as JSON.</summary>
internal static class Comparison
{
    public static FlowDiff Of(FlowDocument before, FlowDocument after) => new(
        Members(Json(Head(before)), Json(Head(after))),
        Parts(NodeParts(before.Nodes, null), NodeParts(after.Nodes, null)),
        EdgeChanges(before, after),
        Parts(before.Variables.Select(v => new Part(v.Name, v.Name, null, Json(v))), after.Variables.Select(v => new Part(v.Name, v.Name, null, Json(v)))),
        Parts(SlotParts(before), SlotParts(after)),
        Parts(before.Notes.Select(NotePart), after.Notes.Select(NotePart)),
        Parts(before.Groups.Select(GroupPart), after.Groups.Select(GroupPart)));

    /// <summary>The document without the parts that are compared by themselves.</summary>
    private static FlowDocument Head(FlowDocument flow) => flow with { Nodes = [], Edges = [], Variables = [], Slots = OrderedMap<FlowSlot>.Empty, Notes = [], Groups = [] };

    private static IEnumerable<Part> SlotParts(FlowDocument flow) => flow.Slots.Select(s => new Part(s.Key, s.Key, null, Json(s.Value)));

    private readonly record struct Part(string Id, string Label, string? Parent, JsonElement Json);

    private static IEnumerable<Part> NodeParts(IReadOnlyList<FlowNode> nodes, string? parent) => nodes.SelectMany(n =>
        NodeParts(n.Children?.Nodes ?? [], n.Id).Prepend(new Part(n.Id, n.Name.Length > 0 ? n.Name : n.Id, parent, Json(n with { Children = null }))));

    private static Part NotePart(FlowNote note) => new(note.Id, note.Text.Length > 60 ? note.Text[..60] + "…" : note.Text, null, Json(note));

    private static Part GroupPart(FlowGroup group) => new(group.Id, group.Title, null, Json(group));

    /// <summary>An edge that was drawn anew between the same ports is the same edge.</summary>
    private static List<PartChange> EdgeChanges(FlowDocument before, FlowDocument after)
    {
        IEnumerable<(FlowEdge Edge, string? Parent)> All(IReadOnlyList<FlowNode> nodes, IReadOnlyList<FlowEdge> edges, string? parent) =>
            edges.Select(e => (e, parent)).Concat(nodes.SelectMany(n => n.Children is { } body ? All(body.Nodes, body.Edges, n.Id) : []));
        HashSet<(string, string)> ends = [.. All(before.Nodes, before.Edges, null).Select(e => (e.Edge.From, e.Edge.To))];
        HashSet<(string, string)> same = [.. All(after.Nodes, after.Edges, null).Select(e => (e.Edge.From, e.Edge.To)).Where(ends.Contains)];
        IEnumerable<Part> Rest(FlowDocument flow) => All(flow.Nodes, flow.Edges, null)
            .Where(e => !same.Contains((e.Edge.From, e.Edge.To)) || e.Edge.Extra is not null)
            .Select(e => new Part(e.Edge.Id, $"{e.Edge.From} → {e.Edge.To}", e.Parent, Json(e.Edge)));
        return Parts(Rest(before), Rest(after));
    }

    private static List<PartChange> Parts(IEnumerable<Part> before, IEnumerable<Part> after)
    {
        Dictionary<string, Part> old = before.DistinctBy(p => p.Id).ToDictionary(p => p.Id);
        Dictionary<string, Part> now = after.DistinctBy(p => p.Id).ToDictionary(p => p.Id);
        List<PartChange> changes = [];
        foreach (Part part in now.Values)
        {
            if (!old.TryGetValue(part.Id, out Part was))
            {
                changes.Add(new PartChange(part.Id, ChangeKind.Added, part.Label, [new MemberChange("", null, part.Json)], part.Parent));
                continue;
            }
            List<MemberChange> members = Members(was.Json, part.Json);
            if (was.Parent != part.Parent) members.Add(new MemberChange("parent", Json(was.Parent), Json(part.Parent)));
            if (members.Count == 0) continue;
            bool onlyMoved = members.All(m => m.Path == "parent" || m.Path.StartsWith("position", StringComparison.Ordinal));
            changes.Add(new PartChange(part.Id, onlyMoved ? ChangeKind.Moved : ChangeKind.Changed, part.Label, members, part.Parent));
        }
        changes.AddRange(old.Values.Where(p => !now.ContainsKey(p.Id)).Select(p => new PartChange(p.Id, ChangeKind.Removed, p.Label, [new MemberChange("", p.Json, null)], p.Parent)));
        return changes;
    }

    private static JsonElement Json<T>(T part) => JsonSerializer.SerializeToElement(part, FlowJson.Options);

    private static List<MemberChange> Members(JsonElement before, JsonElement after)
    {
        List<MemberChange> changes = [];
        Compare("", before, after, changes);
        return changes;
    }

    /// <summary>Goes into objects by name and into lists of equal length by place, down to what differs.</summary>
    private static void Compare(string path, JsonElement before, JsonElement after, List<MemberChange> changes)
    {
        if (JsonElement.DeepEquals(before, after)) return;
        switch (before.ValueKind, after.ValueKind)
        {
            case (JsonValueKind.Object, JsonValueKind.Object):
                foreach (JsonProperty member in before.EnumerateObject())
                {
                    string at = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
                    if (after.TryGetProperty(member.Name, out JsonElement now)) Compare(at, member.Value, now, changes);
                    else changes.Add(new MemberChange(at, member.Value, null));
                }
                foreach (JsonProperty member in after.EnumerateObject())
                {
                    if (!before.TryGetProperty(member.Name, out _)) changes.Add(new MemberChange(path.Length == 0 ? member.Name : $"{path}.{member.Name}", null, member.Value));
                }
                break;
            case (JsonValueKind.Array, JsonValueKind.Array) when before.GetArrayLength() == after.GetArrayLength():
                for (int i = 0; i < before.GetArrayLength(); i++) Compare($"{path}[{i}]", before[i], after[i], changes);
                break;
            case (JsonValueKind.String, JsonValueKind.String):
                changes.Add(new MemberChange(path, before, after, TextDiff.Between(before.GetString()!, after.GetString()!)));
                break;
            default:
                changes.Add(new MemberChange(path, before, after));
                break;
        }
    }
}
