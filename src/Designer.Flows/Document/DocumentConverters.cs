using System.Text.Json;
using System.Text.Json.Serialization;

namespace Designer.Flows;

/// <summary>Lets the serializer read and write a document's parts just as documents are: with unknown members, without defaults.</summary>
internal static class DocumentConverters
{
    public static readonly IReadOnlyList<JsonConverter> All =
    [
        new Converter<FlowDocument>((reader, part) => reader.Document(part), DocumentWriter.Write),
        new Converter<FlowNode>((reader, part) => reader.Node(part), DocumentWriter.Write),
        new Converter<FlowEdge>((reader, part) => reader.Edge(part), DocumentWriter.Write),
        new Converter<FlowNote>((reader, part) => reader.Note(part), DocumentWriter.Write),
        new Converter<FlowGroup>((reader, part) => reader.Group(part), DocumentWriter.Write),
        new Converter<FlowVariable>((reader, part) => reader.Variable(part), DocumentWriter.Write),
        new Converter<IReadOnlyDictionary<string, FlowSlot>>((_, part) => DocumentReader.Slots(part), DocumentWriter.Write),
        new Converter<FlowSlot>((_, part) => DocumentReader.Slot(part), DocumentWriter.Write),
        new Converter<RetryPolicy>((_, part) => DocumentReader.Retry(part)!, DocumentWriter.Write),
        new Converter<ErrorPolicy>((_, part) => DocumentReader.OnError(part)!, DocumentWriter.Write),
        new Converter<Position>((_, part) => DocumentReader.Position(part)!, DocumentWriter.Write),
    ];

    private sealed class Converter<T>(Func<DocumentReader, PartReader, T> read, Action<Utf8JsonWriter, T> write) : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            JsonElement json = JsonElement.ParseValue(ref reader);
            List<Problem> problems = [];
            T value = read(new DocumentReader(), new PartReader(json, "", problems).Expected());
            return problems.Count == 0 ? value : throw new JsonException(problems[0].Message.ToString());
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => write(writer, value);
    }
}
