using System.Diagnostics;
using System.Text.Json;
using Designer.Flows.Tests.Document;
using Xunit;
using static Designer.Flows.Tests.Checking.Draw;

namespace Designer.Flows.Tests.Checking;

public class FlowCheckerTests
{
    private static IReadOnlyList<Problem> Check(FlowDocument flow, CheckContext? context = null) => FlowChecker.Check(flow, TestTypes.All, context);

    private static FlowNode Text(string id, string text) => Node(id, "work", JsonSerializer.Serialize(new { text }));

    [Fact]
    public void A_good_flow_has_no_problem()
    {
        FlowDocument flow = Flow(
            [
                Node("search", "work", """{"text":"{{ start.question }}","count":"{{ start.question }}","list":"{{ start.tags }}","any":{"a":["{{ start.tags[0] }}"]}}""") with { OnError = new ErrorPolicy("branch"), Retry = new RetryPolicy(3, "linear", "1s"), Timeout = "10s" },
                Node("sorry", "answer", """{"text":"{{ search.error.message }}"}"""),
                Node("check", "if", """{"rows":[{"left":"{{ search.chunks.size }}","operator":"greater","right":0}]}"""),
                Node("agent", "agent"),
                Node("lookup", "toolOnly", """{"text":"{{ args.term }} {{ search.text }}","parameters":[]}"""),
                Loop("loop", "each", """{"items":"{{ search.chunks }}","collect":"{{ inner.text }} {{ each.index }}"}""", [Text("inner", "{{ each.item.title }} {{ agent.text }}")]),
                Node("end", "answer", """{"text":"{{ loop.results | json }} {{ vars.tone }} {{ run.id }} {{ conversation.messages.last.role }}"}"""),
                Node("none", "answer", """{"text":"{{ agent.text | default: 'nothing' }} {% if loop %}{{ loop.results }}{% endif %}"}"""),
            ],
            "start>search", "search:error>sorry", "search>check", "check:true>agent", "check:false>none", "agent:tools>lookup:tool", "agent>loop", "loop>end") with
        {
            Mode = FlowMode.Chat,
            Variables = [new FlowVariable { Name = "tone" }],
        };
        // The two on the other branch are told not to exist yet, however they are guarded: no path leads from there.
        Assert.Equal(["ref.notBefore", "ref.notBefore", "ref.notBefore"], Check(flow).Select(p => p.Code));
        Assert.Empty(Check(flow with { Nodes = [.. flow.Nodes.Where(n => n.Id != "none")], Edges = [.. flow.Edges.Where(e => e.To != "none")] }));
    }

    public static TheoryData<string, FlowDocument, string, string?> Wrong => new()
    {
        { "newer schema", Line() with { Schema = "designer.flow/9" }, "flow.schema", null },
        { "no start", new FlowDocument { Nodes = [Node("a", "answer")] }, "flow.noStart", null },
        { "two starts", Flow([Node("again", "start"), Node("a", "answer")], "start>a", "again>a"), "flow.manyStarts", "again" },
        { "start in a loop", Line(Loop("l", "each", null, [Node("inner", "start")])), "flow.manyStarts", "inner" },
        { "no answer", Flow([Text("a", "x")], "start>a"), "flow.noAnswer", null },
        { "cycle", Flow([Text("a", ""), Text("b", ""), Node("end", "answer")], "start>a", "a>b", "b>a", "b>end"), "flow.cycle", "a" },
        { "self", Flow([Text("a", ""), Node("end", "answer")], "start>a", "a>a", "a>end"), "flow.cycle", "a" },
        { "tool of itself", Flow([Node("a", "agent"), Node("b", "work"), Node("end", "answer")], "start>a", "a:tools>b:tool", "b>a", "a>end"), "flow.cycle", "a" },
        { "bad id", Line(Text("Bad-Id", "")), "id.invalid", "Bad-Id" },
        { "long id", Line(Text(new string('a', 49), "")), "id.invalid", new string('a', 49) },
        { "reserved id", Line(Text("vars", "")), "id.reserved", "vars" },
        { "id twice", Line(Text("a", ""), Loop("l", "each", null, [Text("a", "")])), "id.duplicate", "a" },
        { "edge id twice", Line() is var l ? l with { Edges = [.. l.Edges, l.Edges[0] with { To = "answer:in", From = "start:out" }] } : null!, "id.duplicate", null },
        { "variable twice", Line() with { Variables = [new FlowVariable { Name = "v" }, new FlowVariable { Name = "v" }] }, "id.duplicate", null },
        { "group twice", Line() with { Groups = [new FlowGroup("g", "A"), new FlowGroup("g", "B")] }, "id.duplicate", null },
        { "group colour", Line() with { Groups = [new FlowGroup("g", "A", "puce")] }, "group.colour", null },
        { "group that is not", Line(Text("a", "") with { Group = "ghost" }), "group.unknown", "a" },
        { "group over a border", Line(Text("a", "") with { Group = "g" }, Loop("l", "each", null, [Text("inner", "") with { Group = "g" }])) with { Groups = [new FlowGroup("g", "A")] }, "group.level", "inner" },
        { "variable type", Line() with { Variables = [new FlowVariable { Name = "v", Type = "colour" }] }, "setting.type", null },
        { "dangling", Flow([Node("a", "answer")], "start>a", "start>ghost"), "edge.dangling", null },
        { "border", Flow([Loop("l", "each", null, [Text("inner", "")]), Node("a", "answer")], "start>l", "l>a", "start>inner"), "container.borderEdge", null },
        { "same edge", Flow([Node("a", "answer")], "start>a", "start>a"), "edge.duplicate", null },
        { "no such port", Flow([Node("a", "answer")], "start:side>a"), "port.unknown", "start" },
        { "no such case", Flow([Node("r", "route", """{"cases":[{"name":"billing"}]}"""), Node("a", "answer")], "start>r", "r:case:sales>a"), "port.unknown", "r" },
        { "into a way out", Flow([Text("w", ""), Node("a", "answer")], "start>w", "w>a", "start>w:out"), "edge.kind", null },
        { "attachment to in", Flow([Node("g", "agent"), Node("a", "answer")], "start>g", "g:tools>a"), "edge.kind", null },
        { "tool in sequence", Flow([Node("g", "agent"), Text("w", ""), Node("a", "answer")], "start>g", "g:tools>w:tool", "w>a", "g>a"), "edge.kind", "w" },
        { "error without branch", Flow([Text("w", ""), Node("a", "answer")], "start>w", "w:error>a"), "errorPort.notBranching", "w" },
        { "error to nowhere", Line(Text("w", "") with { OnError = new ErrorPolicy("branch") }), "errorPort.unused", "w" },
        { "unreachable", Flow([Text("w", ""), Node("a", "answer")], "start>a"), "node.unreachable", "w" },
        { "tool of nobody", Flow([Node("w", "toolOnly"), Node("a", "answer")], "start>a"), "attach.unused", "w" },
        { "one-way join", Line(Text("w", "") with { Join = "any" }), "join.single", "w" },
        { "strange join", Line(Text("w", "") with { Join = "some" }), "join.invalid", "w" },
        { "unknown type", Line(Node("w", "magic.wand")), "node.unknownType", "w" },
        { "newer version", Line(Text("w", "") with { TypeVersion = 3 }), "node.newerVersion", "w" },
        { "empty loop", Line(Node("l", "each")), "container.empty", "l" },
        { "body in no loop", Line(Text("w", "") with { Children = new ChildGraph() }), "container.notAllowed", "w" },
        { "timeout", Line(Text("w", "") with { Timeout = "soon" }), "duration.invalid", "w" },
        { "no time", Line(Text("w", "") with { Timeout = "0s" }), "duration.invalid", "w" },
        { "delay", Line(Text("w", "") with { Retry = new RetryPolicy(2, null, "1 minute") }), "duration.invalid", "w" },
        { "attempts", Line(Text("w", "") with { Retry = new RetryPolicy(0) }), "retry.range", "w" },
        { "backoff", Line(Text("w", "") with { Retry = new RetryPolicy(2, "random") }), "retry.range", "w" },
        { "error mode", Line(Text("w", "") with { OnError = new ErrorPolicy("explode") }), "errorMode.invalid", "w" },
        { "default port", Line(Text("w", "") with { OnError = new ErrorPolicy("default", null, "side") }), "port.unknown", "w" },
        { "required", Line(Node("w", "need")), "setting.required", "w" },
        { "required, empty", Line(Node("w", "need", """{"text":""}""")), "setting.required", "w" },
        { "wrong type", Line(Node("w", "work", """{"text":5}""")), "setting.type", "w" },
        { "no number", Line(Node("w", "work", """{"count":"many"}""")), "setting.type", "w" },
        { "no whole number", Line(Node("w", "work", """{"count":1.5}""")), "setting.type", "w" },
        { "no truth", Line(Node("w", "work", """{"on":"maybe"}""")), "setting.type", "w" },
        { "no option", Line(Node("w", "work", """{"mode":"medium"}""")), "setting.type", "w" },
        { "no record", Line(Node("w", "work", """{"rows":[5]}""")), "setting.type", "w" },
        { "required in a row", Line(Node("w", "work", """{"rows":[{"name":"a"},{"value":1}]}""")), "setting.required", "w" },
        { "too small", Line(Node("w", "work", """{"count":0}""")), "setting.range", "w" },
        { "too large", Line(Node("w", "work", """{"count":"11"}""")), "setting.range", "w" },
        { "unknown setting", Line(Node("w", "work", """{"colour":"red"}""")), "setting.unknown", "w" },
        { "template", Line(Text("w", "{{ start.question")), "template.syntax", "w" },
        { "template in json", Line(Node("w", "work", """{"any":{"a":[{"b":"{% if %}"}]}}""")), "template.syntax", "w" },
        { "condition", Line(Node("w", "if", """{"rows":[{"left":"a","operator":"like"}]}""")), "condition.syntax", "w" },
        { "expression", Line(Node("w", "if", """{"expression":"start.question >"}""")), "condition.syntax", "w" },
        { "reference of an expression", Line(Node("w", "if", """{"expression":"strat.question == 'x'"}""")), "ref.unknown", "w" },
        { "slots in a list", Line(Node("w", "if", """{"slots":["@slot:brain"]}""")), "slot.unknown", "w" },
        { "no such state", Line(Loop("l", "while", """{"state":[{"name":"n"}]}""", [Text("i", "{{ state.m }}")])), "ref.unknown", "i" },
        { "condition of a loop", Line(Loop("l", "while", """{"condition":"state.n >"}""", [Text("i", "")])), "condition.syntax", "l" },
        { "nothing called so", Line(Text("w", "{{ strat.question }}")), "ref.unknown", "w" },
        { "no such variable", Line(Text("w", "{{ vars.tone }}")), "ref.unknown", "w" },
        { "no conversation", Line(Text("w", "{{ conversation.messages }}")), "ref.unknown", "w" },
        { "no arguments", Line(Text("w", "{{ args.x }}")), "ref.unknown", "w" },
        { "env", Line(Text("w", "{{ env.HOME }}")), "ref.unknown", "w" },
        { "each outside", Line(Text("w", "{{ each.item }}")), "ref.unknown", "w" },
        { "inside of a loop", Line(Loop("l", "each", null, [Text("i", "")]), Text("w", "{{ i.text }}")), "ref.unknown", "w" },
        { "no member of each", Line(Loop("l", "each", null, [Text("i", "{{ each.itm }}")])), "ref.unknown", "i" },
        { "no output", Line(Text("w", "{{ start.queston }}")), "ref.field", "w" },
        { "no error", Line(Text("v", ""), Text("w", "{{ v.error.message }}")), "ref.field", "w" },
        { "list as object", Line(Text("v", ""), Text("w", "{{ v.chunks.title }}")), "ref.field", "w" },
        { "no member of a chunk", Line(Text("v", ""), Text("w", "{{ v.chunks[0].author }}")), "ref.field", "w" },
        { "later", Line(Text("v", "{{ w.text }}"), Text("w", "")), "ref.notBefore", "v" },
        { "itself", Line(Text("w", "{{ w.text }}")), "ref.notBefore", "w" },
        { "its own loop", Line(Loop("l", "each", null, [Text("i", "{{ l.results }}")])), "ref.notBefore", "i" },
        { "a tool", Flow([Node("g", "agent"), Node("t", "work"), Node("a", "answer", """{"text":"{{ t.text }}"}""")], "start>g", "g:tools>t:tool", "g>a"), "ref.notBefore", "a" },
        { "parallel", Flow([Text("a", ""), Text("b", "{{ a.text }}"), Node("end", "answer")], "start>a", "start>b", "a>end", "b>end"), "ref.notBefore", "b" },
        { "a branch", Flow([Node("i", "if"), Text("a", ""), Node("end", "answer", """{"text":"{{ a.text }}"}""")], "start>i", "i:true>a", "a>end", "i:false>end"), "ref.mayNotRun", "end" },
        { "failed", Flow([Text("a", "") with { OnError = new ErrorPolicy("branch") }, Node("end", "answer"), Node("sorry", "answer", """{"text":"{{ a.text }}"}""")], "start>a", "a>end", "a:error>sorry"), "ref.mayNotRun", "sorry" },
        { "not failed", Flow([Text("a", "") with { OnError = new ErrorPolicy("branch") }, Node("end", "answer", """{"text":"{{ a.error }}"}"""), Node("sorry", "answer")], "start>a", "a>end", "a:error>sorry"), "ref.mayNotRun", "end" },
        { "disabled", Line(Text("v", "") with { Disabled = true }, Text("w", "{{ v.text }}")), "ref.mayNotRun", "w" },
        { "a list for a number", Line(Node("w", "work", """{"count":"{{ start.tags }}"}""")), "type.mismatch", "w" },
        { "a text for a list", Line(Node("w", "work", """{"list":"{{ start.question }}"}""")), "type.mismatch", "w" },
        { "no such slot", Line(Node("w", "model", """{"model":"@slot:brain"}""")), "slot.unknown", "w" },
        { "slot in a text", Line(Node("w", "work", """{"any":["@slot:brain"]}""")), "slot.unknown", "w" },
        { "wrong slot", Line(Node("w", "model", """{"model":"@slot:kb"}""")) with { Slots = Slots("kb", "knowledgeBase") }, "slot.kind", "w" },
        { "strange slot", Line() with { Slots = Slots("x", "spaceship") }, "slot.kind", null },
        { "key in the open", Line(Node("w", "model", """{"model":"@slot:m","key":"sk-123"}""")) with { Slots = Slots("m", "model") }, "setting.type", "w" },
        { "slot as number", Line(Node("w", "model", """{"model":5}""")), "setting.type", "w" },
    };

    private static Dictionary<string, FlowSlot> Slots(string name, string kind) => new() { [name] = new FlowSlot(kind) };

    [Theory, MemberData(nameof(Wrong))]
    public void A_mistake_is_found(string what, FlowDocument flow, string code, string? nodeId)
    {
        IReadOnlyList<Problem> problems = Check(flow);
        Problem? found = problems.FirstOrDefault(p => p.Code == code && (nodeId is null || p.NodeId == nodeId));
        Assert.True(found is not null, $"{what}: expected {code}, found {string.Join("; ", problems)}");
        Assert.EndsWith(".", found.Message.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("  ", found.Message.ToString(), StringComparison.Ordinal);
    }

    public static TheoryData<string, FlowDocument> Right => new()
    {
        { "both branches", Flow([Node("i", "if"), Text("a", ""), Text("b", ""), Text("m", ""), Node("end", "answer", """{"text":"{{ m.text }}{{ i }}"}""")], "start>i", "i:true>a", "i:false>b", "a>m", "b>m", "m>end") },
        { "error goes on", Flow([Text("a", "") with { OnError = new ErrorPolicy("default", JsonElement.Parse("{}")) }, Node("end", "answer", """{"text":"{{ a.text }}"}""")], "start>a", "a>end") },
        { "parallel joined", Flow([Text("a", ""), Text("b", ""), Node("end", "answer", """{"text":"{{ a.text }}{{ b.text }}"}""")], "start>a", "start>b", "a>end", "b>end") },
        { "missing is expected", Flow([Node("i", "if"), Text("a", ""), Node("w", "work", """{"wanted":"{{ a.text }}"}"""), Node("end", "answer")], "start>i", "i:true>a", "a>w", "i:false>w", "w>end") },
        { "a loop's state", Line(Loop("l", "while", """{"state":[{"name":"n","init":1,"next":"{{ i.n | default: state.n }}"}],"condition":"state.n < 3 and start.question != ''"}""", [Text("i", "{{ state.n }}")])) },
        { "loop in a loop", Line(Text("v", ""), Loop("l", "each", """{"items":"{{ v.chunks }}"}""", [Text("o", ""), Loop("k", "each", """{"items":"{{ o.chunks }}"}""", [Text("i", "{{ each.item }}{{ o.text }}{{ v.text }}{{ start.question }}")])], "o>k")) },
        { "a tool in a loop", Line(Loop("l", "each", null, [Node("g", "agent"), Text("t", "{{ args.x }}{{ each.item }}")], "g:tools>t:tool")) },
        { "not a template", Line(Node("w", "work", """{"plain":"{{ nothing.here"}""")) },
        { "disabled needs nothing", Line(Node("w", "need") with { Disabled = true }) },
    };

    [Theory, MemberData(nameof(Right))]
    public void What_is_right_is_not_told(string what, FlowDocument flow) => Assert.True(Check(flow).Count == 0, $"{what}: {string.Join("; ", Check(flow))}");

    [Fact]
    public void Slots_are_bound_to_what_exists()
    {
        FlowDocument flow = Line(Node("w", "model", """{"model":"@slot:m"}""")) with { Slots = Slots("m", "model") };
        Dictionary<string, IReadOnlyCollection<string>> known = new() { ["model"] = ["small", "large"] };
        Assert.Empty(Check(flow));
        Assert.Empty(Check(flow, new CheckContext(new Dictionary<string, string?> { ["m"] = "small" }, known)));
        Assert.Equal("slot.unbound", Assert.Single(Check(flow, new CheckContext(new Dictionary<string, string?>()))).Code);
        Assert.Equal("slot.unbound", Assert.Single(Check(flow, new CheckContext(new Dictionary<string, string?> { ["m"] = null }))).Code);
        Assert.Contains("does not exist here", Assert.Single(Check(flow, new CheckContext(new Dictionary<string, string?> { ["m"] = "gone" }, known))).Message.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_problem_says_where_and_what_to_do()
    {
        FlowDocument flow = Line(Node("w", "work", """{"any":{"list":["ok","{{ strat.question }}"]}}""") with { Name = "Fetch" });
        Assert.Equal(new Problem("ref.unknown", ProblemSeverity.Error, $"There is nothing called \"{"strat"}\".", "w", null, "settings.any.list[1]", $"Did you mean {"start"}?", new ProblemSpot("strat.question")), Assert.Single(Check(flow)));
        Assert.Equal(new ProblemSpot(Line: 2, Column: 9), Assert.Single(Check(Line(Text("w", "one\n{{ two | | }}")))).Spot);
        Problem field = Assert.Single(Check(Line(Text("w", "{{ start.questin }}"))));
        Assert.Equal("Did you mean start.question?", field.Fix?.ToString());
        Problem edge = Assert.Single(Check(Flow([Node("a", "answer")], "start>a", "start>ghost")));
        Assert.Equal("e_start>ghost", edge.EdgeId);
    }

    [Fact]
    public void All_problems_are_told_at_once() =>
        Assert.True(Check(Line(Node("w", "work", """{"text":"{{ a.b }}{{ c.d }}","count":"x","on":5,"list":{},"mode":"no"}""") with { Timeout = "x" })).Count >= 7);

    [Fact]
    public void The_sample_with_unknown_parts_is_checked_without_a_crash() =>
        Assert.Contains(Check(FlowJson.Read(Samples.Handbook())), p => p.Code == "node.unknownType");

    [Theory]
    [InlineData("line"), InlineData("fan"), InlineData("grid"), InlineData("cycle"), InlineData("nested")]
    public void Two_thousand_nodes_are_checked_quickly(string shape)
    {
        const int Count = 1_990;
        FlowNode[] nodes = [.. Enumerable.Range(0, Count).Select(i => Text($"n{i}", i == 0 ? "x" : $"{{{{ n{i - 1}.text | default: start.question }}}} and {{{{ start.question }}}}"))];
        IEnumerable<string> edges = shape switch
        {
            "fan" => Enumerable.Range(0, Count).SelectMany(i => (string[])[$"start>n{i}", $"n{i}>end"]),
            "grid" => Enumerable.Range(0, Count).SelectMany(i => Enumerable.Range(1, 3).Where(d => i + d < Count).Select(d => $"n{i}>n{i + d}")).Append("start>n0"),
            _ => Enumerable.Range(1, Count - 1).Select(i => $"n{i - 1}>n{i}").Append("start>n0").Concat(shape == "cycle" ? [$"n{Count - 1}>n0"] : []),
        };
        FlowDocument flow = shape == "nested"
            ? Line(Enumerable.Range(0, 60).Aggregate(nodes[0], (inner, i) => Loop($"l{i}", "each", null, [inner, .. nodes[(i * 30 + 1)..(i * 30 + 31)]])))
            : Flow([.. nodes, Node("end", "answer")], [.. edges]);
        Check(Line(Text("warm", "up")));
        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<Problem> problems = Check(flow);
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        Assert.Equal(shape == "cycle", problems.Any(p => p.Code == "flow.cycle"));
        Assert.True(time < TimeSpan.FromSeconds(3), $"It took {time.TotalMilliseconds:0} ms.");
    }
}
