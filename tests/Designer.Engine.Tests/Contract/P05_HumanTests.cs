using Designer.Flows;
using Microsoft.Extensions.Time.Testing;

namespace Designer.Engine.Tests.Contract;

/// <summary>Human steps: everywhere, holding nothing, answered exactly once.</summary>
public sealed class P05_HumanTests
{
    private readonly EngineHarness engine = new();

    private static FlowVersion Asking(string settings = "{\"text\":\"Send?\"}") => Flow.Of($$$"""
        start start
        ask ask {{{settings}}}
        yes answer {"text":"sent by {{ ask.by }}"}
        no answer {"text":"kept"}
        late answer {"text":"too late"}
        """, "start -> ask, ask:yes -> yes, ask:no -> no, ask:timeout -> late");

    [Fact]
    public async Task A_run_waits_survives_a_restart_and_goes_on_with_the_answer()
    {
        Guid run = await engine.StartAsync(Asking());
        Assert.Equal(RunState.Waiting, (await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken)).State);
        Assert.Equal(0, await engine.Restart());

        await engine.Engine.AnswerAsync(run, "ask", new HumanAnswer("yes", By: "ada"), TestContext.Current.CancellationToken);
        Assert.Equal("sent by ada", EngineHarness.Text(await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task Of_fifty_answers_at_once_exactly_one_counts()
    {
        Guid run = await engine.StartAsync(Asking());
        await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken);

        bool[] taken = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(async () =>
        {
            try
            {
                await engine.Engine.AnswerAsync(run, "ask", new HumanAnswer(i % 2 == 0 ? "yes" : "no", By: $"{i}"));
                return true;
            }
            catch (RunConflictException)
            {
                return false;
            }
        })));

        Assert.Single(taken, t => t);
        await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken);
        Assert.Single(await engine.EventsAsync(run), e => e.Type == RunEventType.StepResumed);
    }

    [Fact]
    public async Task An_answer_reaches_a_step_while_another_branch_still_works()
    {
        FlowVersion flow = Flow.Of("""
            start start
            ask ask
            busy work {"gate":"busy","text":"B"}
            end answer {"text":"{{ ask.by }}{{ busy.text }}"}
            """, "start -> ask, ask:yes -> end, start -> busy -> end");
        Guid run = await engine.StartAsync(flow);
        await engine.Stage.Reached("busy");
        await foreach (RunEvent e in engine.Engine.WatchAsync(run, 1, TestContext.Current.CancellationToken))
            if (e.Type == RunEventType.StepWaiting) break;

        await engine.Engine.AnswerAsync(run, "ask", new HumanAnswer("yes", By: "A"), TestContext.Current.CancellationToken);
        engine.Stage.Gate("busy").SetResult();
        RunRow row = await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken);
        Assert.Equal("AB", EngineHarness.Text(row));
        Assert.DoesNotContain(await engine.EventsAsync(run), e => e.Type == RunEventType.RunWaiting);
    }

    [Fact]
    public async Task A_deadline_takes_the_timeout_port()
    {
        FakeTimeProvider clock = new(DateTimeOffset.UtcNow);
        EngineHarness timed = new(clock: clock);
        Guid run = await timed.StartAsync(Asking("""{"text":"Send?","within":"1h"}"""));
        await timed.Engine.WaitAsync(run, TestContext.Current.CancellationToken);
        Assert.Equal(0, await timed.Engine.ResumeAsync(TestContext.Current.CancellationToken));

        clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(1, await timed.Engine.ResumeAsync(TestContext.Current.CancellationToken));
        Assert.Equal("too late", EngineHarness.Text(await timed.Engine.WaitAsync(run, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task In_a_loop_each_iteration_asks_on_its_own()
    {
        FlowVersion flow = Flow.Of("""
            start start
            loop loop {"items":["a","b"],"collect":"{{ ask.by }}","parallel":true}
            end answer {"value":"{{ loop.results }}"}
            """, "start -> loop -> end", n => n.With("loop", x => x with { Children = new ChildGraph { Nodes = Flow.Nodes("ask ask {}") } }));
        Guid run = await engine.StartAsync(flow);
        Assert.Equal(RunState.Waiting, (await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken)).State);
        await engine.Engine.AnswerAsync(run, "loop#1/ask", new HumanAnswer("yes", By: "B"), TestContext.Current.CancellationToken);
        Assert.Equal(RunState.Waiting, (await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken)).State);
        await engine.Restart();
        await engine.Engine.AnswerAsync(run, "loop#0/ask", new HumanAnswer("yes", By: "A"), TestContext.Current.CancellationToken);

        RunRow row = await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken);
        Assert.Equal("""["A","B"]""", row.Output!.Value.GetProperty("value").GetRawText());
    }

    [Fact]
    public async Task A_decision_that_was_not_offered_and_a_step_that_does_not_wait_are_refused()
    {
        Guid run = await engine.StartAsync(Asking());
        await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken);
        RunConflictException unknown = await Assert.ThrowsAsync<RunConflictException>(() => engine.Engine.AnswerAsync(run, "ask", new HumanAnswer("maybe")).AsTask());
        Assert.Equal("step.decision", unknown.Code);
        RunConflictException idle = await Assert.ThrowsAsync<RunConflictException>(() => engine.Engine.AnswerAsync(run, "start", new HumanAnswer("yes")).AsTask());
        Assert.Equal("step.notWaiting", idle.Code);
    }

    [Fact]
    public async Task A_deadline_comes_while_another_branch_still_works()
    {
        FakeTimeProvider clock = new(DateTimeOffset.UtcNow);
        EngineHarness timed = new(clock: clock);
        FlowVersion flow = Flow.Of("""
            start start
            ask ask {"within":"1h"}
            busy work {"gate":"busy"}
            late work {"gate":"late"}
            end answer {"text":"done"}
            """, "start -> ask, ask:timeout -> late -> end, start -> busy -> end");
        Guid run = await timed.StartAsync(flow, options: new RunOptions { Budget = new Budget() });
        await timed.Stage.Reached("busy");
        await foreach (RunEvent e in timed.Engine.WatchAsync(run, 1, TestContext.Current.CancellationToken))
            if (e.Type == RunEventType.StepWaiting) break;

        clock.Advance(TimeSpan.FromHours(2));
        await timed.Engine.ResumeAsync(TestContext.Current.CancellationToken);
        await timed.Stage.Reached("late");
        await timed.Engine.CancelAsync(run, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task In_a_parallel_loop_the_next_item_starts_although_an_earlier_one_waits()
    {
        FlowVersion flow = Flow.Of("""
            start start
            loop loop {"items":["ask","go","ask"],"collect":"{{ ask.by }}","two":true}
            end answer {"value":"{{ loop.results }}"}
            """, "start -> loop -> end", n => n.With("loop", x => x with
        {
            Children = new ChildGraph
            {
                Nodes = Flow.Nodes("""
                    way route {"port":"{% if each.item == 'ask' %}a{% else %}b{% endif %}"}
                    ask ask {}
                    go work {"text":"w"}
                    """),
                Edges = Flow.Edges("way:a -> ask, way:b -> go"),
            },
        }));
        Guid run = await engine.StartAsync(flow);
        await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken);

        List<RunEvent> events = [];
        await foreach (RunEvent e in engine.Log.ReadAsync(run, 1, TestContext.Current.CancellationToken)) events.Add(e);
        Assert.Equal(["loop#0/ask", "loop#2/ask"], events.Where(e => e.Type == RunEventType.StepWaiting).Select(e => e.Step).Order());
        Assert.Equal(RunEventType.RunWaiting, events[^1].Type);
    }

    [Fact]
    public async Task An_answer_that_nobody_waits_for_any_more_wakes_the_run_at_most_once()
    {
        FlowVersion flow = Flow.Of("""
            start start
            loop loop {"items":["x"],"collect":"{{ first.by }}"}
            second ask {}
            """, "start -> loop, loop:error -> second", n => n.With("loop", x => x with
        {
            OnError = new ErrorPolicy("branch"),
            Children = new ChildGraph { Nodes = Flow.Nodes("first ask {}\nw work {\"gate\":\"w\",\"fail\":9,\"transient\":false}") },
        }));
        Guid run = await engine.StartAsync(flow);
        await engine.Stage.Reached("w");
        await foreach (RunEvent e in engine.Engine.WatchAsync(run, 1, TestContext.Current.CancellationToken))
            if (e.Type == RunEventType.StepWaiting) break;
        // Another process posts it; before this one looks, the loop has failed and its step asks no more.
        Assert.True(await engine.Log.Join().PostAsync(run, new InboxItem("loop#0/first", "answer", new HumanAnswer("yes"), TimeProvider.System.GetUtcNow()), TestContext.Current.CancellationToken));
        engine.Stage.Gate("w").SetResult();
        Assert.Equal(RunState.Waiting, (await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken)).State);

        Assert.Equal(1, await engine.Engine.ResumeAsync(TestContext.Current.CancellationToken));
        await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken);
        Assert.Equal(0, await engine.Engine.ResumeAsync(TestContext.Current.CancellationToken));
        Assert.Equal(2, await engine.Log.ReadAsync(run, 1, TestContext.Current.CancellationToken).CountAsync(e => e.Type == RunEventType.RunWaiting));
        await engine.Engine.AnswerAsync(run, "second", new HumanAnswer("yes"), TestContext.Current.CancellationToken);
        Assert.Equal(RunState.Completed, (await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken)).State);
    }

    [Fact]
    public async Task A_waiting_run_can_be_cancelled()
    {
        Guid run = await engine.StartAsync(Asking());
        await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken);
        Assert.True(await engine.Engine.CancelAsync(run, TestContext.Current.CancellationToken));
        Assert.Equal(RunState.Cancelled, (await engine.Engine.WaitAsync(run, TestContext.Current.CancellationToken)).State);
        Assert.Equal(RunEventType.RunCancelled, (await engine.EventsAsync(run))[^1].Type);
        Assert.False(await engine.Engine.CancelAsync(run, TestContext.Current.CancellationToken));
    }
}
