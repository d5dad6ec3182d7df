namespace Designer.Engine.Tests.RandomGraphs;

/// <summary>
/// What a run of a random flow must do, worked out by going through each level's nodes in order. It shares nothing with the engine:
/// no scheduler, no log, no templates. A value is the set of texts it may be (a join of kind "any" has several); null when there are too many.
/// </summary>
internal sealed class NaiveInterpreter
{
    private const int MostTexts = 200;

    /// <summary>Paths that must have run, with the texts that may be their output (empty: not looked at).</summary>
    public Dictionary<string, HashSet<string>?> Executed { get; } = [];
    public HashSet<string> Skipped { get; } = [];
    /// <summary>Loops by path, with what each iteration may yield; null where it is skipped over or yields nothing.</summary>
    public Dictionary<string, List<HashSet<string>?>> Loops { get; } = [];
    /// <summary>Below these, siblings of a failure may or may not have run.</summary>
    public List<string> Unsure { get; } = [];
    public List<HashSet<string>?> Answers { get; } = [];

    public bool IsUnsure(string path) => Unsure.Exists(u => path.StartsWith(u, StringComparison.Ordinal));

    private sealed record Seen(bool Ran, string Port, HashSet<string>? Texts);

    private static readonly HashSet<string> Nothing = [""];

    /// <summary>False when the level fails.</summary>
    public bool Run(IReadOnlyList<NodeSpec> level) => Level(level, "", "", isBody: false, Answers) is not null;

    private Seen[]? Level(IReadOnlyList<NodeSpec> level, string prefix, string index, bool isBody, List<HashSet<string>?> answers)
    {
        if (!isBody) Executed[prefix + "start"] = null;
        Seen[] seen = new Seen[level.Count];
        bool fails = false;
        for (int i = 0; i < level.Count; i++)
        {
            NodeSpec node = level[i];
            bool runs = node.Links.Count == 0 || node.Links.Any(l => l.From < 0 || seen[l.From].Ran && seen[l.From].Port == l.Port);
            if (!runs)
            {
                Skipped.Add(prefix + node.Id);
                seen[i] = new Seen(false, "", Nothing);
                continue;
            }
            seen[i] = Node(node, seen, prefix, index, answers);
            fails |= seen[i].Port == "";
        }
        if (fails) Unsure.Add(prefix);
        return fails ? null : seen;
    }

    private Seen Node(NodeSpec node, Seen[] seen, string prefix, string index, List<HashSet<string>?> answers)
    {
        string path = prefix + node.Id;
        HashSet<string>? texts = Texts(node, seen, index);
        switch (node.Kind)
        {
            case Kind.Disabled:
                Skipped.Add(path);
                return new Seen(true, "out", Nothing);
            case Kind.Text:
                Executed[path] = texts;
                return new Seen(true, "out", texts);
            case Kind.Answer:
                Executed[path] = texts;
                answers.Add(texts);
                return new Seen(true, "out", Nothing);
            case Kind.Route:
                Executed[path] = null;
                return new Seen(true, node.Port, Nothing);
            case Kind.Ask:
                Executed[path] = null;
                return new Seen(true, node.Port, ["h"]);
            case Kind.Work:
                Executed[path] = node.Failures >= 99 ? null : texts;
                return node.Failures >= 99 ? Failed(node) : new Seen(true, "out", texts);
            case Kind.Loop:
                return Loop(node, path);
            default:
                Executed[path] = null;
                return Level(node.Body, path + "/", "", isBody: false, []) is null ? Failed(node) with { Texts = Nothing } : new Seen(true, "out", Nothing);
        }
    }

    private static Seen Failed(NodeSpec node) => node.OnError switch
    {
        "branch" => new Seen(true, "error", Nothing),
        "default" => new Seen(true, "out", ["dflt"]),
        _ => new Seen(true, "", Nothing),
    };

    private Seen Loop(NodeSpec node, string path)
    {
        Executed[path] = null;
        List<HashSet<string>?> results = [];
        for (int i = 0; i < node.Items; i++)
        {
            Seen[]? body = Level(node.Body, $"{path}#{i}/", $"{i}", isBody: true, []);
            if (body is null && !node.SkipsItems)
            {
                Unsure.Add($"{path}#");
                return Failed(node) with { Texts = Nothing };
            }
            HashSet<string>? last = body is null ? ["skipped"] : node.Body[^1].Kind is Kind.Text or Kind.Work or Kind.Ask or Kind.Disabled ? body[^1].Texts : ["nothing"];
            results.Add(last);
        }
        Loops[path] = results;
        return new Seen(true, "out", Nothing);
    }

    private static HashSet<string>? Texts(NodeSpec node, Seen[] seen, string index)
    {
        List<HashSet<string>> parts = [];
        foreach (Link link in node.Links)
        {
            if ((link.From < 0 ? Nothing : seen[link.From].Texts) is not { } texts) return null;
            // At the moment a join of kind "any" starts, the other branches may or may not be there yet.
            parts.Add(node.IsAny ? [.. texts, ""] : texts);
        }
        HashSet<string> joined = parts.Count == 0 ? [""] : parts[0];
        foreach (HashSet<string> part in parts.Skip(1))
        {
            joined = [.. joined.SelectMany(_ => part, (left, right) => $"{left},{right}")];
            if (joined.Count > MostTexts) return null;
        }
        return [.. joined.Select(j => $"{node.Id}{index}({j})")];
    }
}
