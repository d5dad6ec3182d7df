using Designer.Engine;
using Designer.Web.Features.Runs;

namespace Designer.Web.Tests.Runs;

public sealed class RunTraceTests
{
    private static readonly DateTimeOffset s_start = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private static RunTrace Trace(double startMs, double tookMs, double lastMs)
    {
        RunTrace trace = new();
        trace.Apply(new RunEvent(1, RunEventType.RunStarted, s_start, null, 0, null));
        trace.Apply(new RunEvent(2, RunEventType.StepStarted, s_start.AddMilliseconds(startMs), "reply", 1, null));
        trace.Apply(new RunEvent(3, RunEventType.StepCompleted, s_start.AddMilliseconds(startMs + tookMs), "reply", 1, new EventData { DurationMs = tookMs }));
        trace.Apply(new RunEvent(4, RunEventType.RunCompleted, s_start.AddMilliseconds(lastMs), null, 0, null));
        return trace;
    }

    [Theory]
    [InlineData(0, 100, 100)]
    [InlineData(36, 0, 36)]      // a step that starts with the last event once crashed the page
    [InlineData(99.9, 0.05, 100)]
    [InlineData(10, 500, 100)]   // clocks of two processes may disagree
    [InlineData(0.01, 0.01, 3600_000)]
    public void A_bar_can_be_seen_and_stays_on_the_axis(double startMs, double tookMs, double lastMs)
    {
        RunTrace trace = Trace(startMs, tookMs, lastMs);

        (double left, double width) = trace.BarOf(trace.Steps.Single());

        Assert.InRange(left, 0, 99.2);
        Assert.True(width >= 0.8, $"{width}");
        Assert.True(left + width <= 100.001, $"{left} + {width}");
    }

    [Fact]
    public void A_bar_stands_where_its_step_ran()
    {
        RunTrace trace = Trace(25, 50, 100);

        (double left, double width) = trace.BarOf(trace.Steps.Single());

        Assert.Equal(25, left, 3);
        Assert.Equal(50, width, 3);
    }

    [Theory]
    [InlineData("draft@17", "draft")]
    [InlineData("3", "v3")]
    public void Versions_read_as_people_say_them(string version, string words) => Assert.Equal(words, RunWords.Version(version));

    [Fact]
    public void Decisions_read_as_words() => Assert.Equal("Ask again", RunWords.Decision("ask_again"));
}
