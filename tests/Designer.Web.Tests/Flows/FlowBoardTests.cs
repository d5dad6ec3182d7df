using Designer.Flows;
using Designer.Storage;
using Designer.Web.Features.Flows;

namespace Designer.Web.Tests.Flows;

public sealed class FlowBoardTests
{
    private static readonly DateTimeOffset s_now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private static FlowCard Card(string name, bool mine = false, int? version = null, int runs = 0, int failed = 0, int age = 0, params string[] tags) => new(
        new FlowSummary(Guid.NewGuid(), name.ToLowerInvariant(), name, $"about {name}", version, true, 0, 0, tags, "x", s_now.AddHours(-age)), "Owner", mine, new RunsToday(runs, failed, 0, []));

    private static FlowBoard Board() => new([Card("Beta", mine: true, age: 1, runs: 3, tags: "hr"), Card("Alpha", version: 2, age: 2, runs: 9, failed: 1), Card("Gamma", age: 0, tags: ["HR", "it"])]);

    private static string Names(FlowBoard board) => string.Concat(board.Visible().Select(card => card.Flow.Name[0]));

    [Fact]
    public void Counts_say_what_each_filter_would_show()
    {
        FlowBoard board = Board();

        foreach (FlowFilter filter in Enum.GetValues<FlowFilter>())
        {
            board.Filter = filter;
            Assert.Equal(board.Count(filter), board.Visible().Count);
        }
        Assert.Equal([3, 1, 1, 1], Enum.GetValues<FlowFilter>().Select(board.Count));
        Assert.Equal(["hr", "it"], board.Tags);
    }

    [Theory]
    [InlineData(FlowOrder.LastChanged, "GBA")]
    [InlineData(FlowOrder.MostRuns, "ABG")]
    [InlineData(FlowOrder.Name, "ABG")]
    public void Orders(FlowOrder order, string expected)
    {
        FlowBoard board = Board();
        board.Order = order;
        Assert.Equal(expected, Names(board));
    }

    [Fact]
    public void Search_looks_at_names_and_descriptions_whatever_the_case_and_tags_narrow()
    {
        FlowBoard board = Board();
        board.Search = " ABOUT ga ";
        Assert.Equal("G", Names(board));
        board.Search = "";
        board.Tag = "hr";
        Assert.Equal("GB", Names(board));
    }
}

public sealed class RunsTodayTests
{
    [Fact]
    public void The_course_has_a_point_for_each_hour_and_stays_in_its_box()
    {
        RunsToday today = RunsToday.Of([(0, false, false), (2, true, false), (2, false, true), (9, false, false)], hour: 3);

        Assert.Equal((4, 1, 1), (today.Runs, today.Failed, today.Waiting));
        Assert.Equal([1, 0, 2, 1], today.ByHour);
        Assert.Equal("0,8 24,15 48,1 72,8", today.Course(72, 16));
        Assert.Null(RunsToday.None.Course(72, 16));
        Assert.Null(RunsToday.Of([(0, false, false)], hour: 1).Course(72, 16));
    }
}

public sealed class FlowSketchTests
{
    private static FlowDocument Line(int count, double step) => new()
    {
        Nodes = [.. Enumerable.Range(0, count).Select(i => new FlowNode { Id = $"n{i}", Type = "logic.condition", Position = new Position(i * step, i % 3 * 120) })],
        Edges = [.. Enumerable.Range(1, count - 1).Select(i => new FlowEdge { Id = $"e{i}", From = $"n{i - 1}:out", To = $"n{i}:in" })],
    };

    [Theory]
    [InlineData(1, 280)]
    [InlineData(5, 280)]
    [InlineData(300, 280)]
    [InlineData(7, 1e6)]
    public void Everything_lies_within_the_picture(int count, double step)
    {
        FlowSketch sketch = FlowSketch.Of(Line(count, step));

        Assert.Equal(count, sketch.Boxes.Count);
        Assert.Equal(count - 1, sketch.Lines.Count);
        Assert.All(sketch.Boxes, box =>
        {
            Assert.InRange(box.X, 0, FlowSketch.Width - box.W);
            Assert.InRange(box.Y, 0, FlowSketch.Height - box.H);
        });
    }

    [Fact]
    public void Broken_documents_still_make_a_picture()
    {
        FlowDocument document = new()
        {
            Nodes = [new FlowNode { Id = "a", Type = "x", Position = new Position(double.NaN, 0) }, new FlowNode { Id = "b", Type = "no.such" }, new FlowNode { Id = "b", Type = "model.chat" }],
            Edges = [new FlowEdge { Id = "e", From = "a", To = "b" }, new FlowEdge { Id = "f", From = "", To = "nowhere:in" }],
        };

        FlowSketch sketch = FlowSketch.Of(document);

        Assert.Equal("logic", Assert.Single(sketch.Boxes).Colour);
        Assert.Empty(sketch.Lines);
        Assert.Same(FlowSketch.Empty, FlowSketch.Of(new FlowDocument()));
    }

    [Fact]
    public void Attachments_hang_below()
    {
        FlowDocument document = new()
        {
            Nodes = [new FlowNode { Id = "a", Type = "agents.assistant" }, new FlowNode { Id = "t", Type = "tools.http", Position = new Position(0, 200) }],
            Edges = [new FlowEdge { Id = "e", From = "a:tools", To = "t:tool" }],
        };

        Assert.True(Assert.Single(FlowSketch.Of(document).Lines).IsAttachment);
    }
}
