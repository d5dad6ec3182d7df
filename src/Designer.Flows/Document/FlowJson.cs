using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Designer.Flows;

public static partial class FlowJson
{
    /// <summary>Bytes of a document.</summary>
    public const int MaxBytes = 5 * 1024 * 1024;
    /// <summary>Nodes of a document, those in containers included.</summary>
    public const int MaxNodes = 2_000;
    /// <summary>Containers inside containers.</summary>
    public const int MaxContainers = 64;

    private static readonly JsonWriterOptions Canonical = new()
    {
        Indented = true,
        IndentSize = 2,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        // The records are well formed by construction.
        SkipValidation = true,
    };

    /// <summary>Reads a document. A newer schema, unknown node types and unknown members are kept; the checker tells of them.</summary>
    /// <exception cref="FlowFormatException">Not JSON, not a flow, or over the limits.</exception>
    public static FlowDocument Read(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > MaxBytes) throw Refuse("flow.tooLarge", $"The document has {utf8.Length:N0} bytes; at most {MaxBytes:N0} are allowed.");
        if (utf8.StartsWith(Encoding.UTF8.Preamble)) utf8 = utf8[Encoding.UTF8.Preamble.Length..];
        if (!Utf8.IsValid(utf8)) throw Refuse("json.malformed", $"The document is not UTF-8 text.");
        JsonScan.Check(utf8);
        List<Problem> problems = [];
        JsonElement json = JsonElement.Parse(utf8, new JsonDocumentOptions { MaxDepth = JsonScan.MaxDepth });
        FlowDocument document = new DocumentReader().Document(new PartReader(json, "", problems).Expected());
        return problems.Count == 0 ? document : throw new FlowFormatException(problems);
    }

    /// <inheritdoc cref="Read(ReadOnlySpan{byte})"/>
    public static FlowDocument Read(string json)
    {
        // Every character takes at least a byte, so a text over the limit needs no conversion.
        if (json.Length > MaxBytes) throw Refuse("flow.tooLarge", $"The document has {json.Length:N0} characters; at most {MaxBytes:N0} bytes are allowed.");
        return Read(Encoding.UTF8.GetBytes(json));
    }

    /// <summary>The canonical bytes: known members in the order of the format, then unknown ones, two spaces, LF, a newline at the end.</summary>
    public static byte[] Write(FlowDocument document)
    {
        ArrayBufferWriter<byte> buffer = new(16 * 1024);
        using (Utf8JsonWriter writer = new(buffer, Canonical)) DocumentWriter.Write(writer, document);
        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    public static string WriteText(FlowDocument document) => Encoding.UTF8.GetString(Write(document));

    internal static FlowFormatException Refuse(string code, Sentence message, string? path = null) =>
        new([new Problem(code, ProblemSeverity.Error, message, Path: path)]);
}
