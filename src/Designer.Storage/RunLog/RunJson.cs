using System.Runtime.InteropServices;
using System.Text.Json;
using Designer.Engine;
using Designer.Flows;

namespace Designer.Storage;

/// <summary>JSON values beside the events.</summary>
internal static class RunJson
{
    public static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, FlowJson.Options);

    public static T Read<T>(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize<T>(json, FlowJson.Options)!;

    /// <summary>The element's own bytes, without a copy; empty when undefined.</summary>
    public static ReadOnlySpan<byte> Raw(JsonElement element) => element.ValueKind == JsonValueKind.Undefined ? default : JsonMarshal.GetRawUtf8Value(element);

    // No JSON begins with it, so that no value passes for a reference.
    private const byte ReferenceMark = 1;

    /// <summary>A run's input or output as its column has it: the value's own bytes, or a reference to where it is. Empty when there is neither.</summary>
    public static ReadOnlySpan<byte> Column(JsonElement? value, LargeValue? large) =>
        large is not null ? (byte[])[ReferenceMark, .. Write(large)] : value is { } element ? Raw(element) : default;

    /// <summary>What <see cref="Column"/> wrote.</summary>
    public static JsonElement? Value(ReadOnlySpan<byte> column, out LargeValue? large)
    {
        large = column is [ReferenceMark, .. ReadOnlySpan<byte> reference] ? Read<LargeValue>(reference) : null;
        return large is not null || column.IsEmpty ? null : Parse(column);
    }

    public static JsonElement Parse(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json);
        return JsonElement.ParseValue(ref reader);
    }
}
