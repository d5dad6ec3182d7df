using System.Buffers;
using Designer.Flows;

namespace Designer.Engine;

/// <summary>
/// A run's events of this process, as structs: they become objects and JSON only when somebody reads or the log takes them,
/// so that a run which nobody watches pays some 60 bytes for an event.
/// </summary>
internal sealed class EventBuffer(long firstSeq)
{
    private Entry[] entries = new Entry[16];
    private int count;

    /// <summary>The number of the last event.</summary>
    public long LastSeq => firstSeq + count - 1;
    /// <summary>Numbers below this one are only in the log.</summary>
    public long FirstSeq => firstSeq;

    public void Add(RunEventType type, DateTimeOffset time, string? step, int attempt, object? payload, string? port = null, Usage? usage = null, double durationMs = 0, bool cached = false)
    {
        if (count == entries.Length) Array.Resize(ref entries, count * 2);
        entries[count++] = new Entry(type, time, step, attempt, payload, port, usage, durationMs, cached);
    }

    public RunEvent this[long seq]
    {
        get
        {
            ref Entry e = ref entries[seq - firstSeq];
            EventData? data = e.Type switch
            {
                RunEventType.StepStarted => new EventData { Inputs = e.Payload },
                RunEventType.StepCompleted => new EventData { Outputs = e.Payload, Port = e.Port, Usage = e.Usage, DurationMs = e.DurationMs, Cached = e.Cached ? true : null },
                _ => (EventData?)e.Payload,
            };
            return new RunEvent(seq, e.Type, e.Time, e.Step, e.Attempt, data);
        }
    }

    public ReadOnlyMemory<byte> Write(long from, long to)
    {
        ArrayBufferWriter<byte> buffer = new(512 * (int)(to - from + 1));
        for (long seq = from; seq <= to; seq++) EventJson.WriteLine(buffer, this[seq]);
        return buffer.WrittenMemory;
    }

    private readonly record struct Entry(
        RunEventType Type, DateTimeOffset Time, string? Step, int Attempt, object? Payload, string? Port, Usage? Usage, double DurationMs, bool Cached);
}
