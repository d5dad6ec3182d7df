using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Designer.Flows;

namespace Designer.Web.Features.Models.Playground;

/// <summary>What was found in the playground, for a flow: a chat model node to paste, or a flow of its own.</summary>
public static partial class PlaygroundFlow
{
    private static readonly JsonSerializerOptions s_readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>As the canvas pastes it. The slot must be bound in the flow that it comes into.</summary>
    public static string Part(string system, string message, Column column)
    {
        JsonObject node = new()
        {
            ["id"] = "reply",
            ["type"] = "model.chat",
            ["typeVersion"] = 1,
            ["name"] = column.Model,
            ["position"] = new JsonObject { ["x"] = 0, ["y"] = 0 },
            ["settings"] = Settings(system, Written(message), column),
        };
        return new JsonObject
        {
            ["schema"] = "designer.flow-part/1",
            ["nodes"] = new JsonArray(node),
            ["edges"] = new JsonArray(),
            ["incoming"] = new JsonArray(),
            ["slots"] = new JsonObject { ["model"] = new JsonObject { ["kind"] = "model", ["needs"] = new JsonArray("chat") } },
        }.ToJsonString(s_readable);
    }

    /// <summary>A chat flow that answers as the column did; its slot <c>model</c> is to be bound to the column's model.</summary>
    public static FlowDocument Document(string name, string system, Column column)
    {
        FlowDocument start = Flows.FlowStarts.Chat(Guid.Empty, name);
        JsonObject settings = Settings(system, "{{ start.question }}", column);
        settings["history"] = 10;
        return start with
        {
            Nodes = [.. start.Nodes.Select(node => node.Type == "model.chat" ? node with { Settings = JsonSerializer.SerializeToElement(settings) } : node)],
        };
    }

    private static JsonObject Settings(string system, string message, Column column)
    {
        JsonArray messages = [];
        if (!string.IsNullOrWhiteSpace(system)) messages.Add(new JsonObject { ["role"] = "system", ["text"] = Written(system) });
        messages.Add(new JsonObject { ["role"] = "user", ["text"] = message });
        JsonObject settings = new() { ["model"] = "@slot:model", ["messages"] = messages, ["maxTokens"] = column.MaxTokens ?? Column.UsualMaxTokens };
        if (column.Temperature is { } temperature) settings["temperature"] = temperature;
        if (column.TopP is { } topP) settings["topP"] = topP;
        if (column.Seed is { } seed) settings["seed"] = seed;
        return settings;
    }

    // A text in a flow is a template; what was typed here is to be sent as it stands.
    private static string Written(string text) => Opening().Replace(text, mark => $$$"""{{ "{{{mark.Value}}}" }}""");

    [GeneratedRegex(@"\{\{|\{%")]
    private static partial Regex Opening();
}
