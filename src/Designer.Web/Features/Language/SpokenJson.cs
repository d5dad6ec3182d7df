using System.Text.Json;
using System.Text.Json.Serialization;
using Designer.Engine;
using Designer.Flows;

namespace Designer.Web.Features.Language;

/// <summary>JSON as everywhere in Designer, with its sentences in the language of whoever asks: what the canvas shows.</summary>
public static class SpokenJson
{
    public static readonly JsonSerializerOptions Options = CreateOptions();

    /// <summary>The event with its error in the language of whoever looks on.</summary>
    public static RunEvent Say(RunEvent e) => e.Data?.Error is { } error ? e with { Data = e.Data with { Error = Say(error) } } : e;

    public static RunRow Say(RunRow row) => row.Error is { } error ? row with { Error = Say(error) } : row;

    private static RunError Say(RunError error) => error with { Message = L[error.Said], Parts = null };

    private static JsonSerializerOptions CreateOptions()
    {
        JsonSerializerOptions options = new(FlowJson.Options);
        options.Converters.Insert(0, new Spoken());
        options.MakeReadOnly();
        return options;
    }

    private sealed class Spoken : JsonConverter<Sentence>
    {
        public override Sentence Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => $"{reader.GetString()}";

        public override void Write(Utf8JsonWriter writer, Sentence value, JsonSerializerOptions options) => writer.WriteStringValue(L[value]);
    }
}
