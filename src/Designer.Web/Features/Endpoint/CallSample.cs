using System.Text.Encodings.Web;
using System.Text.Json;
using Designer.Flows;

namespace Designer.Web.Features.Endpoint;

/// <summary>A command that calls the endpoint, with the flow's own inputs filled in.</summary>
public sealed record CallSample(string Name, string Meaning, string Text)
{
    private static readonly JsonSerializerOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IReadOnlyList<CallSample> Of(string url, FlowDocument document)
    {
        string body = JsonSerializer.Serialize(new { input = Inputs(document) }, s_readable).Replace("'", "'\\''", StringComparison.Ordinal);
        string Command(params string[] headers) =>
            $"curl -X POST {url} \\\n{string.Concat(headers.Select(h => $"  {h} \\\n"))}  -H 'Authorization: Bearer dk_…' \\\n  -H 'Content-Type: application/json' \\\n  -d '{body}'";
        return
        [
            new(L["Wait for it"], L["Answers 200 with output and usage when the run has ended, 202 when it waits for a person."], Command()),
            new(L["Stream"], L["Server-sent events: text as it is written. A lost connection goes on with Last-Event-ID."], Command("-N", "-H 'Accept: text/event-stream'")),
            new(L["Background"], L["Answers 202 at once; Location says where the run is found."], Command("-i", "-H 'Prefer: respond-async'")),
        ];
    }

    private static Dictionary<string, object> Inputs(FlowDocument document)
    {
        JsonElement settings = document.Nodes.FirstOrDefault(n => n.Type == "start")?.Settings ?? default;
        if (settings.ValueKind != JsonValueKind.Object || !settings.TryGetProperty("inputs", out JsonElement inputs) || inputs.ValueKind != JsonValueKind.Array) return [];
        Dictionary<string, object> sample = [];
        foreach (JsonElement input in inputs.EnumerateArray())
        {
            if (input.TryGetProperty("name", out JsonElement name) && name.GetString() is { Length: > 0 } key)
                sample[key] = (input.TryGetProperty("type", out JsonElement type) ? type.GetString() : null) switch { "number" or "integer" => 1, "boolean" => true, "object" => new { }, _ => "…" };
        }
        return sample;
    }
}
