using System.Buffers;
using System.Text.Json;
using Designer.Engine;
using Designer.Flows;

namespace Designer.Storage.Tests;

/// <summary>Runs and batches to write in tests.</summary>
internal static class Batches
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static RunRow Row(RunState state = RunState.Running, string? conversation = null) => new()
    {
        Id = Guid.CreateVersion7(),
        WorkspaceId = Guid.NewGuid(),
        FlowId = Guid.NewGuid(),
        Version = "3",
        State = state,
        StartedAt = Start,
        Input = JsonSerializer.SerializeToElement(new { question = "Wie viele Urlaubstage? 多少天" }),
        ConversationId = conversation,
        Trigger = "api",
        StartedBy = "key:1",
    };

    /// <summary>The first batch of a run, with so many events.</summary>
    public static RunBatch New(RunRow row, int count = 1) => new()
    {
        RunId = row.Id,
        Epoch = 1,
        FirstSeq = 1,
        Count = count,
        Events = Lines(1, count),
        Row = row,
        IsNew = true,
        VersionHash = "hash",
        Release = row.IsEnded || row.State == RunState.Waiting,
    };

    public static RunBatch Next(RunRow row, long firstSeq, int count = 1, long epoch = 1, RunRow? changed = null) => new()
    {
        RunId = row.Id,
        Epoch = epoch,
        FirstSeq = firstSeq,
        Count = count,
        Events = Lines(firstSeq, count),
        Row = changed,
        Release = changed is { IsEnded: true } or { State: RunState.Waiting },
    };

    public static RunRow Ended(RunRow row, DateTimeOffset? at = null) => row with
    {
        State = RunState.Completed,
        EndedAt = at ?? Start.AddSeconds(1),
        Output = JsonSerializer.SerializeToElement(new { text = "30" }),
        Usage = new Usage(12, 34, 0.000125m, 2),
    };

    public static byte[] Lines(long firstSeq, int count)
    {
        ArrayBufferWriter<byte> lines = new();
        for (long seq = firstSeq; seq < firstSeq + count; seq++)
            EventJson.WriteLine(lines, new RunEvent(seq, RunEventType.StepCompleted, Start, $"step{seq}", 1, new EventData { Port = "out" }));
        return lines.WrittenSpan.ToArray();
    }

    public static async Task<List<RunEvent>> EventsAsync(this IRunLog log, Guid runId, long fromSeq = 1)
    {
        List<RunEvent> events = [];
        await foreach (RunEvent item in log.ReadAsync(runId, fromSeq, TestContext.Current.CancellationToken)) events.Add(item);
        return events;
    }
}
