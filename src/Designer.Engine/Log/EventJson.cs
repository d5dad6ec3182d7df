using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;
using Designer.Flows;

namespace Designer.Engine;

/// <summary>Events as JSON, one object per line: <c>{"seq":1,"type":"run.started","time":…,"step":…,"attempt":1,"data":{…}}</c>.</summary>
/// <remarks>Read back, <c>input</c>, <c>inputs</c>, <c>output</c> and <c>outputs</c> are <see cref="JsonElement"/>s.</remarks>
public static class EventJson
{
    private static readonly string[] Names =
    [
        "run.started", "step.ready", "step.started", "step.waiting", "step.resumed", "step.completed", "step.skipped", "step.failed",
        "step.retrying", "step.cancelled", "run.waiting", "run.completed", "run.failed", "run.cancelled", "step.token", "step.progress",
    ];

    private static readonly FrozenDictionary<string, RunEventType> Types =
        Names.Select((name, i) => KeyValuePair.Create(name, (RunEventType)i)).ToFrozenDictionary();

    internal static readonly JsonWriterOptions WriterOptions = new() { Encoder = FlowJson.Options.Encoder, SkipValidation = true };

    // A node may put out deeper values than a request may hold.
    internal static readonly JsonDocumentOptions ReaderOptions = new() { MaxDepth = FlowJson.Options.MaxDepth };

    [ThreadStatic] private static Utf8JsonWriter? cachedWriter;

    /// <summary>The type's name on the wire, e.g. <c>step.completed</c>.</summary>
    public static string NameOf(RunEventType type) => Names[(int)type];

    /// <summary>Writes one event, ended by a line feed.</summary>
    public static void WriteLine(IBufferWriter<byte> buffer, RunEvent e)
    {
        Utf8JsonWriter writer = cachedWriter ??= new Utf8JsonWriter(buffer, WriterOptions);
        writer.Reset(buffer);
        Write(writer, e, runId: null);
        writer.Flush();
        buffer.Write("\n"u8);
    }

    /// <summary>One event as a JSON object; with <paramref name="runId"/> as readers outside see it.</summary>
    public static void Write(Utf8JsonWriter writer, RunEvent e, Guid? runId)
    {
        writer.WriteStartObject();
        if (e.Seq > 0) writer.WriteNumber("seq"u8, e.Seq);
        writer.WriteString("type"u8, NameOf(e.Type));
        writer.WriteString("time"u8, e.Time);
        if (runId is { } id) writer.WriteString("runId"u8, id);
        if (e.Step is not null) writer.WriteString("step"u8, e.Step);
        if (e.Attempt > 0) writer.WriteNumber("attempt"u8, e.Attempt);
        if (e.Data is not null)
        {
            writer.WritePropertyName("data"u8);
            WriteData(writer, e.Data);
        }
        writer.WriteEndObject();
    }

    private static void WriteData(Utf8JsonWriter writer, EventData data)
    {
        writer.WriteStartObject();
        WriteValue(writer, "input"u8, data.Input);
        WriteValue(writer, "output"u8, data.Output);
        WriteValue(writer, "inputs"u8, data.Inputs);
        WriteValue(writer, "outputs"u8, data.Outputs);
        if (data.Port is not null) writer.WriteString("port"u8, data.Port);
        WriteValue(writer, "usage"u8, data.Usage);
        WriteValue(writer, "calls"u8, data.Calls);
        if (data.DurationMs is { } duration) writer.WriteNumber("durationMs"u8, Math.Round(duration, 3));
        if (data.Cached is { } cached) writer.WriteBoolean("cached"u8, cached);
        WriteValue(writer, "error"u8, data.Error);
        if (data.DelayMs is { } delay) writer.WriteNumber("delayMs"u8, delay);
        WriteValue(writer, "form"u8, data.Form);
        WriteValue(writer, "answer"u8, data.Answer);
        if (data.Offset is { } offset) writer.WriteNumber("offset"u8, offset);
        if (data.Text is not null) writer.WriteString("text"u8, data.Text);
        if (data.AnswerNode is not null) writer.WriteString("answerNode"u8, data.AnswerNode);
        if (data.Message is not null) writer.WriteString("message"u8, data.Message);
        if (data.Preview is not null) writer.WriteString("preview"u8, data.Preview);
        WriteValue(writer, "start"u8, data.Start);
        WriteValue(writer, "large"u8, data.Large);
        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, ReadOnlySpan<byte> name, object? value)
    {
        if (value is null) return;
        writer.WritePropertyName(name);
        FlowValue.WriteJson(writer, value);
    }

    /// <summary>Reads the events of one batch from <paramref name="fromSeq"/> on.</summary>
    public static IEnumerable<RunEvent> ReadLines(ReadOnlyMemory<byte> lines, long fromSeq = 0)
    {
        while (lines.Length > 0)
        {
            int end = lines.Span.IndexOf((byte)'\n');
            ReadOnlyMemory<byte> line = end < 0 ? lines : lines[..end];
            lines = end < 0 ? default : lines[(end + 1)..];
            if (line.Length > 0 && Read(JsonElement.Parse(line.Span, ReaderOptions)) is var e && e.Seq >= fromSeq) yield return e;
        }
    }

    private static RunEvent Read(JsonElement json) => new(
        json.TryGetProperty("seq", out JsonElement seq) ? seq.GetInt64() : 0,
        Types[json.GetProperty("type").GetString()!],
        json.GetProperty("time").GetDateTimeOffset(),
        json.TryGetProperty("step", out JsonElement step) ? step.GetString() : null,
        json.TryGetProperty("attempt", out JsonElement attempt) ? attempt.GetInt32() : 0,
        json.TryGetProperty("data", out JsonElement data) ? data.Deserialize<EventData>(FlowJson.Options) : null);
}
