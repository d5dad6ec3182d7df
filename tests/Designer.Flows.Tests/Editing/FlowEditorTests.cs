using System.Text.Json;
using CsCheck;
using Designer.Flows.Tests.Document;
using Xunit;

namespace Designer.Flows.Tests.Editing;

public class FlowEditorTests
{
    private static FlowDocument Handbook() => FlowJson.Read(Samples.Handbook());

    private static JsonElement Json(string text) => JsonElement.Parse(text);

    private static FlowDocument Apply(FlowDocument flow, params Op[] ops)
    {
        (FlowDocument changed, IReadOnlyList<Op> inverse) = FlowEditor.Apply(flow, ops);
        (FlowDocument back, IReadOnlyList<Op> again) = FlowEditor.Apply(changed, inverse);
        Assert.Equal(FlowJson.WriteText(flow), FlowJson.WriteText(back));
        Assert.Equal(FlowJson.WriteText(changed), FlowJson.WriteText(FlowEditor.Apply(back, again).Document));
        return changed;
    }

    [Fact]
    public void Every_operation_does_what_it_says_and_can_be_undone()
    {
        FlowDocument flow = Handbook();
        Assert.Equal("new", Apply(flow, new AddNode(new FlowNode { Id = "new", Type = "answer" }, null, 1)).Nodes[1].Id);
        Assert.Equal("new", Apply(flow, new AddNode(new FlowNode { Id = "new", Type = "answer" }, "loop")).Nodes[2].Children!.Nodes[1].Id);
        FlowDocument without = Apply(flow, new RemoveNode("search"));
        Assert.Equal(["start", "loop"], without.Nodes.Select(n => n.Id));
        Assert.Empty(without.Edges);
        Assert.Empty(Apply(flow, new RemoveNode("inner")).Nodes[2].Children!.Edges);
        Assert.Equal("layout", Apply(flow, new RemoveNode("inner")).Nodes[2].Children!.Extra!.Members[0].Key);
        Assert.Equal("search:out", Apply(flow, new AddEdge(new FlowEdge { Id = "e2", From = "search:out", To = "loop:in" })).Edges[1].From);
        Assert.Empty(Apply(flow, new RemoveEdge("e1")).Edges);
        Assert.Empty(Apply(flow, new RemoveEdge("e9")).Nodes[2].Children!.Edges);
        Assert.Equal(new Position(5, 6), Apply(flow, new MoveNode("inner", new Position(5, 6))).Nodes[2].Children!.Nodes[0].Position);
        Assert.Equal("Fetch", Apply(flow, new SetNode("search", "name", Json("\"Fetch\""))).Nodes[1].Name);
        Assert.Null(Apply(flow, new SetNode("search", "timeout", FlowJson.Null)).Nodes[1].Timeout);
        Assert.Equal(5, Apply(flow, new SetNode("search", "retry", Json("""{"attempts":5}"""))).Nodes[1].Retry!.Attempts);
        Assert.Equal("branch", Apply(flow, new SetNode("start", "onError", Json("""{"mode":"branch"}"""))).Nodes[0].OnError!.Mode);
        Assert.False(Apply(flow, new SetNode("search", "disabled", FlowJson.Null)).Nodes[1].Disabled);
        Assert.Equal(4, Apply(flow, new SetNode("search", "typeVersion", Json("4"))).Nodes[1].TypeVersion);
        Assert.Equal("any", Apply(flow, new SetNode("start", "join", Json("\"any\""))).Nodes[0].Join);
        Assert.Equal(["zeta", "empty", "none"], Apply(flow, new SetSetting("search", "alpha", FlowJson.Null)).Nodes[1].Settings.EnumerateObject().Select(p => p.Name));
        Assert.Equal("x", Apply(flow, new SetSetting("loop", "items", Json("\"x\""))).Nodes[2].Settings.GetProperty("items").GetString());
        Assert.Equal("n2", Apply(flow, new AddNote(new FlowNote { Id = "n2" }, 0)).Notes[0].Id);
        Assert.Empty(Apply(flow, new RemoveNote("n1")).Notes);
        Assert.Equal("hello", Apply(flow, new SetNote(new FlowNote { Id = "n1", Text = "hello" })).Notes[0].Text);
        Assert.Null(Apply(flow, new SetNode("search", "group", FlowJson.Null)).Nodes[1].Group);
        Assert.True(Apply(flow, new SetNode("start", "collapsed", Json("true"))).Nodes[0].Collapsed);
        Assert.Equal("g2", Apply(flow, new AddGroup(new FlowGroup("g2", "Two"), 0)).Groups[0].Id);
        Assert.Empty(Apply(flow, new RemoveGroup("g1")).Groups);
        Assert.Equal("red", Apply(flow, new SetGroup(new FlowGroup("g1", "Other", "red"))).Groups[0].Colour);
        Assert.Equal("Other", Apply(flow, new SetFlow("name", Json("\"Other\""))).Name);
        Assert.Null(Apply(flow, new SetFlow("description", FlowJson.Null)).Description);
        Assert.Equal(FlowMode.Task, Apply(flow, new SetFlow("mode", Json("\"task\""))).Mode);
        Assert.Equal("v", Apply(flow, new SetFlow("variables", Json("""[{"name":"v","type":"string","odd":1}]"""))).Variables[0].Name);
        Assert.Equal(["b", "a"], Apply(flow, new SetFlow("slots", Json("""{"b":{"kind":"model"},"a":{"kind":"flow"}}"""))).Slots.Keys);
    }

    public static TheoryData<string, string> Refused => new()
    {
        { """{"op":"addNode","node":{"id":"search","type":"x"}}""", "edit.exists" },
        { """{"op":"addNode","node":{"id":"inner","type":"x"}}""", "edit.exists" },
        { """{"op":"addNode","node":{"id":"a","type":"x","children":{"nodes":[{"id":"inner","type":"x"}]}}}""", "edit.exists" },
        { """{"op":"addNode","node":{"id":"a","type":"x"},"parent":"ghost"}""", "edit.notFound" },
        { """{"op":"addNode","node":{"type":"x"}}""", "edit.invalid" },
        { """{"op":"removeNode","id":"ghost"}""", "edit.notFound" },
        { """{"op":"addEdge","edge":{"id":"e1","from":"start:out","to":"loop:in"}}""", "edit.exists" },
        { """{"op":"addEdge","edge":{"id":"e9","from":"start:out","to":"loop:in"}}""", "edit.exists" },
        { """{"op":"addEdge","edge":{"id":"e2","from":"start:out","to":"inner:in"}}""", "edit.notFound" },
        { """{"op":"removeEdge","id":"ghost"}""", "edit.notFound" },
        { """{"op":"moveNode","id":"ghost","position":{"x":0,"y":0}}""", "edit.notFound" },
        { """{"op":"setNode","id":"search","field":"id","value":"x"}""", "edit.invalid" },
        { """{"op":"setNode","id":"search","field":"name","value":{}}""", "edit.invalid" },
        { """{"op":"setNode","id":"search","field":"retry","value":{"attempts":"many"}}""", "edit.invalid" },
        { """{"op":"setNode","id":"search","field":"typeVersion","value":null}""", "edit.invalid" },
        { """{"op":"setFlow","field":"nodes","value":[]}""", "edit.invalid" },
        { """{"op":"setFlow","field":"mode","value":"loud"}""", "edit.invalid" },
        { """{"op":"setFlow","field":"slots","value":[]}""", "edit.invalid" },
        { """{"op":"addNote","note":{"id":"n1","text":""}}""", "edit.exists" },
        { """{"op":"setNote","note":{"id":"ghost","text":""}}""", "edit.notFound" },
        { """{"op":"removeNote","id":"ghost"}""", "edit.notFound" },
        { """{"op":"addGroup","group":{"id":"g1","title":""}}""", "edit.exists" },
        { """{"op":"addGroup","group":{"title":"x"}}""", "edit.invalid" },
        { """{"op":"setGroup","group":{"id":"ghost","title":""}}""", "edit.notFound" },
        { """{"op":"removeGroup","id":"ghost"}""", "edit.notFound" },
    };

    [Theory, MemberData(nameof(Refused))]
    public void What_does_not_fit_changes_nothing(string json, string code)
    {
        FlowDocument flow = Handbook();
        Op op = JsonSerializer.Deserialize<Op>(json, FlowJson.Options)!;
        FlowEditException e = Assert.Throws<FlowEditException>(() => FlowEditor.Apply(flow, [new SetFlow("name", Json("\"changed\"")), op]));
        Assert.Equal((code, 1), (e.Code, e.Index));
        Assert.Equal(Samples.Handbook(), FlowJson.Write(flow));
    }

    [Fact]
    public void A_flow_does_not_grow_over_its_limits()
    {
        FlowDocument full = new() { Nodes = [.. Enumerable.Range(0, FlowJson.MaxNodes).Select(i => new FlowNode { Id = $"n{i}" })] };
        Assert.Equal("flow.tooLarge", Assert.Throws<FlowEditException>(() => FlowEditor.Apply(full, [new AddNode(new FlowNode { Id = "more" })])).Code);
        FlowDocument flow = new();
        for (int i = 0; i < FlowJson.MaxContainers; i++) flow = FlowEditor.Apply(flow, [new AddNode(new FlowNode { Id = $"c{i}", Children = new ChildGraph() }, i == 0 ? null : $"c{i - 1}")]).Document;
        Assert.Equal("flow.tooLarge", Assert.Throws<FlowEditException>(() => FlowEditor.Apply(flow, [new AddNode(new FlowNode { Id = "more", Children = new ChildGraph() }, $"c{FlowJson.MaxContainers - 1}")])).Code);
    }

    [Theory]
    [InlineData("""{"op":"moveNode","id":"a","position":{"x":1,"y":2.5}}""")]
    [InlineData("""{"op":"setSetting","id":"a","name":"q","value":null}""")]
    [InlineData("""{"op":"setNode","id":"a","field":"disabled","value":true}""")]
    [InlineData("""{"op":"addEdge","edge":{"id":"e","from":"a:out","to":"b:in"},"parent":"loop","index":3}""")]
    [InlineData("""{"op":"setFlow","field":"variables","value":[]}""")]
    [InlineData("""{"op":"removeNote","id":"n"}""")]
    public void Operations_travel_as_the_canvas_writes_them(string json) =>
        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize<Op>(json, FlowJson.Options), FlowJson.Options));

    [Fact]
    public void An_unknown_operation_is_refused() =>
        Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize<Op>("""{"op":"dropDatabase"}""", FlowJson.Options));

    private static readonly Gen<string?> Parents = Gen.OneOf("loop", "a", null, null);
    private static readonly Gen<int?> Places = Gen.Int[-1, 4].Select(i => i < 0 ? (int?)null : i);
    private static readonly Gen<JsonElement> Values = Gen.OneOf("null", "1", "\"x\"", "{\"a\":[1]}", "true").Select(v => JsonElement.Parse(v));

    private static readonly Gen<Op> Ops = OpsOn("start", "search", "loop", "inner", "a", "b", "c", "d");

    internal static Gen<Op> OpsOn(params string[] ids)
    {
        Gen<string> Ids = Gen.OneOf(ids);
        return Gen.OneOf<Op>(
            Gen.Select(Ids, Parents, Places, Gen.Bool).Select((id, parent, at, isContainer) => (Op)new AddNode(new FlowNode { Id = id, Type = "t", Children = isContainer ? new ChildGraph { Nodes = [new FlowNode { Id = id + "x" }] } : null }, parent, at)),
            Ids.Select(id => (Op)new RemoveNode(id)),
            Gen.Select(Gen.Int[0, 5], Ids, Ids, Parents, Places).Select((id, from, to, parent, at) => (Op)new AddEdge(new FlowEdge { Id = $"e{id}", From = $"{from}:out", To = $"{to}:in" }, parent, at)),
            Gen.Int[0, 9].Select(id => (Op)new RemoveEdge($"e{id}")),
            Gen.Select(Ids, Gen.Int[0, 9]).Select((id, x) => (Op)new MoveNode(id, new Position(x, x))),
            Gen.Select(Ids, Gen.OneOf("name", "timeout", "join", "disabled", "typeVersion"), Values).Select((id, field, value) => (Op)new SetNode(id, field, value)),
            Gen.Select(Ids, Gen.OneOf("alpha", "zeta", "new"), Values).Select((id, name, value) => (Op)new SetSetting(id, name, value)),
            Gen.Select(Gen.Int[0, 3], Places).Select((id, at) => (Op)new AddNote(new FlowNote { Id = $"n{id}" }, at)),
            Gen.Int[0, 3].Select(id => (Op)new RemoveNote($"n{id}")),
            Gen.Int[0, 3].Select(id => (Op)new SetNote(new FlowNote { Id = $"n{id}", Text = "set" })),
            Gen.Select(Gen.OneOf("name", "description", "mode"), Values).Select((field, value) => (Op)new SetFlow(field, value)));
    }

    [Fact]
    public void Any_command_can_be_undone_and_ids_stay_unique()
    {
        Ops.Array[1, 12].Sample(ops =>
        {
            FlowDocument flow = Handbook();
            List<Op> fitting = [];
            foreach (Op op in ops)
            {
                try
                {
                    flow = FlowEditor.Apply(flow, [op]).Document;
                    fitting.Add(op);
                }
                catch (FlowEditException e)
                {
                    Assert.NotEmpty(e.Message);
                }
            }
            FlowDocument once = Apply(Handbook(), [.. fitting]);
            Assert.Equal(FlowJson.WriteText(flow), FlowJson.WriteText(once));
            // The reader refuses a document in which an id stands twice.
            Assert.Equal(FlowJson.WriteText(flow), FlowJson.WriteText(FlowJson.Read(FlowJson.Write(flow))));
        }, iter: 2_000);
    }

    /// <summary>What a random history makes of the handbook; operations that do not fit are left out.</summary>
    internal static FlowDocument Edited(FlowDocument flow, IEnumerable<Op> ops)
    {
        foreach (Op op in ops)
        {
            try
            {
                flow = FlowEditor.Apply(flow, [op]).Document;
            }
            catch (FlowEditException e)
            {
                Assert.NotEmpty(e.Message);
            }
        }
        return flow;
    }

    [Fact]
    public void Between_any_two_documents_lead_operations_that_can_be_undone()
    {
        Gen.Select(Ops.Array[0, 12], Ops.Array[0, 12]).Sample((one, other) =>
        {
            FlowDocument before = Edited(Handbook(), one), after = Edited(Handbook(), other);
            FlowDocument led = Apply(before, [.. FlowEditor.Between(before, after)]);
            Assert.True(FlowDiff.Between(after, led).IsEmpty, FlowJson.WriteText(after) + FlowJson.WriteText(led));
            Assert.Empty(FlowEditor.Between(led, after));
        }, iter: 2_000);
    }

    [Fact]
    public void Operations_between_are_as_small_as_the_edits()
    {
        Op[] edits = [new SetSetting("search", "alpha", Json("7")), new MoveNode("start", new Position(1, 1)), new SetNode("loop", "name", Json("\"Each\""))];
        IReadOnlyList<Op> found = FlowEditor.Between(Handbook(), FlowEditor.Apply(Handbook(), edits).Document);
        Assert.Equal(edits.Select(Text).Order(), found.Select(Text).Order());
        static string Text(Op op) => JsonSerializer.Serialize(op, FlowJson.Options);
    }
}
