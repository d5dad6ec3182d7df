using Designer.Flows;

namespace Designer.Engine.Tests.Contract;

/// <summary>One handle and streaming: a run id is enough to watch from any number, and text arrives as it is made.</summary>
public sealed class P04_HandleTests
{
    private readonly EngineHarness engine = new();

    private static FlowVersion Streaming(string answer = "{{ say.text }}") => Flow.Of($$$"""
        start start
        say work {"text":"Hello world","tokens":["Hello ","world"],"gate":"say"}
        end answer {"text":"{{{answer}}}"}
        """, "start -> say -> end");

    [Fact]
    public async Task A_reader_sees_text_before_the_step_ends_and_the_answer_it_goes_to()
    {
        Guid run = await engine.StartAsync(Streaming());
        List<RunEvent> seen = [];
        await foreach (RunEvent e in engine.Engine.WatchAsync(run, 1, TestContext.Current.CancellationToken))
        {
            seen.Add(e);
            if (e.Type == RunEventType.StepToken) engine.Stage.Gate("say").TrySetResult();
        }
        RunEvent[] tokens = [.. seen.Where(e => e.Type == RunEventType.StepToken)];
        Assert.Equal("Hello world", string.Concat(tokens.Select(t => t.Data!.Text)));
        Assert.All(tokens, t => Assert.Equal("end", t.Data!.AnswerNode));
        Assert.True(seen.FindIndex(e => e.Type == RunEventType.StepToken) > seen.FindIndex(e => e is { Step: "say", Type: RunEventType.StepStarted }));
        Assert.True(seen.FindLastIndex(e => e.Type == RunEventType.StepToken) < seen.FindIndex(e => e is { Step: "say", Type: RunEventType.StepCompleted }));
    }

    [Fact]
    public async Task Text_that_an_answer_changes_is_not_passed_through()
    {
        Guid run = await engine.StartAsync(Streaming("Said: {{ say.text }}"));
        engine.Stage.Gate("say").SetResult();
        Assert.All((await engine.EventsAsync(run)).Where(e => e.Type == RunEventType.StepToken), t => Assert.Null(t.Data!.AnswerNode));
    }

    [Fact]
    public async Task A_reader_that_comes_late_gets_the_text_so_far_and_then_the_rest()
    {
        Guid run = await engine.StartAsync(Streaming());
        await engine.Stage.Reached("say");
        await using IAsyncEnumerator<RunEvent> late = engine.Engine.WatchAsync(run, 1, TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        while (await late.MoveNextAsync() && late.Current.Type != RunEventType.StepToken) { }
        Assert.Equal((0, "Hello world"), (late.Current.Data!.Offset, late.Current.Data.Text));
        engine.Stage.Gate("say").SetResult();
        List<RunEventType> rest = [];
        while (await late.MoveNextAsync()) rest.Add(late.Current.Type);
        Assert.Equal(RunEventType.RunCompleted, rest[^1]);
    }

    [Fact]
    public async Task A_reader_that_comes_back_after_a_steps_start_gets_its_text_too()
    {
        Guid run = await engine.StartAsync(Streaming());
        long started = 0;
        await foreach (RunEvent e in engine.Engine.WatchAsync(run, 1, TestContext.Current.CancellationToken))
        {
            if (e is { Step: "say", Type: RunEventType.StepStarted }) started = e.Seq;
            if (e.Type == RunEventType.StepToken) break;
        }
        await using IAsyncEnumerator<RunEvent> back = engine.Engine.WatchAsync(run, started + 1, TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await back.MoveNextAsync());
        Assert.Equal((RunEventType.StepToken, "Hello world"), (back.Current.Type, back.Current.Data!.Text));
        engine.Stage.Gate("say").SetResult();
    }

    [Fact]
    public async Task A_reader_that_comes_back_after_a_steps_end_does_not_get_its_text_again()
    {
        Guid run = await engine.StartAsync(Flow.Of("""
            start start
            say work {"text":"Hello","tokens":["Hello"]}
            hold work {"text":"{{ say.text }}","gate":"hold"}
            end answer {"text":"{{ hold.text }}"}
            """, "start -> say -> hold -> end"));
        await engine.Stage.Reached("hold");
        long ended = 0;
        await foreach (RunEvent e in engine.Engine.WatchAsync(run, 1, TestContext.Current.CancellationToken))
        {
            if (e is not { Step: "say", Type: RunEventType.StepCompleted }) continue;
            ended = e.Seq;
            break;
        }
        Task<List<RunEvent>> rest = engine.EventsAsync(run, ended + 1);
        engine.Stage.Gate("hold").SetResult();
        Assert.DoesNotContain(await rest, e => e.Type == RunEventType.StepToken);
    }

    [Fact]
    public async Task Watching_from_a_number_gives_what_follows_and_nothing_twice()
    {
        Guid run = await engine.StartAsync(Streaming());
        engine.Stage.Gate("say").SetResult();
        List<RunEvent> all = [.. (await engine.EventsAsync(run)).Where(e => e.Seq > 0)];
        for (int from = 1; from <= all.Count; from++)
            Assert.Equal(all.Skip(from - 1).Select(e => (e.Seq, e.Type)), (await engine.EventsAsync(run, from)).Where(e => e.Seq > 0).Select(e => (e.Seq, e.Type)));
    }

    [Fact]
    public async Task Deep_values_come_back_from_the_log()
    {
        EngineHarness fresh = new();
        string deep = string.Concat(Enumerable.Repeat("{\"a\":", 150)) + "1" + new string('}', 150);
        FlowVersion flow = Flow.Of("start start {\"inputs\":[{\"name\":\"deep\"}]}\nend answer {\"value\":\"{{ start.deep }}\"}", "start -> end");
        System.Text.Json.JsonDocumentOptions options = new() { MaxDepth = 256 };
        StartedRun run = await fresh.Engine.StartAsync(flow, System.Text.Json.JsonElement.Parse($"{{\"deep\":{deep}}}", options), RunOptions.Default, TestContext.Current.CancellationToken);
        await fresh.Engine.WaitAsync(run.Id, TestContext.Current.CancellationToken);
        await fresh.Restart();
        Assert.Equal(RunEventType.RunCompleted, (await fresh.EventsAsync(run.Id))[^1].Type);
    }

    [Fact]
    public async Task A_run_goes_on_when_every_reader_has_left()
    {
        Guid run = await engine.StartAsync(Streaming());
        await foreach (RunEvent e in engine.Engine.WatchAsync(run, 1, TestContext.Current.CancellationToken))
            if (e.Type == RunEventType.StepToken) break;
        engine.Stage.Gate("say").SetResult();
        Assert.Equal("Hello world", EngineHarness.Text(await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken)));
    }
}
