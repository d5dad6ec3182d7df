using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Designer.Flows;

/// <summary>How JSON looks everywhere in Designer, and the reader and writer of flow documents.</summary>
public static partial class FlowJson
{
    /// <summary>camelCase, nothing escaped that need not be, enums as camelCase text, null members left out. Compact.</summary>
    public static readonly JsonSerializerOptions Options = CreateOptions();

    /// <summary>JSON's null as an element.</summary>
    public static readonly JsonElement Null = JsonDocument.Parse("null").RootElement;

    private static JsonSerializerOptions CreateOptions()
    {
        JsonSerializerOptions options = new(JsonSerializerDefaults.Web)
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            // NaN and infinity have no JSON number; as text they at least never make a run fail.
            MaxDepth = JsonScan.MaxDepth,
            AllowOutOfOrderMetadataProperties = true,
            NumberHandling = JsonNumberHandling.AllowReadingFromString | JsonNumberHandling.AllowNamedFloatingPointLiterals,
            Converters = { new FlowTypeConverter(), new DurationConverter(), new ElementConverter(), new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        };
        foreach (JsonConverter converter in DocumentConverters.All) options.Converters.Add(converter);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    private sealed class FlowTypeConverter : JsonConverter<FlowType>
    {
        public override FlowType Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            FlowType.Parse(reader.GetString() ?? "") ?? throw new JsonException("Not a type of a flow.");

        public override void Write(Utf8JsonWriter writer, FlowType value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }

    // An element that was never set has no JSON; a record that holds one must not make a run's log fail.
    private sealed class ElementConverter : JsonConverter<JsonElement>
    {
        public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => JsonElement.ParseValue(ref reader);

        public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options)
        {
            if (value.ValueKind == JsonValueKind.Undefined) writer.WriteNullValue();
            else value.WriteTo(writer);
        }
    }

    private sealed class DurationConverter : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Duration.TryParse(reader.GetString(), out TimeSpan duration) ? duration : throw new JsonException("Not a duration such as 10s.");

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteStringValue(Duration.ToText(value));
    }
}
