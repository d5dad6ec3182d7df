using System.Buffers;
using System.Text.Json;
using Designer.Flows;

namespace Designer.Engine;

/// <summary>Puts the large values of one batch into the blob store. One that stands there twice (a run's input, in its row and its first event) is put once.</summary>
internal sealed class LargeStore(SecretMask mask, Func<ReadOnlyMemory<byte>, ValueTask<string>> put)
{
    private readonly List<(ReadOnlyMemory<byte> Json, string Id)> known = [];

    /// <summary>The reference; null for a value that the log can take.</summary>
    public async ValueTask<LargeValue?> StoreAsync(object? value)
    {
        if (value is null) return null;
        ReadOnlyMemory<byte> json = mask.Mask(Write(value).WrittenMemory);
        if (json.Length <= LargeValue.Limit) return null;
        string? id = known.Find(k => k.Json.Span.SequenceEqual(json.Span)).Id;
        if (id is null) known.Add((json, id = await put(json).ConfigureAwait(false)));
        return LargeValue.Of(id, json.Span);
    }

    /// <param name="open">Null when a blob is gone.</param>
    public static async ValueTask<JsonElement?> ReadAsync(LargeValue? value, Func<string, ValueTask<Stream?>> open)
    {
        if (value?.Id is not { } id || await open(id).ConfigureAwait(false) is not { } stream) return null;
        await using (stream.ConfigureAwait(false))
        {
            byte[] json = new byte[stream.Length];
            await stream.ReadExactlyAsync(json).ConfigureAwait(false);
            return JsonElement.Parse(json, EventJson.ReaderOptions);
        }
    }

    public static ArrayBufferWriter<byte> Write(object value)
    {
        ArrayBufferWriter<byte> json = new();
        using Utf8JsonWriter writer = new(json, EventJson.WriterOptions);
        FlowValue.WriteJson(writer, value);
        writer.Flush();
        return json;
    }
}
