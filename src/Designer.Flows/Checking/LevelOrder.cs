namespace Designer.Flows;

/// <summary>The order of one level. Facts are computed along the topological order, each from its predecessors' as sets of bits.</summary>
internal sealed class LevelOrder
{
    private readonly FlowLevel _level;
    private readonly int _count;
    private readonly Facts[] _facts;
    private readonly Implied[][] _implied;
    private readonly Facts _end;

    public LevelOrder(FlowLevel level)
    {
        _level = level;
        _count = level.Nodes.Count;
        _facts = new Facts[_count];
        _implied = [.. Enumerable.Range(0, _count).Select(ImpliedBy)];
        (List<int> order, Cyclic) = Sort();
        foreach (int node in order) _facts[node] = level.IsAttached(node) ? Attached(node) : After(level.Incoming[node], level.Nodes[node].Join == "any");
        foreach (int node in Cyclic) _facts[node] = new Facts(_count);
        _end = End(order);
    }

    /// <summary>Nodes on a cycle or behind one; nothing is certain about them.</summary>
    public IReadOnlyList<int> Cyclic { get; }

    public RanBefore Before(int node, int target) => Known(_facts[node], target);
    public RanBefore AtEnd(int target) => Known(_end, target);

    /// <summary>What is known at a moment. <c>Waited</c> are the nodes that are surely decided by then, run or skipped.</summary>
    private readonly struct Facts(int count)
    {
        public readonly Bits Ancestors = new(count), Waited = new(count), Ran = new(count), Ok = new(count), Failed = new(count);

        public void Union(Facts other)
        {
            Ancestors.Union(other.Ancestors);
            Waited.Union(other.Waited);
            Ran.Union(other.Ran);
            Ok.Union(other.Ok);
            Failed.Union(other.Failed);
        }

        public void IntersectKnown(Facts other)
        {
            Ran.Intersect(other.Ran);
            Ok.Intersect(other.Ok);
            Failed.Intersect(other.Failed);
        }
    }

    private RanBefore Known(Facts facts, int target)
    {
        if (!facts.Ancestors[target] || _level.IsAttached(target)) return RanBefore.Never;
        if (_level.Nodes[target].Disabled) return RanBefore.Possibly;
        return facts.Ok[target] ? RanBefore.Surely : facts.Failed[target] ? RanBefore.Failed : RanBefore.Possibly;
    }

    /// <summary>A tool knows what all of its agents knew when they started.</summary>
    private Facts Attached(int node)
    {
        Facts facts = new(_count);
        List<int> hosts = _level.Hosts[node];
        facts.Union(_facts[hosts[0]]);
        foreach (int host in hosts.Skip(1))
        {
            facts.Ancestors.Union(_facts[host].Ancestors);
            facts.Waited.Intersect(_facts[host].Waited);
            facts.IntersectKnown(_facts[host]);
        }
        return facts;
    }

    /// <summary>What a node knows that starts when one (any) or all of these edges are decided and at least one was taken.</summary>
    private Facts After(List<Link> incoming, bool any)
    {
        Facts facts = new(_count);
        for (int i = 0; i < incoming.Count; i++)
        {
            Facts taken = Taken(incoming[i]);
            facts.Ancestors.Union(taken.Ancestors);
            facts.Waited.Union(taken.Waited);
            if (i == 0)
            {
                facts.Ran.Union(taken.Ran);
                facts.Ok.Union(taken.Ok);
                facts.Failed.Union(taken.Failed);
            }
            else facts.IntersectKnown(taken);
        }
        if (any)
        {
            // It starts with one of its branches; of the others nobody knows how far they are.
            facts.Waited.Intersect(facts.Ran);
        }
        else if (incoming.Count > 1) Follow(facts);
        return facts;
    }

    private Facts Taken(Link link)
    {
        Facts facts = new(_count);
        facts.Union(_facts[link.From]);
        facts.Ancestors.Add(link.From);
        facts.Waited.Add(link.From);
        facts.Ran.Add(link.From);
        if (link.Port == "error" && FlowLevel.Branches(_level.Nodes[link.From])) facts.Failed.Add(link.From);
        else facts.Ok.Add(link.From);
        return facts;
    }

    /// <summary>Whatever surely follows from what surely ran, and was waited for, ran too.</summary>
    private void Follow(Facts facts)
    {
        Stack<int> open = new(facts.Ran.Items());
        while (open.TryPop(out int node))
        {
            foreach (Implied implied in _implied[node])
            {
                if (facts.Ran[implied.To] || !facts.Waited[implied.To]) continue;
                bool isSure = facts.Failed[node] ? implied.WhenFailed : facts.Ok[node] ? implied.WhenOk : implied.WhenOk && implied.WhenFailed;
                if (!isSure) continue;
                facts.Ran.Add(implied.To);
                if (!FlowLevel.Branches(_level.Nodes[implied.To])) facts.Ok.Add(implied.To);
                open.Push(implied.To);
            }
        }
    }

    /// <summary>A node that runs if this one did: all ways out of this one lead there.</summary>
    private readonly record struct Implied(int To, bool WhenOk, bool WhenFailed);

    private Implied[] ImpliedBy(int node)
    {
        HashSet<string>? ways = _level.WaysOut(node)?.ToHashSet(StringComparer.Ordinal);
        return [.. _level.Outgoing[node]
            .GroupBy(l => l.To)
            .Select(to => new Implied(to.Key, ways is { Count: > 0 } && ways.IsSubsetOf(to.Select(l => l.Port)), to.Any(l => l.Port == "error")))
            .Where(i => i.WhenOk || i.WhenFailed)];
    }

    /// <summary>When a level is over all its nodes are decided, and those without an incoming edge ran.</summary>
    private Facts End(List<int> order)
    {
        Facts facts = new(_count);
        foreach (int node in order)
        {
            if (_level.IsAttached(node)) continue;
            facts.Ancestors.Add(node);
            facts.Waited.Add(node);
            if (_level.Incoming[node].Count > 0) continue;
            facts.Ran.Add(node);
            if (!FlowLevel.Branches(_level.Nodes[node])) facts.Ok.Add(node);
        }
        Follow(facts);
        return facts;
    }

    private (List<int> Order, List<int> Cyclic) Sort()
    {
        int[] open = new int[_count];
        List<int>[] next = [.. Enumerable.Range(0, _count).Select(i => _level.Outgoing[i].Select(l => l.To).ToList())];
        for (int i = 0; i < _count; i++) foreach (int host in _level.Hosts[i]) next[host].Add(i);
        foreach (int to in next.SelectMany(n => n)) open[to]++;
        Queue<int> ready = new(Enumerable.Range(0, _count).Where(i => open[i] == 0));
        List<int> order = [];
        while (ready.TryDequeue(out int node))
        {
            order.Add(node);
            foreach (int to in next[node]) if (--open[to] == 0) ready.Enqueue(to);
        }
        return (order, [.. Enumerable.Range(0, _count).Where(i => open[i] > 0)]);
    }
}
