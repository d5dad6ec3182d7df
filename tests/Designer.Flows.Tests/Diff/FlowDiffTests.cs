using System.Text.Json;
using CsCheck;
using Designer.Flows.Tests.Document;
using Xunit;

namespace Designer.Flows.Tests.Diff;

public class FlowDiffTests
{
    private static FlowDocument Handbook() => FlowJson.Read(Samples.Handbook());

    private static FlowDiff After(params Op[] ops) => FlowDiff.Between(Handbook(), FlowEditor.Apply(Handbook(), ops).Document);

    [Fact]
    public void Equal_documents_have_no_difference()
    {
        Assert.True(FlowDiff.Between(Handbook(), Handbook()).IsEmpty);
        Assert.True(After(new MoveNode("search", new Position(9, 9))).IsCosmetic);
    }

    [Fact]
    public void Nodes_are_added_removed_changed_and_moved()
    {
        FlowDiff diff = After(
            new AddNode(new FlowNode { Id = "new", Name = "New" }), new RemoveNode("inner"), new SetSetting("search", "alpha", JsonElement.Parse("7")),
            new SetNode("search", "name", JsonElement.Parse("\"Search manual\"")), new MoveNode("start", new Position(1, 1)));
        Assert.Equal(["start Moved", "search Changed", "new Added", "inner Removed"], diff.Nodes.Select(n => $"{n.Id} {n.Kind}"));
        PartChange search = diff.Nodes[1];
        Assert.Equal(["name", "settings.alpha"], search.Members.Select(m => m.Path));
        Assert.Equal([new TextPart(TextChange.Same, "Search "), new TextPart(TextChange.Removed, "handbook"), new TextPart(TextChange.Added, "manual")], search.Members[0].Text);
        Assert.Equal(("1E+2", "7"), (search.Members[1].Old!.Value.GetRawText(), search.Members[1].New!.Value.GetRawText()));
        Assert.Equal("loop", diff.Nodes[3].Parent);
        Assert.Equal(("e9", ChangeKind.Removed), (diff.Edges[0].Id, diff.Edges[0].Kind));
        Assert.False(diff.IsCosmetic);
    }

    [Fact]
    public void Everything_else_is_compared_too()
    {
        FlowDiff diff = After(
            new SetFlow("mode", JsonElement.Parse("\"task\"")), new SetFlow("slots", JsonElement.Parse("""{"model":{"kind":"model"},"key":{"kind":"credential"}}""")),
            new SetFlow("variables", JsonElement.Parse("""[{"name":"tone","type":"number"}]""")), new SetNote(new FlowNote { Id = "n1", Text = "other" }), new SetGroup(new FlowGroup("g1", "Other")),
            new RemoveEdge("e1"), new AddEdge(new FlowEdge { Id = "e5", From = "start:out", To = "loop:in" }));
        Assert.Equal("mode", Assert.Single(diff.Fields).Path);
        Assert.Equal(["model Changed", "key Added", "handbook Removed"], diff.Slots.Select(s => $"{s.Id} {s.Kind}"));
        Assert.Equal(["tone Changed", "count Removed"], diff.Variables.Select(v => $"{v.Id} {v.Kind}"));
        Assert.Equal("n1", Assert.Single(diff.Notes).Id);
        Assert.Equal(("g1", "Other"), (Assert.Single(diff.Groups).Id, diff.Groups[0].Label));
        Assert.Equal(["e5 Added start:out → loop:in", "e1 Removed start:out → search:in"], diff.Edges.Select(e => $"{e.Id} {e.Kind} {e.Label}"));
    }

    [Fact]
    public void An_edge_that_was_drawn_anew_is_the_same() =>
        Assert.True(After(new RemoveEdge("e1"), new AddEdge(new FlowEdge { Id = "e7", From = "start:out", To = "search:in" })).IsEmpty);

    [Fact]
    public void A_node_that_changed_its_container_is_moved()
    {
        FlowDocument flow = Handbook();
        FlowNode search = flow.Nodes[1];
        PartChange change = Assert.Single(After(new RemoveNode("search"), new AddNode(search, "loop")).Nodes);
        Assert.Equal(("search", ChangeKind.Moved, "loop"), (change.Id, change.Kind, change.Parent));
    }

    [Theory]
    [InlineData("", "", "")]
    [InlineData("a b c", "a b c", "=a b c")]
    [InlineData("answer from the context", "answer only from context", "=answer +only =from -the =context")]
    [InlineData("", "new", "+new")]
    [InlineData("old", "", "-old")]
    [InlineData("请回答问题", "请简短回答", "=请 +简短 =回答 -问题")]
    public void Texts_are_compared_word_by_word(string before, string after, string expected)
    {
        string shown = string.Join(' ', TextDiff.Between(before, after).Select(p => (p.Change switch { TextChange.Same => "=", TextChange.Added => "+", _ => "-" }) + p.Text.Trim()));
        Assert.Equal(expected, shown);
    }

    [Fact]
    public void Parts_of_a_text_diff_give_both_texts_back()
    {
        Gen<string> text = Gen.OneOf("a ", "b ", "c", ",", " ", "\n", "词", "长", "😀", "word ").Array[0, 40].Select(string.Concat);
        Gen.Select(text, text).Sample((before, after) =>
        {
            IReadOnlyList<TextPart> parts = TextDiff.Between(before, after);
            Assert.Equal(before, string.Concat(parts.Where(p => p.Change != TextChange.Added).Select(p => p.Text)));
            Assert.Equal(after, string.Concat(parts.Where(p => p.Change != TextChange.Removed).Select(p => p.Text)));
        }, iter: 5_000);
    }

    [Fact]
    public void Long_texts_that_share_nothing_are_replaced_quickly()
    {
        string before = string.Join(' ', Enumerable.Range(0, 100_000)), after = string.Join('-', Enumerable.Range(200_000, 100_000));
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        Assert.Equal(2, TextDiff.Between(before, after).Count);
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5));
    }
}
