namespace Designer.Flows;

/// <summary>Merges what belongs to the flow itself: its own members, variables, slots and notes.</summary>
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
        };
    }

    private static FlowDocument Own(FlowDocument flow) => flow with { Nodes = [], Edges = [], Variables = [], Slots = OrderedMap<FlowSlot>.Empty, Notes = [] };

    private static List<KeyValuePair<string, FlowVariable>> Variables(FlowDocument flow) => [.. flow.Variables.DistinctBy(v => v.Name).Select(v => KeyValuePair.Create(v.Name, v))];

    private static List<KeyValuePair<string, FlowNote>> Notes(FlowDocument flow) => [.. flow.Notes.Select(n => KeyValuePair.Create(n.Id, n))];
}
