using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Designer.Flows;

/// <summary>A sentence as programs get it: a text.</summary>
public sealed class SentenceInEnglish : JsonConverter<Sentence>
{
    public override Sentence Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => $"{reader.GetString()}";

    public override void Write(Utf8JsonWriter writer, Sentence value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

/// <summary>A sentence as it is kept, so that it can still be said in another language: its format, then its values, <c>["{0} did not answer.","db"]</c>.</summary>
public sealed partial class SentenceInParts : JsonConverter<Sentence>
{
    public override Sentence? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using JsonDocument json = JsonDocument.ParseValue(ref reader);
        return Read(json.RootElement);
    }

    public override void Write(Utf8JsonWriter writer, Sentence value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteStringValue(value.Format);
        foreach (object part in value.Values)
        {
            if (part is Sentence sentence) Write(writer, sentence, options);
            else writer.WriteStringValue((string)part);
        }
        writer.WriteEndArray();
    }

    // Whoever can write to the store must not be able to make a page format without end.
    private static Sentence? Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() == 0 || json[0].ValueKind != JsonValueKind.String) return null;
        string format = json[0].GetString()!;
        object?[] values = [.. json.EnumerateArray().Skip(1).Select(value => value.ValueKind == JsonValueKind.String ? value.GetString() : (object?)Read(value))];
        bool isSound = Parts().IsMatch(format) && Parts().Match(format).Groups[1].Captures.All(hole => int.Parse(hole.ValueSpan, CultureInfo.InvariantCulture) < values.Length);
        return isSound && values.All(value => value is not null) ? new Sentence(format, values!) : null;
    }

    [GeneratedRegex(@"^(?:[^{}]|\{\{|\}\}|\{(\d{1,2})\})*$")]
    private static partial Regex Parts();
}
