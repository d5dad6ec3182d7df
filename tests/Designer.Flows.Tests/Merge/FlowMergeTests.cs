using System.Text.Json;
using CsCheck;
using Designer.Flows.Tests.Document;
using Designer.Flows.Tests.Editing;
using Xunit;

namespace Designer.Flows.Tests.Merge;

public class FlowMergeTests
{
    private static readonly FlowDocument Base = FlowJson.Read(Samples.Handbook());

    private static JsonElement Json(string text) => JsonElement.Parse(text);

    private static FlowDocument With(params Op[] ops) => FlowEditor.Apply(Base, ops).Document;

    private static MergeResult Merge(Op[] mine, Op[] theirs, params (string Place, MergeSide Side)[] choices) =>
        FlowMerge.Merge(Base, With(mine), With(theirs), choices.ToDictionary(c => c.Place, c => c.Side));

    private static FlowNode Node(FlowDocument flow, string id) => flow.Nodes.Concat(flow.Nodes.SelectMany(n => n.Children?.Nodes ?? [])).Single(n => n.Id == id);

    private static string Setting(FlowDocument flow, string id, string name) => Node(flow, id).Settings.GetProperty(name).ToString();

    [Fact]
    public void What_one_side_changed_is_taken()
    {
        MergeResult merged = Merge(
            [new SetSetting("search", "alpha", Json("7")), new SetNode("search", "name", Json("\"Mine\"")), new AddNode(new FlowNode { Id = "m", Name = "M" }), new SetFlow("name", Json("\"Flow of mine\""))],
            [new SetSetting("search", "zeta", Json("8")), new MoveNode("search", new Position(9, 9)), new AddNode(new FlowNode { Id = "t", Name = "T" }, "loop"), new RemoveNote("n1"), new AddEdge(new FlowEdge { Id = "e7", From = "search:out", To = "loop:in" })]);
        Assert.Empty(merged.Conflicts);
        FlowNode search = Node(merged.Document, "search");
        Assert.Equal(("7", "8", "Mine", 9d), (search.Settings.GetProperty("alpha").ToString(), search.Settings.GetProperty("zeta").ToString(), search.Name, search.Position.X));
        Assert.Equal(("M", "T", "Flow of mine"), (Node(merged.Document, "m").Name, Node(merged.Document, "t").Name, merged.Document.Name));
        Assert.Empty(merged.Document.Notes);
        Assert.Contains(merged.Document.Edges, e => e is { From: "search:out", To: "loop:in" });
    }

    [Fact]
    public void Groups_of_both_sides_are_kept()
    {
        MergeResult merged = Merge(
            [new AddGroup(new FlowGroup("g_start", "Mine")), new SetNode("start", "group", Json("\"g_start\"")), new SetGroup(new FlowGroup("g1", "Finding", "red"))],
            [new AddGroup(new FlowGroup("g_loop", "Theirs")), new SetNode("loop", "group", Json("\"g_loop\"")), new SetNode("search", "collapsed", FlowJson.Null)]);
        Assert.Empty(merged.Conflicts);
        Assert.Equal(["Finding", "Mine", "Theirs"], merged.Document.Groups.Select(g => g.Title).Order());
        Assert.Equal(("g_start", "g_loop", false), (Node(merged.Document, "start").Group, Node(merged.Document, "loop").Group, Node(merged.Document, "search").Collapsed));
        Assert.Equal("red", merged.Document.Groups[0].Colour);
    }

    [Fact]
    public void The_same_setting_changed_on_both_sides_is_asked_for_alone()
    {
        Op[] mine = [new SetSetting("search", "alpha", Json("1")), new SetSetting("search", "zeta", Json("2"))], theirs = [new SetSetting("search", "alpha", Json("3"))];
        MergeConflict conflict = Assert.Single(Merge(mine, theirs).Conflicts);
        Assert.Equal(("node:search/settings.alpha", "settings.alpha", "1", "3"), (conflict.Place, conflict.Path, conflict.Mine.ToString(), conflict.Theirs.ToString()));
        foreach ((MergeSide side, string value) in new[] { (MergeSide.Mine, "1"), (MergeSide.Theirs, "3") })
        {
            MergeResult settled = Merge(mine, theirs, (conflict.Place, side));
            Assert.Empty(settled.Conflicts);
            Assert.Equal((value, "2"), (Setting(settled.Document, "search", "alpha"), Setting(settled.Document, "search", "zeta")));
        }
    }

    [Fact]
    public void The_same_change_on_both_sides_is_one()
    {
        Op[] same = [new SetSetting("search", "alpha", Json("1")), new AddNode(new FlowNode { Id = "a", Name = "A" }), new RemoveEdge("e1")];
        MergeResult merged = Merge([.. same, new SetNode("start", "name", Json("\"S\""))], same);
        Assert.Empty(merged.Conflicts);
        Assert.Single(merged.Document.Nodes, n => n.Name == "A");
        FlowNode node = new() { Id = "a", Name = "A" };
        Assert.Equal(["a", "a_2"], Merge([new AddNode(node)], [new AddNode(node with { Position = new Position(9, 9) })]).Document.Nodes.Where(n => n.Name == "A").Select(n => n.Id));
    }

    [Fact]
    public void Deleting_what_the_other_side_changed_is_a_choice()
    {
        Op[] deletes = [new RemoveNode("search")], changes = [new SetSetting("search", "alpha", Json("1"))];
        MergeConflict conflict = Assert.Single(Merge(deletes, changes).Conflicts);
        Assert.Equal(("node:search", "", true, false), (conflict.Place, conflict.Path, conflict.Mine is null, conflict.Theirs is null));
        Assert.DoesNotContain(Merge(deletes, changes, ("node:search", MergeSide.Mine)).Document.Nodes, n => n.Id == "search");
        Assert.Equal("1", Setting(Merge(deletes, changes, ("node:search", MergeSide.Theirs)).Document, "search", "alpha"));
        Assert.Equal("1", Setting(Merge(changes, deletes, ("node:search", MergeSide.Mine)).Document, "search", "alpha"));
        Assert.Empty(Merge(deletes, [new MoveNode("search", new Position(9, 9))]).Conflicts);
    }

    [Fact]
    public void A_container_goes_or_stays_with_its_body()
    {
        Op[] deletes = [new RemoveNode("loop")], changes = [new SetNode("inner", "name", Json("\"Changed\"")), new AddNode(new FlowNode { Id = "more" }, "loop")];
        Assert.Equal("node:loop", Assert.Single(Merge(deletes, changes).Conflicts).Place);
        FlowDocument kept = Merge(deletes, changes, ("node:loop", MergeSide.Theirs)).Document;
        Assert.Equal(("Changed", "more"), (Node(kept, "inner").Name, Node(kept, "more").Id));
        Assert.Equal(["start", "search"], Merge(deletes, changes, ("node:loop", MergeSide.Mine)).Document.Nodes.Select(n => n.Id));
    }

    [Fact]
    public void A_node_that_was_taken_out_of_its_container_outlives_it_whoever_did_it()
    {
        Op[] takeOut = [new RemoveNode("loop"), new AddNode(new FlowNode { Id = "inner", Name = "Outside" })];
        foreach (MergeResult merged in new[] { Merge([], takeOut), Merge(takeOut, []) })
        {
            Assert.Empty(merged.Conflicts);
            Assert.DoesNotContain(merged.Document.Nodes, n => n.Id == "loop");
            Assert.Equal("Outside", Assert.Single(merged.Document.Nodes, n => n.Id == "inner").Name);
        }
    }

    [Fact]
    public void Deleting_a_node_that_the_other_side_connected_is_a_choice()
    {
        Op[] connects = [new AddEdge(new FlowEdge { Id = "e7", From = "search:out", To = "loop:in" })];
        Assert.Equal("node:search", Assert.Single(Merge([new RemoveNode("search")], connects).Conflicts).Place);
    }

    [Fact]
    public void Different_nodes_under_one_id_are_both_kept_and_references_follow()
    {
        Op[] mine =
        [
            new AddNode(new FlowNode { Id = "text", Name = "Mine" }), new AddEdge(new FlowEdge { Id = "e7", From = "search:out", To = "text:in" }),
            new SetSetting("search", "alpha", Json("""["{{ text.value | append: 'text.x' }} text.y", {"a":"{% if text.ok %}{% endif %}"}]""")),
        ];
        Op[] theirs = [new AddNode(new FlowNode { Id = "text", Name = "Theirs" }), new AddEdge(new FlowEdge { Id = "e7", From = "start:out", To = "text:in" })];
        MergeResult result = Merge(mine, theirs);
        Assert.Equal(("text_2", true), (result.Renamed.Nodes["text"], result.Renamed.Edges.ContainsKey("e7")));
        FlowDocument merged = result.Document;
        Assert.Equal(("Theirs", "Mine"), (Node(merged, "text").Name, Node(merged, "text_2").Name));
        Assert.Equal(["search:out → text_2:in", "start:out → text:in"], merged.Edges.Where(e => e.To.StartsWith("text", StringComparison.Ordinal)).Select(e => $"{e.From} → {e.To}").Order());
        Assert.Equal("""["{{ text_2.value | append: 'text.x' }} text.y",{"a":"{% if text_2.ok %}{% endif %}"}]""", Node(merged, "search").Settings.GetProperty("alpha").GetRawText());
        Assert.Equal(merged.Edges.Count, merged.Edges.Select(e => e.Id).Distinct().Count());
    }

    [Fact]
    public void Variables_slots_and_notes_merge_by_name()
    {
        MergeResult merged = Merge(
            [new SetFlow("variables", Json("""[{"name":"tone","type":"number"},{"name":"count","type":"integer"},{"name":"m","type":"string"}]""")), new SetNote(new FlowNote { Id = "n1", Text = "mine" }), new AddNote(new FlowNote { Id = "n2", Text = "m" })],
            [new SetFlow("slots", Json("""{"extra":{"kind":"flow"}}""")), new SetNote(new FlowNote { Id = "n1", Text = "theirs" }), new AddNote(new FlowNote { Id = "n2", Text = "t" })]);
        Assert.Equal(["note:n1/text"], merged.Conflicts.Select(c => c.Place));
        Assert.Contains(merged.Document.Variables, v => v is { Name: "tone", Type: "number" });
        Assert.Contains(merged.Document.Variables, v => v.Name == "m");
        Assert.Equal(["extra"], merged.Document.Slots.Keys);
        Assert.Equal(["t", "m"], merged.Document.Notes.Skip(1).Select(n => n.Text));
    }

    [Fact]
    public void Different_groups_under_one_id_are_both_kept_and_their_nodes_follow()
    {
        FlowDocument merged = Merge(
            [new AddGroup(new FlowGroup("g", "Mine")), new SetNode("search", "group", Json("\"g\"")), new SetNode("loop", "collapsed", Json("true"))],
            [new AddGroup(new FlowGroup("g", "Theirs")), new SetNode("start", "group", Json("\"g\""))]).Document;
        string TitleOf(string node) => merged.Groups.Single(g => g.Id == Node(merged, node).Group).Title;
        Assert.Equal(("Mine", "Theirs", true), (TitleOf("search"), TitleOf("start"), Node(merged, "loop").Collapsed));
    }

    [Fact]
    public void Containers_put_into_each_other_make_no_ring()
    {
        FlowDocument two = FlowEditor.Apply(Base, [new AddNode(new FlowNode { Id = "box", Children = new ChildGraph() })]).Document;
        FlowNode loop = two.Nodes.Single(n => n.Id == "loop"), box = two.Nodes.Single(n => n.Id == "box");
        FlowDocument mine = FlowEditor.Apply(two, [new RemoveNode("loop"), new AddNode(loop, "box")]).Document;
        FlowDocument theirs = FlowEditor.Apply(two, [new RemoveNode("box"), new AddNode(box, "loop")]).Document;
        FlowDocument merged = FlowMerge.Merge(two, mine, theirs).Document;
        Assert.Equal("box", Node(merged, "loop").Children!.Nodes.Single(n => n.Id == "box").Id);
    }

    // ---- properties ----

    private static readonly Gen<Op[]> Mine = FlowEditorTests.OpsOn("start", "search", "loop", "inner", "a", "b").Array[0, 8];
    private static readonly Gen<Op[]> Theirs = FlowEditorTests.OpsOn("start", "search", "loop", "inner", "p", "q").Array[0, 8];
    private static readonly Gen<Op[]> Clashing = FlowEditorTests.OpsOn("start", "search", "loop", "inner", "a", "b").Array[0, 8];

    private static FlowDocument Edited(Op[] ops) => FlowEditorTests.Edited(Base, ops);

    [Fact]
    public void A_side_that_did_nothing_changes_nothing() => Mine.Sample(ops =>
    {
        FlowDocument edited = Edited(ops);
        foreach (MergeResult result in (MergeResult[])[FlowMerge.Merge(Base, edited, Base), FlowMerge.Merge(Base, Base, edited), FlowMerge.Merge(Base, edited, edited)])
        {
            Assert.Empty(result.Conflicts);
            Assert.Equal(FlowJson.WriteText(edited), FlowJson.WriteText(result.Document));
        }
    }, iter: 500);

    [Fact]
    public void Merging_the_other_way_round_asks_the_same_and_gives_the_same() => Gen.Select(Mine, Theirs, Gen.Bool).Sample((one, other, takesOne) =>
    {
        // Positions do not ask, and of two notes or groups under one id mine is renamed: these alone depend on the direction.
        FlowDocument a = Edited([.. one.Where(o => o is not MoveNode)]), b = Edited([.. other.Where(o => o is not (MoveNode or AddNote or AddGroup))]);
        MergeResult there = FlowMerge.Merge(Base, a, b), back = FlowMerge.Merge(Base, b, a);
        Assert.Equal(there.Conflicts.Select(c => c.Place).Order(), back.Conflicts.Select(c => c.Place).Order());
        MergeResult chosen = FlowMerge.Merge(Base, a, b, there.Conflicts.ToDictionary(c => c.Place, _ => takesOne ? MergeSide.Mine : MergeSide.Theirs));
        MergeResult same = FlowMerge.Merge(Base, b, a, there.Conflicts.ToDictionary(c => c.Place, _ => takesOne ? MergeSide.Theirs : MergeSide.Mine));
        Assert.Empty(chosen.Conflicts);
        Assert.Empty(same.Conflicts);
        Assert.True(FlowDiff.Between(chosen.Document, same.Document).IsEmpty, FlowJson.WriteText(chosen.Document) + FlowJson.WriteText(same.Document));
    }, iter: 1_000);

    [Fact]
    public void Edits_of_different_parts_always_merge_and_nothing_is_lost()
    {
        Gen<Op> mine = Gen.OneOf<Op>(
            Gen.Select(Gen.OneOf("alpha", "zeta", "new"), Gen.Int).Select((name, value) => (Op)new SetSetting("search", name, JsonSerializer.SerializeToElement(value))),
            Gen.Int.Select(x => (Op)new MoveNode("search", new Position(x, x))),
            Gen.OneOf("a", "b").Select(id => (Op)new AddNode(new FlowNode { Id = id, Type = "t" })),
            Gen.OneOf("a", "b").Select(id => (Op)new AddEdge(new FlowEdge { Id = $"m{id}", From = "search:out", To = $"{id}:in" })),
            Gen.Int[0, 2].Select(i => (Op)new AddNote(new FlowNote { Id = $"mine{i}" })));
        Gen<Op> theirs = Gen.OneOf<Op>(
            Gen.Select(Gen.OneOf("start", "inner"), Gen.OneOf("name", "timeout"), Gen.Int).Select((id, field, value) => (Op)new SetNode(id, field, JsonSerializer.SerializeToElement($"{value}s"))),
            Gen.OneOf("p", "q").Select(id => (Op)new AddNode(new FlowNode { Id = id, Type = "t" }, "loop")),
            Gen.Const((Op)new RemoveNode("inner")), Gen.Const((Op)new RemoveNote("n1")),
            Gen.Int.Select(n => (Op)new SetFlow("name", JsonSerializer.SerializeToElement($"Flow {n}"))));
        Gen.Select(mine.Array[1, 8], theirs.Array[1, 8]).Sample((one, other) =>
        {
            MergeResult merged = FlowMerge.Merge(Base, Edited(one), Edited(other));
            Assert.Empty(merged.Conflicts);
            Assert.True(FlowDiff.Between(FlowEditorTests.Edited(Edited(other), one), merged.Document).IsEmpty, FlowJson.WriteText(merged.Document));
        }, iter: 1_000);
    }

    [Fact]
    public void What_comes_out_is_a_valid_document_and_the_canvas_can_follow() => Gen.Select(Mine, Clashing, Gen.Bool).Sample((one, other, takesMine) =>
    {
        FlowDocument theirs = Edited(other);
        MergeResult open = FlowMerge.Merge(Base, Edited(one), theirs);
        MergeResult merged = FlowMerge.Merge(Base, Edited(one), theirs, open.Conflicts.ToDictionary(c => c.Place, _ => takesMine ? MergeSide.Mine : MergeSide.Theirs));
        Assert.Empty(merged.Conflicts);
        // The reader refuses ids that stand twice.
        Assert.Equal(FlowJson.WriteText(merged.Document), FlowJson.WriteText(FlowJson.Read(FlowJson.Write(merged.Document))));
        FlowDocument led = FlowEditor.Apply(theirs, FlowEditor.Between(theirs, merged.Document)).Document;
        Assert.True(FlowDiff.Between(merged.Document, led).IsEmpty, FlowJson.WriteText(merged.Document) + FlowJson.WriteText(led));
    }, iter: 1_000);
}
