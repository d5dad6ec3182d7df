namespace Designer.Flows;

/// <summary>Merges what belongs to the flow itself: its own members, variables, slots, notes and groups.</summary>
internal static class HeadMerge
{
    public static FlowDocument Merge(FlowDocument @base, FlowDocument mine, FlowDocument theirs, Choices choices)
    {
        FlowDocument head = Members.Merge("flow", "", theirs.Name, Own(@base), Own(mine), Own(theirs), choices);
        return head with
        {
            Variables = [.. Members.Lists("variable", Variables(@base), Variables(mine), Variables(theirs), null, choices).Select(v => v.Value)],
            Slots = new OrderedMap<FlowSlot>(Members.Lists("slot", [.. @base.Slots], [.. mine.Slots], [.. theirs.Slots], null, choices)),
            Notes = [.. Members.Lists("note", Notes(@base), Notes(mine), Notes(theirs), n => n.Text, choices).Select(n => n.Value)],
            Groups = [.. Members.Lists("group", Groups(@base), Groups(mine), Groups(theirs), g => g.Title, choices).Select(g => g.Value)],
        };
    }

    private static FlowDocument Own(FlowDocument flow) => flow with { Nodes = [], Edges = [], Variables = [], Slots = OrderedMap<FlowSlot>.Empty, Notes = [], Groups = [] };

    private static List<KeyValuePair<string, FlowVariable>> Variables(FlowDocument flow) => [.. flow.Variables.DistinctBy(v => v.Name).Select(v => KeyValuePair.Create(v.Name, v))];

    private static List<KeyValuePair<string, FlowGroup>> Groups(FlowDocument flow) => [.. flow.Groups.Select(g => KeyValuePair.Create(g.Id, g))];

    private static List<KeyValuePair<string, FlowNote>> Notes(FlowDocument flow) => [.. flow.Notes.Select(n => KeyValuePair.Create(n.Id, n))];
}
