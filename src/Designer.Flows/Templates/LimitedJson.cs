using System.Text;
using System.Text.Json;

namespace Designer.Flows;

/// <summary>JSON text of values that a template made: a short template can make a very large value, so the writing itself is bounded.</summary>
internal static class LimitedJson
{
    public static string Text(object? value)
    {
        if (value is null) return "null";
        using LimitedStream stream = new();
        JsonSerializer.Serialize(stream, value, value.GetType(), FlowJson.Options);
        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private sealed class LimitedStream : MemoryStream
    {
        // A derived memory stream hands writes of spans to this method too.
        public override void Write(byte[] buffer, int offset, int count)
        {
            if (Length + count > Template.MaxOutput) throw Template.TooLong();
            base.Write(buffer, offset, count);
        }
    }
}
