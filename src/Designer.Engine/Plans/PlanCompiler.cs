using System.Collections.Frozen;
using System.Text.Json;
using Designer.Flows;

namespace Designer.Engine;

/// <summary>Checks a version and compiles it. All look-ups by name happen here, once.</summary>
internal sealed class PlanCompiler(NodeCatalog catalog)
{
    /// <exception cref="FlowProblemsException">The document has errors.</exception>
    public FlowPlan Compile(FlowVersion version)
    {
        CheckContext context = new(version.Bindings.ToDictionary(b => b.Key, b => (string?)b.Value));
        Problem[] errors = [.. FlowChecker.Check(version.Document, catalog, context).Where(p => p.Severity == ProblemSeverity.Error)];
        if (errors.Length > 0) throw new FlowProblemsException(errors);
        return new FlowPlan(version, Level(version.Document.Nodes, version.Document.Edges, new ValueCompiler(version.Bindings), isTop: true));
    }

    private LevelPlan Level(IReadOnlyList<FlowNode> nodes, IReadOnlyList<FlowEdge> edges, ValueCompiler values, bool isTop)
    {
        NodePlan[] plans = [.. nodes.Select((n, i) => Node(n, i, values))];
        Dictionary<string, NodePlan> byId = plans.ToDictionary(p => p.Id);
        (NodePlan From, string Port, NodePlan To)[] sequence = [.. edges.Where(e => !IsAttachment(e, byId)).Select(e => (byId[e.Source.Node], e.Source.Port, byId[e.Target.Node]))];
        HashSet<int> attached = Attach(edges, byId);

        int[] sources = [.. plans.Where(p => !attached.Contains(p.Index) && (isTop ? !HasInput(p) : sequence.All(e => e.To != p))).Select(p => p.Index)];
        HashSet<int> reachable = Reach(sources, sequence);
        foreach (IGrouping<NodePlan, (NodePlan From, string Port, NodePlan To)> from in sequence.Where(e => reachable.Contains(e.From.Index)).GroupBy(e => e.From))
        {
            from.Key.Outgoing = [.. from.Select(e => new EdgePlan(e.Port, e.To.Index))];
            foreach ((_, _, NodePlan to) in from) to.Incoming++;
        }
        Stream(plans);
        return new LevelPlan(plans) { Sources = sources, Reachable = reachable.Count };
    }

    private static bool HasInput(NodePlan plan) => plan.Entry.Descriptor.Ports.Any(p => p.Kind == PortKind.In);

    private static bool IsAttachment(FlowEdge edge, Dictionary<string, NodePlan> byId) =>
        byId[edge.Source.Node].Entry.Descriptor.Ports.Any(p => p.Kind == PortKind.Attachment && p.Name == edge.Source.Port);

    private static HashSet<int> Attach(IReadOnlyList<FlowEdge> edges, Dictionary<string, NodePlan> byId)
    {
        HashSet<int> attached = [];
        foreach (IGrouping<string, FlowEdge> below in edges.Where(e => IsAttachment(e, byId)).GroupBy(e => e.Source.Node))
        {
            byId[below.Key].Attached = below.GroupBy(e => e.Source.Port).ToFrozenDictionary(g => g.Key, g => g.Select(e => Face(byId[e.Target.Node])).ToArray());
            attached.UnionWith(below.Select(e => byId[e.Target.Node].Index));
        }
        return attached;
    }

    private static AttachedPlan Face(NodePlan plan) =>
        new(new AttachedNode(plan.Id, plan.Document.Name, plan.Document.Type, plan.Document.Settings, plan.Entry.Descriptor, ArgumentNames(plan.Document.Settings)), plan);

    private static string[] ArgumentNames(JsonElement settings) =>
        [.. Strings(settings).SelectMany(t => Template.Parse(t).References).Where(r => r.Root == "args" && r.Path.Count > 0).Select(r => r.Path[0]).Distinct()];

    private static IEnumerable<string> Strings(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString()!.Contains("args", StringComparison.Ordinal) ? [json.GetString()!] : [],
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Strings),
        JsonValueKind.Object => json.EnumerateObject().SelectMany(m => Strings(m.Value)),
        _ => [],
    };

    private static HashSet<int> Reach(int[] sources, (NodePlan From, string Port, NodePlan To)[] sequence)
    {
        ILookup<int, int> next = sequence.ToLookup(e => e.From.Index, e => e.To.Index);
        HashSet<int> reached = [.. sources];
        Queue<int> open = new(sources);
        while (open.TryDequeue(out int index))
            foreach (int target in next[index])
                if (reached.Add(target)) open.Enqueue(target);
        return reached;
    }

    private NodePlan Node(FlowNode node, int index, ValueCompiler values)
    {
        NodeEntry entry = catalog.Entry(node.Type)!;
        return new NodePlan
        {
            Index = index,
            Id = node.Id,
            Document = node,
            Entry = entry,
            Settings = values.CompileRecord(node.Settings, entry.Node.SettingsType),
            JoinsAny = node.Join == "any",
            Timeout = Duration.TryParse(node.Timeout, out TimeSpan timeout) ? timeout : null,
            Retry = node.Retry is { Attempts: > 1 } retry ? new RetryPlan(retry.Attempts, Backoff(retry)) : null,
            OnError = node.OnError is { } policy ? new ErrorPlan(Enum.Parse<ErrorMode>(policy.Mode, ignoreCase: true), policy.Value, policy.Port ?? "out") : ErrorPlan.Fail,
            Body = node.Children is { } body ? Level(body.Nodes, body.Edges, values, isTop: false) : null,
        };
    }

    private static Func<int, TimeSpan> Backoff(RetryPolicy retry)
    {
        TimeSpan first = Duration.TryParse(retry.Delay, out TimeSpan delay) ? delay : TimeSpan.FromSeconds(1);
        return retry.Backoff switch
        {
            "none" => _ => first,
            "linear" => failures => first * failures,
            _ => failures => TimeSpan.FromTicks(Math.Min(TimeSpan.FromMinutes(5).Ticks, first.Ticks << Math.Min(failures - 1, 20))),
        };
    }

    /// <summary>
    /// Finds the text nodes that lead straight to an answer which says exactly their text: their tokens may pass to the caller at once.
    /// Whatever stands between (a guard, a branch, more text) makes the answer wait for the whole.
    /// </summary>
    private static void Stream(NodePlan[] plans)
    {
        foreach (NodePlan answer in plans.Where(p => typeof(IAnswerOutputs).IsAssignableFrom(p.Node.OutputsType) && p.Incoming == 1))
        {
            if (answer.Document.Settings.ValueKind != JsonValueKind.Object || !answer.Document.Settings.TryGetProperty("text", out JsonElement text) || text.ValueKind != JsonValueKind.String) continue;
            if (Template.Parse(text.GetString()!).Single is not { Path: ["text"] } reference) continue;
            NodePlan? source = Array.Find(plans, p => p.Id == reference.Root);
            if (source is not null && source.Outgoing.Any(e => e.Port == "out" && e.Target == answer.Index)) source.StreamsTo = answer.Id;
        }
    }
}
