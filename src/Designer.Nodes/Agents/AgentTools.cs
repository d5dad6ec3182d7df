using System.Text.Json;
using System.Text.Json.Nodes;
using Designer.Engine;
using Designer.Flows;
using Designer.Nodes.Models;
using Microsoft.Extensions.AI;

namespace Designer.Nodes.Agents;

/// <summary>An attached node as the model sees it.</summary>
/// <param name="Acts">It changes something, or can carry words of the conversation to an address that the model chooses.</param>
internal sealed record AgentTool(AttachedNode Node, string Description, JsonElement Schema, AnswerSchema? Checks, bool Acts);

/// <summary>What hangs below an assistant, described from the nodes' own settings.</summary>
internal sealed class AgentTools
{
    /// <summary>Calls of one turn beyond this are not even answered.</summary>
    private const int MostCallsOfATurn = 64;
    private static readonly JsonElement NoArguments = JsonElement.Parse("{}");

    private readonly Dictionary<string, AgentTool> _tools = [];

    public int Count => _tools.Count;
    public string[] Names => [.. _tools.Keys];
    public IList<AITool> Declarations { get; private set; } = [];

    public AgentTool? Find(string name) => _tools.GetValueOrDefault(name);

    public static async ValueTask<AgentTools> ReadAsync(StepContext step)
    {
        AgentTools tools = new();
        foreach (AttachedNode node in step.Attached("tools").Concat(step.Attached("knowledge")))
        {
            JsonElement schema = SchemaOf(node);
            AnswerSchema? checks = schema.GetProperty("properties").EnumerateObject().Any() ? await AnswerSchema.ReadAsync(schema, step.Cancellation).ConfigureAwait(false) : null;
            tools._tools[node.Id] = new AgentTool(node, DescriptionOf(node), schema, checks, Acts(node));
        }
        tools.Declarations = [.. tools._tools.Values.Select(t => AIFunctionFactory.CreateDeclaration(t.Node.Id, t.Description, t.Schema))];
        return tools;
    }

    /// <summary>The calls of a turn, with ids of our own: not every server gives them, or gives them once.</summary>
    public static IReadOnlyList<ToolCall> Read(IReadOnlyList<FunctionCallContent> calls, int turn) => [.. calls.Take(MostCallsOfATurn).Select((call, index) =>
    {
        string id = $"call_{turn}_{index + 1}";
        if (call.Exception is not null) return new ToolCall(id, call.Name, NoArguments, "The arguments are not a JSON object.");
        return new ToolCall(id, call.Name, call.Arguments is null ? NoArguments : JsonSerializer.SerializeToElement(call.Arguments, FlowJson.Options));
    })];

    private static string DescriptionOf(AttachedNode node)
    {
        string described = Text(node.Settings, "toolDescription") is { Length: > 0 } own ? own : node.Descriptor.Description;
        return $"{node.Name}: {described}";
    }

    // The names come from where the settings use them, so that no argument can be forgotten; the rows say more about them.
    private static JsonElement SchemaOf(AttachedNode node)
    {
        Dictionary<string, ToolParameter> rows = (FlowValue.TryGetMember(node.Settings, "parameters", out object? list) ? FlowValue.Items(list) : [])
            .Select(row => FlowValue.ToType<ToolParameter>(row)!).Where(row => !string.IsNullOrEmpty(row.Name)).DistinctBy(row => row.Name).ToDictionary(row => row.Name);
        JsonObject properties = [];
        JsonArray required = [];
        foreach (string name in rows.Keys.Union(node.Parameters))
        {
            ToolParameter row = rows.GetValueOrDefault(name) ?? new ToolParameter(name);
            JsonObject property = new() { ["type"] = string.IsNullOrEmpty(row.Type) ? "string" : row.Type };
            if (!string.IsNullOrEmpty(row.Description)) property["description"] = row.Description;
            if (row.Type == "array") property["items"] = new JsonObject();
            properties[name] = property;
            if (row.Required) required.Add(name);
        }
        JsonObject schema = new() { ["type"] = "object", ["properties"] = properties, ["required"] = required, ["additionalProperties"] = false };
        return JsonSerializer.SerializeToElement(schema);
    }

    private static bool Acts(AttachedNode node)
    {
        if (!node.Descriptor.IsEffect) return false;
        // It asks the server that the slot is bound to, as the model's own turns do; only a picture to start from may stand at an address that the model chooses.
        if (node.Type == "models.image") return node.Settings.TryGetProperty("images", out JsonElement images) && images.GetRawText().Contains("{{", StringComparison.Ordinal);
        if (node.Type != "tools.http") return true;
        bool reads = Text(node.Settings, "method") is null or "" or "get" or "head" or "GET" or "HEAD" or "Get" or "Head";
        return !reads || ChoosesHost(Text(node.Settings, "url") ?? "");
    }

    // A model that chooses the host can send what it knows anywhere, in the address alone.
    private static bool ChoosesHost(string url)
    {
        int host = url.IndexOf("://", StringComparison.Ordinal);
        int path = host < 0 ? -1 : url.IndexOf('/', host + 3);
        int firstReference = url.IndexOf('{', StringComparison.Ordinal);
        return firstReference >= 0 && (host < 0 || path < 0 || firstReference < path);
    }

    private static string? Text(JsonElement settings, string name) =>
        settings.ValueKind == JsonValueKind.Object && settings.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
