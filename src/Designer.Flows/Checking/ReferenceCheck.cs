namespace Designer.Flows;

/// <summary>What a reference points to: whether it exists, has run by then, and which type it has.</summary>
internal sealed class ReferenceCheck(FlowDocument document, FlowLevel top, RunOrder order, Findings findings)
{
    private static readonly Dictionary<string, FlowType> RunNames = new() { ["id"] = FlowType.String, ["now"] = FlowType.String, ["conversationId"] = FlowType.String };
    private static readonly Dictionary<string, FlowType> ConversationNames = new() { ["id"] = FlowType.String, ["messages"] = FlowType.Array(FlowType.Message), ["variables"] = FlowType.Object };

    private readonly HashSet<string> _elsewhere = [.. IdsOf(top)];

    /// <summary>Tells what is wrong with a reference. Returns its type, or null when something is.</summary>
    /// <param name="isDeferred">The setting is evaluated at the end of an iteration of the container that has it.</param>
    public FlowType? Check(Place place, ReferencePath reference, string path, bool isDeferred, bool allowsMissing)
    {
        if (isDeferred && FindInBody(place, reference, path) is { IsFound: true } inBody) return inBody.Type;
        foreach (Place at in place.Outwards())
        {
            if (at.Level.IndexOf.TryGetValue(reference.Root, out int target)) return CheckNode(place, new Place(at.Level, target), reference, path, order.Before(at, target), allowsMissing);
            if (at.Level.ContainerType?.BodyNames.GetValueOrDefault(reference.Root) is { } members)
                return CheckMember(place, reference, path, MembersOf(members, at.Level.ContainerNode!, reference.Root));
        }
        return CheckRun(place, reference, path);
    }

    private readonly record struct Found(bool IsFound, FlowType? Type);

    private Found FindInBody(Place place, ReferencePath reference, string path)
    {
        if (place.Type?.BodyNames.GetValueOrDefault(reference.Root) is { } members)
            return new Found(true, CheckMember(place, reference, path, MembersOf(members, place.Node, reference.Root)));
        if (place.Level.Bodies[place.Index] is not { } body || !body.IndexOf.TryGetValue(reference.Root, out int target)) return default;
        return new Found(true, CheckNode(place, new Place(body, target), reference, path, order.AtEnd(body, target), allowsMissing: false));
    }

    /// <param name="ran">Null where a cycle makes all order uncertain; the cycle is told already.</param>
    private FlowType? CheckNode(Place place, Place target, ReferencePath reference, string path, RanBefore? ran, bool allowsMissing)
    {
        bool isError = reference.Path is ["error", ..] && FlowLevel.Branches(target.Node);
        FlowType? type = isError ? FlowType.Any : CheckOutput(place, target, reference, path);
        if (ran == RanBefore.Never)
        {
            findings.Error("ref.notBefore", NeverMessage(place, target), place.Node, path, $"Connect the nodes so that it comes first, or take another value.", spot: new ProblemSpot(reference.Text));
            return null;
        }
        bool isSure = ran is null || ran == (isError ? RanBefore.Failed : RanBefore.Surely);
        if (!isSure && !reference.IsHandled && !allowsMissing)
        {
            Sentence reason = isError ? $"may not have failed" : ran == RanBefore.Failed ? $"has failed" : target.Node.Disabled ? (Sentence)$"is disabled" : $"may not have run";
            findings.Warn("ref.mayNotRun", $"{target.Name} {reason} when {place.Name} starts, so {{{{ {reference.Text} }}}} may be empty.", place.Node, path, $"Say what stands in its place: {{{{ {reference.Text} | default: \"\" }}}}", spot: new ProblemSpot(reference.Text));
        }
        return type;
    }

    private static Sentence NeverMessage(Place place, Place target)
    {
        if (target.Level.IsAttached(target.Index)) return $"{target.Name} runs only when its agent calls it, so {place.Name} cannot use its values.";
        return target == place ? (Sentence)$"{place.Name} cannot use its own outputs." : $"{target.Name} does not run before {place.Name}, so its values are not there yet.";
    }

    private FlowType? CheckOutput(Place place, Place target, ReferencePath reference, string path)
    {
        if (target.Type is not { } descriptor || reference.Path.Count == 0) return FlowType.Any;
        IReadOnlyList<OutputDescriptor> outputs = descriptor.OutputsOf(target.Node.Settings);
        // A type that declares nothing may put out anything.
        if (outputs.Count == 0 && descriptor.OutputsFrom is null) return FlowType.Any;
        if (outputs.FirstOrDefault(o => o.Name == reference.Path[0]) is { } output) return CheckPath(place, reference, path, output.Type, 1);
        // Outputs that follow from a value are known only when the run is there.
        if (descriptor.OutputsFrom is { } from && descriptor.ValueOf(target.Node.Settings, from.Setting).ValueKind == System.Text.Json.JsonValueKind.String) return FlowType.Any;
        Sentence fix = reference.Path[0] == "error"
            ? $"Set \"On error\" of that node to branch."
            : Nearest(reference.Path[0], outputs.Select(o => o.Name)) is { } near ? $"Did you mean {target.Node.Id}.{near}?" : outputs.Count == 0 ? (Sentence)$"It has no outputs yet." : $"It has {string.Join(", ", outputs.Select(o => o.Name).Take(8))}.";
        findings.Error("ref.field", $"{target.Name} has no output \"{reference.Path[0]}\".", place.Node, path, fix, spot: new ProblemSpot(reference.Text));
        return null;
    }

    private FlowType? CheckPath(Place place, ReferencePath reference, string path, FlowType type, int from)
    {
        for (int i = from; i < reference.Path.Count; i++)
        {
            if (type.Member(reference.Path[i]) is { } member)
            {
                type = member;
                continue;
            }
            string before = string.Join('.', reference.Path.Take(i).Prepend(reference.Root));
            Sentence fix = type.Name == "array" ? (Sentence)$"It is a list: use {before}[0], {before}.first, or a loop." : $"Take another value.";
            findings.Error("ref.field", $"{before} is of the type {type} and has no \"{reference.Path[i]}\".", place.Node, path, fix, spot: new ProblemSpot(reference.Text));
            return null;
        }
        return type;
    }

    /// <summary>What a container offers its body; <c>*</c> stands for the names that a setting of the same name lists (a loop's state).</summary>
    private static Dictionary<string, FlowType> MembersOf(IReadOnlyDictionary<string, FlowType> declared, FlowNode container, string root)
    {
        Dictionary<string, FlowType> members = new(declared.Where(m => m.Key != "*"));
        foreach (OutputDescriptor named in OutputsFrom.Read(SettingReader.Value(container.Settings, root))) members.TryAdd(named.Name, named.Type);
        return members;
    }

    private FlowType? CheckMember(Place place, ReferencePath reference, string path, Dictionary<string, FlowType> members)
    {
        if (reference.Path.Count == 0) return FlowType.Object;
        if (members.TryGetValue(reference.Path[0], out FlowType? type)) return CheckPath(place, reference, path, type, 1);
        Sentence fix = Nearest(reference.Path[0], members.Keys) is { } near ? $"Did you mean {reference.Root}.{near}?" : members.Count == 0 ? (Sentence)$"Nothing is declared there." : $"There is {string.Join(", ", members.Keys.Take(8))}.";
        findings.Error("ref.unknown", $"There is no {{{{ {reference.Root}.{reference.Path[0]} }}}}.", place.Node, path, fix, spot: new ProblemSpot(reference.Text));
        return null;
    }

    private FlowType? CheckRun(Place place, ReferencePath reference, string path)
    {
        switch (reference.Root)
        {
            case "run": return CheckMember(place, reference, path, RunNames);
            case "vars": return CheckMember(place, reference, path, document.Variables.DistinctBy(v => v.Name).ToDictionary(v => v.Name, v => FlowType.Parse(v.Type) ?? FlowType.Any));
            case "conversation" when document.Mode == FlowMode.Chat || reference.IsHandled: return CheckMember(place, reference, path, ConversationNames);
            case "args" when IsTool(place): return FlowType.Any;
        }
        (Sentence Message, Sentence? Fix) unknown = reference.Root switch
        {
            "conversation" => ($"A task has no conversation.", $"Make the flow a chat."),
            "args" => ($"{place.Name} is no tool of an agent, so it gets no arguments.", $"Connect it to an agent."),
            _ when _elsewhere.Contains(reference.Root) => ($"\"{reference.Root}\" stands inside a loop, so its values cannot be seen from outside.", $"Let the loop collect them, and use its results."),
            _ => ($"There is nothing called \"{reference.Root}\".", Nearest(reference.Root, top.IndexOf.Keys.Concat(place.Level.IndexOf.Keys)) is { } near ? (Sentence)$"Did you mean {near}?" : null),
        };
        findings.Error("ref.unknown", unknown.Message, place.Node, path, unknown.Fix, spot: new ProblemSpot(reference.Text));
        return null;
    }

    private static bool IsTool(Place place) => place.Outwards().Any(at => at.Level.IsAttached(at.Index));

    private static IEnumerable<string> IdsOf(FlowLevel level) => level.Nodes.Select(n => n.Id).Concat(level.Bodies.OfType<FlowLevel>().SelectMany(IdsOf));

    /// <summary>The name that was probably meant: at most two letters away.</summary>
    private static string? Nearest(string name, IEnumerable<string> names) =>
        names.Distinct().Where(n => Math.Abs(n.Length - name.Length) <= 2).Select(n => (Name: n, Distance: Distance(n, name))).Where(n => n.Distance <= Math.Min(2, name.Length / 2)).OrderBy(n => n.Distance).FirstOrDefault().Name;

    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            (int diagonal, row[0]) = (row[0], i);
            for (int j = 1; j <= b.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(diagonal + (a[i - 1] == b[j - 1] ? 0 : 1), Math.Min(row[j], row[j - 1]) + 1));
        }
        return row[b.Length];
    }
}
