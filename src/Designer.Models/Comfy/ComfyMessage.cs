using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Designer.Engine;

namespace Designer.Models.Comfy;

/// <summary>What a ComfyUI server says over its socket about a job. Everything in it is the server's word and may be anything.</summary>
internal abstract record ComfyMessage
{
    /// <param name="Jobs">How many are not finished, of everybody.</param>
    public sealed record Queue(int Jobs) : ComfyMessage;

    public sealed record Working(string Node) : ComfyMessage;

    public sealed record Step(string? Node, double Value, double Most) : ComfyMessage;

    public sealed record Preview(string MediaType, ReadOnlyMemory<byte> Picture) : ComfyMessage;

    /// <summary>The job is over; the history says how.</summary>
    public sealed record Over : ComfyMessage;

    private const int LargestPreview = 512 * 1024;
    private const int PreviewImage = 1, PreviewImageWithMetadata = 4;

    /// <returns>Null for a message that says nothing of this job.</returns>
    public static ComfyMessage? ReadText(ReadOnlyMemory<byte> message, string job)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(message);
            JsonElement root = document.RootElement;
            if (Member(root, "data") is not { ValueKind: JsonValueKind.Object } data) return null;
            if (Text(data, "prompt_id") is { } other && other != job) return null;
            return Text(root, "type") switch
            {
                "status" => Number(Member(Member(data, "status"), "exec_info"), "queue_remaining") is { } left and >= 0 and < 1_000_000 ? new Queue((int)left) : null,
                "executing" => Text(data, "node") is { } node ? new Working(node) : Text(data, "prompt_id") is null ? null : new Over(),
                "progress" => StepOf(Text(data, "node"), data),
                "progress_state" => Member(data, "nodes") is { ValueKind: JsonValueKind.Object } nodes
                    ? nodes.EnumerateObject().Where(n => Text(n.Value, "state") == "running").Select(n => StepOf(n.Name, n.Value)).FirstOrDefault(s => s is not null) : null,
                "execution_success" or "execution_error" or "execution_interrupted" when Text(data, "prompt_id") is not null => new Over(),
                _ => null,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Pictures come behind numbers of four bytes, the largest first: what it is, then its kind, or the length of what is said about it.</summary>
    public static ComfyMessage? ReadBinary(ReadOnlyMemory<byte> message)
    {
        if (message.Length < 8) return null;
        uint kind = BinaryPrimitives.ReadUInt32BigEndian(message.Span), second = BinaryPrimitives.ReadUInt32BigEndian(message.Span[4..]);
        long start = kind switch { PreviewImage => 8, PreviewImageWithMetadata => 8L + second, _ => long.MaxValue };
        if (start >= message.Length || message.Length - start > LargestPreview) return null;
        byte[] picture = message[(int)start..].ToArray();
        string? type = MediaType.Of(picture.AsSpan(0, Math.Min(picture.Length, MediaType.HeadBytes)), "");
        return type is not null && MediaType.IsImage(type) ? new Preview(type, picture) : null;
    }

    private static Step? StepOf(string? node, JsonElement data) =>
        Number(data, "value") is { } value && Number(data, "max") is { } most && value >= 0 && most > 0 && value <= most ? new Step(node, value, most) : null;

    public static string? Text(JsonElement? of, string name) => Member(of, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static double? Number(JsonElement? of, string name) =>
        Member(of, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out double value) && double.IsFinite(value) ? value : null;

    public static JsonElement? Member(JsonElement? of, string name) =>
        of is { ValueKind: JsonValueKind.Object } map && map.TryGetProperty(name, out JsonElement member) ? member : null;

    /// <summary>What a server that refuses a workflow says about its nodes; empty where it says nothing.</summary>
    public static string NodeErrors(JsonElement answer) => Member(answer, "node_errors") is not { ValueKind: JsonValueKind.Object } nodes ? "" : string.Join("; ", nodes.EnumerateObject().Take(5)
        .SelectMany(node => Member(node.Value, "errors") is { ValueKind: JsonValueKind.Array } errors ? errors.EnumerateArray().Take(3).Select(e => $"node {node.Name}: {Text(e, "message")} {Text(e, "details")}") : []));

    /// <summary>A foreign text as a part of a message for people: one line, bounded.</summary>
    public static string Clean(string? text, int most = 300)
    {
        StringBuilder clean = new();
        foreach (char c in text ?? "") if (clean.Length < most) clean.Append(char.IsControl(c) ? ' ' : c);
        return clean.ToString().Trim();
    }
}
