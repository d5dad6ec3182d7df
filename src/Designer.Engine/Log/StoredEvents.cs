using System.Text.Json;
using System.Text.Json.Serialization;

namespace Designer.Engine;

/// <summary>Reads the events of a stored batch: one JSON object per line.</summary>
public static class StoredEvents
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>The batch's events from <paramref name="fromSeq"/> on.</summary>
    /// <param name="firstSeq">The number of the batch's first event.</param>
    public static IEnumerable<RunEvent> Read(ReadOnlyMemory<byte> batch, long firstSeq, long fromSeq)
    {
        long seq = firstSeq;
        while (!batch.IsEmpty)
        {
            int end = batch.Span.IndexOf((byte)'\n');
            ReadOnlyMemory<byte> line = end < 0 ? batch : batch[..end];
            batch = end < 0 ? default : batch[(end + 1)..];
            if (line.IsEmpty) continue;
            if (seq++ >= fromSeq) yield return JsonSerializer.Deserialize<RunEvent>(line.Span, Options)!;
        }
    }
}
