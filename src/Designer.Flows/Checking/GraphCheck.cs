namespace Designer.Flows;

/// <summary>Edges, ports, loops in the graph, and what never runs.</summary>
internal sealed class GraphCheck(FlowDocument document, RunOrder order, Findings findings)
{
    private readonly HashSet<string> _allNodes = [.. AllNodes(document.Nodes).Select(n => n.Id)];

    public void Check(FlowLevel top)
    {
        CheckStarts(top);
        if (!AllLevels(top).Any(l => l.Types.Any(t => t?.Group == NodeGroup.Output)))
            findings.Warn("flow.noAnswer", $"No node answers, so the caller gets nothing back.", fix: $"Add an Answer node.");
        foreach (FlowLevel level in AllLevels(top)) CheckLevel(level);
    }

    /// <summary>A node that begins a flow: it has a way out, but nothing leads into it.</summary>
    public static bool IsStart(FlowLevel level, int node) => level.Ports[node] is { } ports && ports.All(p => p.Kind == PortKind.Out) && ports.Count > 0;

    private void CheckStarts(FlowLevel top)
    {
        int[] starts = [.. Enumerable.Range(0, top.Nodes.Count).Where(i => IsStart(top, i))];
        if (starts.Length == 0) findings.Error("flow.noStart", $"The flow has no start.", fix: $"Add a Start node.");
        foreach (int extra in starts.Skip(1)) findings.Error("flow.manyStarts", $"A flow has one start; {Findings.NameOf(top.Nodes[extra])} is another.", top.Nodes[extra], fix: $"Remove it.");
        if (starts.Length > 0) CheckReachable(top, starts[0]);
        foreach (FlowLevel body in AllLevels(top).Skip(1))
        {
            for (int i = 0; i < body.Nodes.Count; i++)
                if (IsStart(body, i)) findings.Error("flow.manyStarts", $"{Findings.NameOf(body.Nodes[i])} starts a flow and cannot stand inside a loop.", body.Nodes[i], fix: $"Remove it.");
        }
    }

    private void CheckReachable(FlowLevel top, int start)
    {
        HashSet<int> reached = [start];
        Stack<int> open = new([start]);
        while (open.TryPop(out int node))
        {
            foreach (Link link in top.Outgoing[node]) if (reached.Add(link.To)) open.Push(link.To);
        }
        for (int i = 0; i < top.Nodes.Count; i++)
        {
            if (reached.Contains(i) || top.IsAttached(i) || IsStart(top, i) || top.Types[i] is null) continue;
            bool isTool = top.Ports[i]!.Any(p => p.Kind == PortKind.Tool);
            if (isTool && top.Ports[i]!.All(p => p.Kind != PortKind.In))
                findings.Warn("attach.unused", $"{Findings.NameOf(top.Nodes[i])} hangs below no agent, so nobody calls it.", top.Nodes[i], fix: $"Connect it to an agent.");
            else
                findings.Warn("node.unreachable", $"{Findings.NameOf(top.Nodes[i])} never runs: no path leads to it from the start.", top.Nodes[i], fix: $"Connect it or remove it.");
        }
    }

    private void CheckLevel(FlowLevel level)
    {
        CheckCycles(level);
        HashSet<(string, string)> seen = [];
        foreach (FlowEdge edge in level.Edges)
        {
            if (!seen.Add((edge.From, edge.To))) findings.Error("edge.duplicate", $"Two edges connect the same ports.", edge: edge, fix: $"Remove one of them.");
            CheckEdge(level, edge);
        }
        for (int i = 0; i < level.Nodes.Count; i++)
        {
            FlowNode node = level.Nodes[i];
            if (level.IsAttached(i) && (level.Incoming[i].Count > 0 || level.Outgoing[i].Count > 0))
                findings.Error("edge.kind", $"{Findings.NameOf(node)} is a tool of an agent, so it cannot also stand in the sequence.", node, fix: $"Remove its other edges.");
            if (node.Join is not null) CheckJoin(level, i);
            if (FlowLevel.Branches(node) && level.Outgoing[i].All(l => l.Port != "error"))
                findings.Warn("errorPort.unused", $"When {Findings.NameOf(node)} fails, its error goes nowhere and is forgotten.", node, "onError", $"Connect the error port, or let the run fail.");
        }
    }

    private void CheckJoin(FlowLevel level, int index)
    {
        FlowNode node = level.Nodes[index];
        if (node.Join is not ("all" or "any")) findings.Error("join.invalid", $"A join waits for all of its branches or for any.", node, "join");
        else if (node.Join == "any" && level.Incoming[index].Count < 2)
            findings.Warn("join.single", $"{Findings.NameOf(node)} joins branches, but only one leads to it.", node, "join", $"Remove the join.");
    }

    private void CheckEdge(FlowLevel level, FlowEdge edge)
    {
        bool hasSource = level.IndexOf.TryGetValue(edge.Source.Node, out int from);
        bool hasTarget = level.IndexOf.TryGetValue(edge.Target.Node, out int to);
        if (!hasSource || !hasTarget)
        {
            string missing = hasSource ? edge.Target.Node : edge.Source.Node;
            if (_allNodes.Contains(missing)) findings.Error("container.borderEdge", $"An edge cannot cross the border of a loop to \"{missing}\".", edge: edge, fix: $"Connect the loop itself.");
            else findings.Error("edge.dangling", $"An edge leads to \"{missing}\", which does not exist.", edge: edge, fix: $"Remove the edge.");
            return;
        }
        PortKind? source = Port(level, from, edge.Source.Port, edge);
        PortKind? target = Port(level, to, edge.Target.Port, edge);
        if (source is null || target is null) return;
        if ((source, target) is not ((PortKind.Out, PortKind.In) or (PortKind.Attachment, PortKind.Tool)))
            findings.Error("edge.kind", $"The port \"{edge.Source.Port}\" of {Findings.NameOf(level.Nodes[from])} does not fit the port \"{edge.Target.Port}\" of {Findings.NameOf(level.Nodes[to])}.", edge: edge, fix: $"Tools hang below an agent; everything else goes from a way out to a way in.");
    }

    /// <summary>The kind of a port, or null when it is unknown or wrong; the latter is told.</summary>
    private PortKind? Port(FlowLevel level, int index, string port, FlowEdge edge)
    {
        FlowNode node = level.Nodes[index];
        if (level.Types[index] is null) return null;
        if (level.KindOf(index, port) is { } kind) return kind;
        if (port == "error") findings.Error("errorPort.notBranching", $"An edge leaves {Findings.NameOf(node)} when it fails, but it does not branch on errors.", node, "onError", $"Set \"On error\" to branch.", edge);
        else findings.Error("port.unknown", $"{Findings.NameOf(node)} has no port \"{port}\".", node, fix: $"Connect another port.", edge: edge);
        return null;
    }

    private void CheckCycles(FlowLevel level)
    {
        foreach (IReadOnlyList<int> cycle in Cycles.Of(level, order.Cyclic(level)))
        {
            Sentence names = Sentence.Join(", ", [.. cycle.Take(5).Select(i => Findings.NameOf(level.Nodes[i])), .. cycle.Count > 5 ? (Sentence[])[$"…"] : []]);
            findings.Error("flow.cycle", cycle.Count == 1 ? (Sentence)$"{names} leads back to itself." : $"{names} lead back to each other, so none of them could ever start.", level.Nodes[cycle[0]], fix: $"Remove an edge, or use a loop node.");
        }
    }

    private static IEnumerable<FlowLevel> AllLevels(FlowLevel level) => level.Bodies.OfType<FlowLevel>().SelectMany(AllLevels).Prepend(level);
    private static IEnumerable<FlowNode> AllNodes(IEnumerable<FlowNode> nodes) => nodes.SelectMany(n => AllNodes(n.Children?.Nodes ?? []).Prepend(n));
}
