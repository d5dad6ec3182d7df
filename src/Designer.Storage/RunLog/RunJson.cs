using System.Runtime.InteropServices;
using System.Text.Json;
using Designer.Flows;

namespace Designer.Storage;

/// <summary>JSON values beside the events.</summary>
internal static class RunJson
{
    public static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, FlowJson.Options);

    public static T Read<T>(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize<T>(json, FlowJson.Options)!;

    /// <summary>The element's own bytes, without a copy; empty when undefined.</summary>
    public static ReadOnlySpan<byte> Raw(JsonElement element) => element.ValueKind == JsonValueKind.Undefined ? default : JsonMarshal.GetRawUtf8Value(element);

    public static JsonElement Parse(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json);
        return JsonElement.ParseValue(ref reader);
    }
}
