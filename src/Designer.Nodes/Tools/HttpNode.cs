using System.Text.Json;
using Designer.Engine;
using Designer.Flows;

namespace Designer.Nodes.Tools;

[Node("tools.http", NodeGroup.Tools, Name = "HTTP request", Icon = "globe", Summary = "{method} {url}", Effect = true, Attachable = true,
    Example = "GET https://api.example.com/orders/{{ start.order }}",
    Description = "Calls a web address and takes the answer as JSON or text. Addresses inside this network are refused unless an admin opened them; credentials never show in traces.")]
public sealed class HttpNode(GuardedHttp http) : Node<HttpNode.Settings, HttpNode.Outputs>
{
    public enum Method { Get, Post, Put, Patch, Delete, Head }
    public enum CredentialPlace { Bearer, Header, Query }

    public sealed record Settings(
        [property: Setting("Address", Template = true, Url = true, Required = true, Help = "What stands in {{ }} is encoded for an address; put queries into the list below.")] string Url,
        [property: Setting("Method")] Method Method = Method.Get,
        [property: Setting("Query", Template = true, Widget = Widget.Rows, Help = "Encoded as needed; rows without a value are left out.")] IReadOnlyList<Row>? Query = null,
        [property: Setting("Headers", Template = true, Widget = Widget.Rows)] IReadOnlyList<Row>? Headers = null,
        [property: Setting("Body", Template = true, Widget = Widget.Json, Help = "A text goes as it is, anything else as JSON.")] object? Body = null,
        [property: Setting("Credential", Slot = "credential")] string? Credential = null,
        [property: Setting("Credential goes", Help = "Bearer: Authorization header. Header or query: under the name below.")] CredentialPlace CredentialIn = CredentialPlace.Bearer,
        [property: Setting("Credential's name", Help = "Of the header or query parameter, e.g. X-API-Key.")] string? CredentialName = null,
        [property: Setting("Time limit", Help = "For the whole exchange, e.g. 30s (default).")] TimeSpan? Timeout = null,
        [property: Setting("Fail on error status", Help = "Off: 400 and above are answers like any other, to be looked at by status.")] bool FailOnStatus = true,
        [property: Setting("Description for agents", Help = "Tells a model when to call it.")] string? ToolDescription = null,
        [property: Setting("Parameters for agents", Help = "What a model fills in; use {{ args.name }} in the settings.")] IReadOnlyList<ToolParameter>? Parameters = null);

    public sealed record Row(
        [property: Setting("Name", Required = true)] string Name,
        [property: Setting("Value", Template = true)] string? Value = null);

    /// <param name="Body">Parsed where the answer is JSON, else text; null where it is neither.</param>
    /// <param name="Url">Where the answer came from, after redirects; credentials masked.</param>
    public sealed record Outputs(
        [property: Output("Status")] int Status,
        [property: Output("Headers", Type = "object")] IReadOnlyDictionary<string, string> Headers,
        [property: Output("Body", Type = "any")] object? Body,
        [property: Output("Address")] string Url);

    public override async ValueTask<StepResult<Outputs>> RunAsync(Settings settings, StepContext step)
    {
        HttpCall call = await HttpCall.PrepareAsync(settings, step).ConfigureAwait(false);
        HttpReply reply = await http.SendAsync(call, step).ConfigureAwait(false);
        if (settings.FailOnStatus && reply.Status >= 400)
        {
            bool isTransient = reply.Status is 408 or 429 or >= 500;
            string said = reply.Text is { Length: > 0 } text ? ": " + (text.Length > 300 ? text[..300] + "…" : text) : ".";
            throw new StepException("http.status", $"{call.Uri.Host} answered with status {reply.Status}{said}", isTransient, reply.RetryAfter);
        }
        return StepResult.Done(new Outputs(reply.Status, reply.Headers, reply.IsJson ? Parse(reply.Text!) : reply.Text, step.Mask(reply.Uri.AbsoluteUri)));
    }

    private static object? Parse(string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            // It said JSON and is none: text is still of use.
            return text;
        }
    }
}
