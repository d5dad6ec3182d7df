using System.Threading.Channels;
using Designer.Flows;

namespace Designer.Engine.Tests.RandomGraphs;

/// <summary>One life of the process: what was started in it never comes back once it is dead.</summary>
public sealed class Life
{
    private volatile bool isDead;
    public bool IsDead => isDead;
    public void Kill() => isDead = true;
}

/// <summary>Holds back effects and lets them go in random order.</summary>
public sealed class Chaos
{
    private readonly Lock gate = new();
    private readonly List<TaskCompletionSource> held = [];
    private readonly Channel<bool> arrivals = Channel.CreateUnbounded<bool>();
    private readonly Random random;

    private Chaos(int seed) => random = new Random(seed);

    /// <summary>Shuffles until the token is cancelled.</summary>
    public static Chaos Start(int seed, CancellationToken cancellation)
    {
        Chaos chaos = new(seed);
        _ = Task.Run(() => chaos.PumpAsync(cancellation), cancellation);
        return chaos;
    }

    public Task Turn()
    {
        TaskCompletionSource turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate) held.Add(turn);
        arrivals.Writer.TryWrite(true);
        return turn.Task;
    }

    private async Task PumpAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await arrivals.Reader.ReadAsync(cancellation);
            int pause;
            lock (gate) pause = random.Next(20);
            // Lets others arrive, so that there is something to choose from.
            for (int i = 0; i < pause; i++) await Task.Yield();
            TaskCompletionSource turn;
            lock (gate)
            {
                int chosen = random.Next(held.Count);
                turn = held[chosen];
                held.RemoveAt(chosen);
            }
            turn.SetResult();
        }
    }
}

/// <summary>An effect that fails so many times and waits for its turn; it notes when it runs although the log has its end already.</summary>
[Node("test.chaos", NodeGroup.Tools, Effect = true)]
public sealed class ChaosNode(Stage stage, Life life) : Node<ChaosNode.Settings, ChaosNode.Outputs>
{
    public sealed record Settings([property: Setting("Text", Template = true)] string Text, [property: Setting("Fail")] int Fail = 0, [property: Setting("Transient")] bool Transient = true);
    public sealed record Outputs([property: Output("Text")] string Text);

    public override async ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step)
    {
        if (!life.IsDead && stage.Log is { } log)
            await foreach (RunEvent e in log.ReadAsync(step.RunId, 1, step.Cancellation))
                if (e.Type == RunEventType.StepCompleted && e.Step == step.Path && !life.IsDead) stage.Violations.Enqueue($"{step.Path} ran again after its end");
        int count = stage.Executions.AddOrUpdate(step.Path, 1, (_, n) => n + 1);
        if (stage.Chaos is { } chaos) await chaos.Turn().WaitAsync(step.Cancellation);
        if (count <= settings.Fail) throw new StepException("test.failed", $"as told", settings.Transient);
        return StepResult.Done(new Outputs(settings.Text));
    }
}
