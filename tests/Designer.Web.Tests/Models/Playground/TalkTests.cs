using Designer.Web.Features.Models.Playground;

namespace Designer.Web.Tests.Models.Playground;

/// <summary>The talk between a person and several models.</summary>
public sealed class TalkTests
{
    [Fact]
    public void A_column_that_came_later_has_answers_for_its_own_turns_only()
    {
        Talk talk = new() { Columns = [new Column { Model = "a" }] };
        talk.Ask(new Asked("one", []));
        talk.Columns.Add(new Column { Model = "b" });
        talk.Ask(new Asked("two", []));

        Assert.Equal((true, true), (talk.Columns[0].At(0) is not null, talk.Columns[0].At(1) is not null));
        Assert.Equal((false, true), (talk.Columns[1].At(0) is not null, talk.Columns[1].At(1) is not null));
    }

    [Fact]
    public void What_was_under_way_when_the_page_went_is_stopped_and_keeps_its_text()
    {
        Talk talk = new() { Columns = [new Column { Model = "a" }] };
        Answer answer = talk.Ask(new Asked("one", []))[0].Answer;
        answer.Add("half an ");

        talk.TakeUp();

        Assert.Equal((AnswerState.Stopped, "half an "), (answer.State, answer.Text));
    }

    [Theory]
    [InlineData(21L, 100.0, 2100.0, 10.0)]
    [InlineData(null, 100.0, 2100.0, null)]
    [InlineData(21L, null, 2100.0, null)]
    [InlineData(21L, 100.0, 100.5, null)]
    public void Speed_leaves_the_wait_for_the_first_token_out(long? tokens, double? first, double total, double? speed) =>
        Assert.Equal(speed, new Answer { OutputTokens = tokens, FirstTokenMs = first, TotalMs = total }.TokensPerSecond);
}
