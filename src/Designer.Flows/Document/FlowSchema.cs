using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Designer.Flows;

/// <summary>The JSON Schema of a flow document, made from the records, so that it cannot say anything else than they do.</summary>
public static class FlowSchema
{
    private static readonly Dictionary<Type, string[]> Required = new()
    {
        [typeof(FlowDocument)] = ["schema", "name", "mode", "nodes", "edges"],
        [typeof(FlowVariable)] = ["name", "type"],
        [typeof(FlowNode)] = ["id", "type", "typeVersion", "name", "position"],
        [typeof(ChildGraph)] = ["nodes", "edges"],
        [typeof(FlowEdge)] = ["id", "from", "to"],
        [typeof(FlowNote)] = ["id", "text", "position"],
        [typeof(FlowGroup)] = ["id", "title"],
    };

    /// <summary>Unknown members are allowed everywhere: newer documents stay readable.</summary>
    public static string Text { get; } = Create().ToJsonString(new JsonSerializerOptions { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static JsonObject Create()
    {
        JsonSerializerOptions options = new(JsonSerializerDefaults.Web)
        {
            NumberHandling = JsonNumberHandling.Strict,
            RespectNullableAnnotations = true,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { KeepWhatIsWritten } },
        };
        JsonObject schema = (JsonObject)options.GetJsonSchemaAsNode(typeof(FlowDocument), new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Refine });
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", FlowDocument.CurrentSchema);
        return schema;
    }

    /// <summary>Members that are computed, or that hold unknown members, are no members of the document.</summary>
    private static void KeepWhatIsWritten(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object) return;
        foreach (JsonPropertyInfo property in type.Properties.ToArray())
        {
            if (property.PropertyType == typeof(ExtraMembers) || property.Name is "source" or "target" && type.Type == typeof(FlowEdge)) type.Properties.Remove(property);
            else if (Required.TryGetValue(type.Type, out string[]? required)) property.IsRequired = required.Contains(property.Name);
        }
    }

    private static JsonObject Refine(JsonSchemaExporterContext context, JsonNode node)
    {
        // "true" and {} say the same, but not every reader of schemas knows the former.
        if (node is not JsonObject schema) return context.PropertyInfo?.Name == "settings" ? new JsonObject { ["type"] = "object" } : new JsonObject();
        if (context.PropertyInfo is not { } property) return schema;
        switch (property.DeclaringType.Name, property.Name)
        {
            case (nameof(FlowNode), "id"): schema["pattern"] = $"^[a-z][a-z0-9_]{{0,{DocumentCheck.MaxIdLength - 1}}}$"; break;
            case (nameof(FlowNode), "timeout") or (nameof(RetryPolicy), "delay"): schema["pattern"] = "^[0-9]+(\\.[0-9]+)?(ms|s|m|h)$"; break;
            case (nameof(FlowNode), "join"): schema["enum"] = new JsonArray("all", "any", null); break;
            case (nameof(FlowDocument), "schema"): schema["pattern"] = "^designer\\.flow/"; break;
            case (nameof(FlowVariable), "scope"): schema["enum"] = new JsonArray("run", "conversation"); break;
            case (nameof(ErrorPolicy), "mode"): schema["enum"] = new JsonArray("fail", "branch", "default"); break;
            case (nameof(FlowGroup), "colour"): schema["enum"] = new JsonArray([.. DocumentCheck.GroupColours.Select(c => JsonValue.Create(c)), null]); break;
            case (nameof(RetryPolicy), "attempts"): (schema["minimum"], schema["maximum"]) = (1, NodeCheck.MaxAttempts); break;
        }
        return schema;
    }
}
