using CsCheck;
using Xunit;
using static Designer.Flows.Tests.Checking.Draw;

namespace Designer.Flows.Tests.Checking;

public class RunOrderTests
{
    private static RunOrder Order(FlowDocument flow) => RunOrder.Of(flow, TestTypes.All);

    [Fact]
    public void Joins_and_branches_are_understood()
    {
        FlowDocument flow = Flow(
            [Node("i", "if"), Node("a", "work"), Node("b", "work"), Node("c", "work"), Node("all", "work"), Node("any", "work") with { Join = "any" }, Node("end", "work")],
            "start>i", "i:true>a", "i:false>b", "start>c", "a>all", "b>all", "c>all", "a>any", "c>any", "all>end", "any>end");
        RunOrder order = Order(flow);
        Assert.Equal(RanBefore.Surely, order.Before("all", "start"));
        Assert.Equal(RanBefore.Surely, order.Before("all", "i"));
        Assert.Equal(RanBefore.Surely, order.Before("all", "c"));
        Assert.Equal(RanBefore.Possibly, order.Before("all", "a"));
        Assert.Equal(RanBefore.Possibly, order.Before("any", "c"));
        Assert.Equal(RanBefore.Surely, order.Before("any", "start"));
        Assert.Equal(RanBefore.Surely, order.Before("end", "all"));
        Assert.Equal(RanBefore.Never, order.Before("a", "b"));
        Assert.Equal(RanBefore.Never, order.Before("a", "end"));
        Assert.Equal(RanBefore.Never, order.Before("a", "a"));
        Assert.Equal(RanBefore.Never, order.Before("nobody", "a"));
    }

    [Fact]
    public void Bodies_see_what_their_container_knew()
    {
        FlowDocument flow = Line(Node("v", "work"), Loop("l", "each", null, [Node("i", "if"), Node("x", "work"), Node("y", "work")], "i:true>x", "i:false>y"), Node("w", "work"));
        RunOrder order = Order(flow);
        Assert.Equal(RanBefore.Surely, order.Before("x", "v"));
        Assert.Equal(RanBefore.Surely, order.Before("x", "i"));
        Assert.Equal(RanBefore.Never, order.Before("x", "w"));
        Assert.Equal(RanBefore.Never, order.Before("w", "x"));
        Assert.Equal(RanBefore.Surely, order.AtEnd("l", "i"));
        Assert.Equal(RanBefore.Possibly, order.AtEnd("l", "x"));
        Assert.Equal(RanBefore.Never, order.AtEnd("l", "v"));
    }

    private sealed record Case(FlowDocument Flow, int Seed);

    /// <summary>Graphs of work, branches, error branches and joins of both kinds; edges only go forward.</summary>
    private static readonly Gen<FlowDocument> Graphs = Gen.Int[1, 9].SelectMany(count => Gen.Select(
        Gen.Select(Gen.OneOf("work", "if", "route", "work!"), Gen.Bool).Array[count],
        Gen.Select(Gen.Int[0, count], Gen.Int[1, count], Gen.Int[0, 3]).Array[count, 3 * count]).Select((kinds, links) =>
    {
        FlowNode[] nodes = [.. kinds.Select((k, i) => Node($"n{i + 1}", k.Item1.TrimEnd('!'), k.Item1 == "route" ? """{"cases":[{"name":"a"}]}""" : null) with
        {
            Join = k.Item2 ? "any" : null,
            OnError = k.Item1 == "work!" ? new ErrorPolicy("branch") : null,
        })];
        string Port(int from, int pick) => from == 0 ? "out" : kinds[from - 1].Item1 switch
        {
            "if" => pick % 2 == 0 ? "true" : "false",
            "route" => pick % 2 == 0 ? "case:a" : "other",
            "work!" => pick % 2 == 0 ? "out" : "error",
            _ => "out",
        };
        string Id(int i) => i == 0 ? "start" : $"n{i}";
        string[] edges = [.. links.Where(l => l.Item1 < l.Item2).Select(l => $"{Id(l.Item1)}:{Port(l.Item1, l.Item3)}>{Id(l.Item2)}").Distinct()];
        return Flow(nodes, edges);
    }));

    [Fact]
    public void What_is_called_sure_is_so_in_every_run()
    {
        Gen.Select(Graphs, Gen.Int[0, 1_000_000]).Select((flow, seed) => new Case(flow, seed)).Sample(c =>
        {
            RunOrder order = Order(c.Flow);
            for (int run = 0; run < 12; run++)
            {
                foreach ((string node, HashSet<string> ok, HashSet<string> failed) in Run(c.Flow, new Random(c.Seed + run)))
                {
                    foreach (FlowNode target in c.Flow.Nodes)
                    {
                        RanBefore said = order.Before(node, target.Id);
                        if (said == RanBefore.Surely) Assert.Contains(target.Id, ok);
                        if (said == RanBefore.Failed) Assert.Contains(target.Id, failed);
                    }
                }
            }
        }, iter: 3_000, print: c => string.Join(' ', c.Flow.Edges.Select(e => $"{e.From}>{e.To}")) + " " + string.Join(' ', c.Flow.Nodes.Select(n => $"{n.Id}:{n.Type}:{n.Join}")));
    }

    /// <summary>A naive run with a random schedule: for each node that starts, what has completed by then.</summary>
    private static IEnumerable<(string Node, HashSet<string> Ok, HashSet<string> Failed)> Run(FlowDocument flow, Random random)
    {
        Dictionary<string, FlowNode> nodes = flow.Nodes.ToDictionary(n => n.Id);
        Dictionary<FlowEdge, bool> decided = [];
        HashSet<string> done = [], ok = [], failed = [], running = [];
        List<string> ready = ["start"];
        while (ready.Count + running.Count > 0)
        {
            if (ready.Count > 0 && (running.Count == 0 || random.Next(2) == 0))
            {
                string next = ready[random.Next(ready.Count)];
                ready.Remove(next);
                running.Add(next);
                yield return (next, [.. ok], [.. failed]);
                continue;
            }
            string ended = running.ElementAt(random.Next(running.Count));
            running.Remove(ended);
            string port = PortOf(nodes[ended], random);
            (port == "error" ? failed : ok).Add(ended);
            Decide(ended, port);
        }

        void Decide(string node, string? port)
        {
            foreach (FlowEdge edge in flow.Edges.Where(e => e.Source.Node == node)) decided[edge] = edge.Source.Port == port;
            foreach (string target in flow.Edges.Where(e => e.Source.Node == node).Select(e => e.Target.Node).Distinct())
            {
                FlowEdge[] incoming = [.. flow.Edges.Where(e => e.Target.Node == target)];
                bool all = incoming.All(decided.ContainsKey), taken = incoming.Any(e => decided.GetValueOrDefault(e));
                if (done.Contains(target) || !(all || taken && nodes[target].Join == "any")) continue;
                done.Add(target);
                if (taken) ready.Add(target);
                else Decide(target, null);
            }
        }
    }

    private static string PortOf(FlowNode node, Random random) => (node.Type, random.Next(2)) switch
    {
        ("if", 0) => "true",
        ("if", _) => "false",
        ("route", 0) => "case:a",
        ("route", _) => "other",
        (_, 1) when node.OnError is not null => "error",
        _ => "out",
    };
}
