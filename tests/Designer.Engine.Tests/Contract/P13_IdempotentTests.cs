using System.Text.Json;
using Designer.Flows;

namespace Designer.Engine.Tests.Contract;

/// <summary>Idempotent calls, and one active run per conversation.</summary>
public sealed class P13_IdempotentTests
{
    private readonly EngineHarness engine = new();
    private static readonly FlowVersion Simple = Flow.Of("start start\nw work {\"gate\":\"w\",\"text\":\"ok\"}\nend answer {\"text\":\"{{ w.text }}\"}", "start -> w -> end");

    [Fact]
    public async Task The_same_key_fifty_times_at_once_is_one_run()
    {
        RunOptions options = new() { IdempotencyKey = new IdempotencyKey("key1/flow", "abc", "hash") };
        StartedRun[] started = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => engine.Engine.StartAsync(Simple, default, options).AsTask())));

        Assert.Single(started.Select(s => s.Id).Distinct());
        Assert.Single(started, s => !s.IsExisting);
        engine.Stage.Gate("w").SetResult();
        Assert.Equal("ok", EngineHarness.Text(await engine.Engine.WaitAsync(started[0].Id, TestContext.Current.CancellationToken)));
        Assert.Equal(1, engine.Stage.Executions["w"]);
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_refused()
    {
        await engine.Engine.StartAsync(Simple, default, new RunOptions { IdempotencyKey = new IdempotencyKey("s", "k", "one") }, TestContext.Current.CancellationToken);
        RunConflictException refused = await Assert.ThrowsAsync<RunConflictException>(() =>
            engine.Engine.StartAsync(Simple, default, new RunOptions { IdempotencyKey = new IdempotencyKey("s", "k", "two") }).AsTask());
        Assert.Equal("idempotency.reused", refused.Code);
    }

    [Fact]
    public async Task A_conversation_has_one_active_run_and_remembers_what_was_said_and_set()
    {
        FlowVersion chat = Flow.Of("""
            start start {"inputs":[{"name":"q"}]}
            w work {"gate":"{{ start.q }}","text":"{{ vars.seen }}{{ start.q }}"}
            set set {"name":"seen","value":"{{ w.text }}"}
            end answer {"text":"{{ w.text }} after {{ conversation.messages.size }}"}
            """, "start -> w -> set -> end", variables: [new FlowVariable { Name = "seen", Scope = "conversation", Default = JsonSerializer.SerializeToElement("") }]);
        RunOptions options = new() { ConversationId = "c1" };
        Guid first = await engine.StartAsync(chat, new { q = "a" }, options);
        await engine.Stage.Reached("a");
        RunConflictException busy = await Assert.ThrowsAsync<RunConflictException>(() => engine.StartAsync(chat, new { q = "b" }, options));
        Assert.Equal("conversation.busy", busy.Code);

        engine.Stage.Gate("a").SetResult();
        engine.Stage.Gate("b").SetResult();
        Assert.Equal("a after 0", EngineHarness.Text(await engine.Engine.WaitAsync(first, TestContext.Current.CancellationToken)));
        Assert.Equal("ab after 2", EngineHarness.Text(await engine.RunAsync(chat, new { q = "b" }, options)));
    }

    [Fact]
    public async Task A_key_counts_for_a_run_that_keeps_only_a_summary()
    {
        FlowVersion flow = Flow.Of("""
            start start
            t text {"text":"T"}
            end answer {"text":"{{ t.text }}"}
            """, "start -> t -> end");
        RunOptions options = new() { Record = RunRecord.Summary, IdempotencyKey = new IdempotencyKey("key", "summary", "body") };
        JsonElement input = JsonSerializer.SerializeToElement(new { });
        StartedRun[] started = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => engine.Engine.StartAsync(flow, input, options).AsTask())));
        Assert.Single(started.Select(s => s.Id).Distinct());
        Assert.Single(started, s => !s.IsExisting);
    }
}
