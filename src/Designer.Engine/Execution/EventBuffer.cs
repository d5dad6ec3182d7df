using System.Buffers;
using Designer.Flows;

namespace Designer.Engine;

/// <summary>
/// A run's events of this process, as structs: they become objects and JSON only when somebody reads or the log takes them,
/// so that a run which nobody watches pays some 60 bytes for an event.
/// </summary>
internal sealed class EventBuffer(long firstSeq)
{
    // A short run has one small piece; a long one grows by pieces that are never copied.
    private const int FirstPiece = 16;
    private const int Piece = 32;

    private readonly Entry[] first = new Entry[FirstPiece];
    private List<Entry[]>? further;
    private int count;

    /// <summary>The number of the last event.</summary>
    public long LastSeq => firstSeq + count - 1;
    /// <summary>Numbers below this one are only in the log.</summary>
    public long FirstSeq => firstSeq;

    public void Add(RunEventType type, DateTimeOffset time, string? step, int attempt, object? payload, string? port = null, Consumed? used = null, double durationMs = 0, bool cached = false)
    {
        if (count >= FirstPiece && (count - FirstPiece) % Piece == 0) (further ??= []).Add(new Entry[Piece]);
        At(count++) = new Entry(time.UtcTicks, durationMs, step, payload, port, used, attempt, type, cached);
    }

    private ref Entry At(int index)
    {
        if (index < FirstPiece) return ref first[index];
        (int piece, int place) = Math.DivRem(index - FirstPiece, Piece);
        return ref further![piece][place];
    }

    public RunEvent this[long seq]
    {
        get
        {
            ref Entry e = ref At((int)(seq - firstSeq));
            EventData? data = e.Type switch
            {
                RunEventType.StepStarted => new EventData { Inputs = e.Payload },
                RunEventType.StepCompleted => new EventData { Outputs = e.Payload, Port = e.Port, Usage = e.Used?.Usage, Calls = e.Used?.Calls, DurationMs = e.DurationMs, Cached = e.Cached ? true : null },
                _ => (EventData?)e.Payload,
            };
            return new RunEvent(seq, e.Type, new DateTimeOffset(e.UtcTicks, TimeSpan.Zero), e.Step, e.Attempt, data);
        }
    }

    /// <param name="large">The lines that are too long for the log; null when there is none.</param>
    public ReadOnlyMemory<byte> Write(long from, long to, out List<LargeLine>? large)
    {
        large = null;
        ArrayBufferWriter<byte> buffer = new(512 * (int)(to - from + 1));
        for (long seq = from; seq <= to; seq++)
        {
            int start = buffer.WrittenCount;
            RunEvent e = this[seq];
            EventJson.WriteLine(buffer, e);
            if (buffer.WrittenCount - start > LargeValue.Limit) (large ??= []).Add(new LargeLine(e, start, buffer.WrittenCount - start));
        }
        return buffer.WrittenMemory;
    }

    // In the order that leaves no holes.
    private readonly record struct Entry(
        long UtcTicks, double DurationMs, string? Step, object? Payload, string? Port, Consumed? Used, int Attempt, RunEventType Type, bool Cached);
}
