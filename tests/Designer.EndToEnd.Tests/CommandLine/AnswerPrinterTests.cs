using System.Text.Json;
using Designer.Engine;
using Designer.Flows;
using Designer.Web.Commands;

namespace Designer.EndToEnd.Tests.CommandLine;

/// <summary>How texts that arrive in pieces, twice or side by side become one text on standard output.</summary>
public sealed class AnswerPrinterTests : IDisposable
{
    private readonly StringWriter _out = new() { NewLine = "\n" };
    private readonly AnswerPrinter _printer;

    public AnswerPrinterTests()
    {
        FlowNode[] nodes = [Node("answer", "answer"), Node("second", "answer"), Node("loop", "logic.forEach") with { Children = new ChildGraph { Nodes = [Node("each_answer", "answer")] } }, Node("sub", "logic.subflow")];
        _printer = new AnswerPrinter(new Terminal(_out, TextWriter.Null, TextReader.Null), new FlowDocument { Nodes = nodes }, new NodeCatalog([new Designer.Nodes.Output.AnswerNode()]));
    }

    public void Dispose() => _out.Dispose();

    [Fact]
    public void Pieces_make_the_text_and_the_whole_is_not_said_twice()
    {
        Token("reply", "answer", 0, "Hel");
        Token("reply", "answer", 3, "lo");
        Completed("answer", "Hello.");
        _printer.End(Output("Hello."));
        Assert.Equal("Hello.\n", _out.ToString());
    }

    [Fact]
    public void A_second_attempt_begins_on_a_new_line()
    {
        Token("reply", "answer", 0, "Hel");
        Token("reply", "answer", 0, "Good ", attempt: 2);
        Token("reply", "answer", 5, "day", attempt: 2);
        Completed("answer", "Good day");
        Assert.Equal("Hel\nGood day", _out.ToString());
    }

    [Fact]
    public void Of_two_that_stream_at_once_the_later_one_waits()
    {
        Token("a", "answer", 0, "One ");
        Token("b", "second", 0, "Two ");
        Token("a", "answer", 4, "more");
        Completed("answer", "One more");
        Completed("second", "Two more");
        _printer.End(Output("One more\n\nTwo more"));
        Assert.Equal("One more\n\nTwo more\n", _out.ToString());
    }

    [Fact]
    public void Halves_of_a_character_are_joined()
    {
        Token("reply", "answer", 0, "Fine \uD83D");
        Assert.Equal("Fine ", _out.ToString());
        Token("reply", "answer", 6, "\uDE00");
        Assert.Equal("Fine 😀", _out.ToString());
    }

    [Fact]
    public void Answers_in_loops_count_and_those_of_sub_flows_do_not()
    {
        Completed("loop#1/each_answer", "First");
        Completed("sub/answer", "Hidden");
        Completed("loop#2/each_answer", "Second");
        _printer.End(Output("First\n\nSecond"));
        Assert.Equal("First\n\nSecond\n", _out.ToString());
    }

    [Fact]
    public void What_was_missed_comes_from_the_output()
    {
        Token("reply", "answer", 40, "the end.");
        _printer.End(Output("All of it, to the end."));
        Assert.Equal("All of it, to the end.\n", _out.ToString());
    }

    [Fact]
    public void Named_values_show_where_there_is_no_text()
    {
        _printer.End(JsonElement.Parse("""{"total":3}"""));
        Assert.Equal(3, JsonElement.Parse(_out.ToString()).GetProperty("total").GetInt32());
    }

    private void Token(string step, string answer, int offset, string text, int attempt = 1) =>
        _printer.Show(new RunEvent(0, RunEventType.StepToken, DateTimeOffset.UnixEpoch, step, attempt, new EventData { Offset = offset, Text = text, AnswerNode = answer }));

    private void Completed(string path, string text) =>
        _printer.Show(new RunEvent(1, RunEventType.StepCompleted, DateTimeOffset.UnixEpoch, path, 1, new EventData { Outputs = JsonSerializer.SerializeToElement(new { text }) }));

    private static JsonElement Output(string text) => JsonSerializer.SerializeToElement(new { text });

    private static FlowNode Node(string id, string type) => new() { Id = id, Type = type };
}
