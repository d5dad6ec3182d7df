using System.Text.Json;
using System.Text.Json.Nodes;
using Designer.Models.Extractive.Extraction;

namespace Designer.Models.Extractive;

/// <summary>Fills a JSON Schema from a text: values that stand beside their label, or that their pattern gives away (date, e-mail, number,
/// one of an enumeration). What it does not find is null; it invents nothing.</summary>
public static class ExtractiveExtractor
{
    private const int DeepestSchema = 16;
    private const int MostProperties = 500;

    /// <summary>A value of the schema's shape. Never throws on an odd schema: what it does not understand gives null.</summary>
    public static JsonElement Extract(string text, JsonElement schema)
    {
        var walk = new Walk(schema, new FieldFinder(text));
        return JsonSerializer.SerializeToElement(walk.Value("", schema, 0));
    }

    private sealed class Walk(JsonElement root, FieldFinder finder)
    {
        private int _left = MostProperties;

        public JsonNode? Value(string name, JsonElement schema, int depth)
        {
            if (depth > DeepestSchema || _left-- <= 0) return null;
            schema = Resolve(schema);
            if (schema.ValueKind != JsonValueKind.Object) return null;
            if (schema.TryGetProperty("const", out var constant)) return JsonNode.Parse(constant.GetRawText());
            if (schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object) return Object(properties, depth);
            if (TypeOf(schema) == "array") return Array(name, schema, depth);
            return finder.Find(Field.Read(name, schema, TypeOf(schema)));
        }

        private JsonObject Object(JsonElement properties, int depth)
        {
            var result = new JsonObject();
            foreach (var property in properties.EnumerateObject()) result[property.Name] = Value(property.Name, property.Value, depth + 1);
            return result;
        }

        private JsonArray Array(string name, JsonElement schema, int depth)
        {
            var result = new JsonArray();
            if (!schema.TryGetProperty("items", out var items)) return result;
            items = Resolve(items);
            if (items.ValueKind != JsonValueKind.Object) return result;
            if (items.TryGetProperty("properties", out _))
            {
                // One object is all that labels can tell; an object in which nothing was found is none.
                if (Value(name, items, depth + 1) is JsonObject one && one.Any(p => p.Value is not null)) result.Add(one);
                return result;
            }
            foreach (var value in finder.FindAll(Field.Read(name, items, TypeOf(items)))) result.Add(value);
            return result;
        }

        private JsonElement Resolve(JsonElement schema)
        {
            for (var hops = 0; hops < DeepestSchema && schema.ValueKind == JsonValueKind.Object; hops++)
            {
                if (schema.TryGetProperty("$ref", out var reference) && reference.ValueKind == JsonValueKind.String) schema = Find(reference.GetString()!);
                else if (Alternative(schema) is { } alternative) schema = alternative;
                else return schema;
            }
            return schema;
        }

        /// <summary>Of several shapes the first that is not just null.</summary>
        private static JsonElement? Alternative(JsonElement schema)
        {
            foreach (var key in (string[])["anyOf", "oneOf", "allOf"])
            {
                if (!schema.TryGetProperty(key, out var list) || list.ValueKind != JsonValueKind.Array) continue;
                foreach (var item in list.EnumerateArray())
                    if (item.ValueKind == JsonValueKind.Object && TypeOf(item) != "null") return item;
            }
            return null;
        }

        private JsonElement Find(string reference)
        {
            if (!reference.StartsWith('#')) return default;
            var at = root;
            foreach (var part in reference[1..].Split('/', StringSplitOptions.RemoveEmptyEntries))
                if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal), out at)) return default;
            return at;
        }

        private static string TypeOf(JsonElement schema)
        {
            if (!schema.TryGetProperty("type", out var type)) return schema.TryGetProperty("items", out _) ? "array" : "";
            if (type.ValueKind == JsonValueKind.String) return type.GetString()!;
            if (type.ValueKind != JsonValueKind.Array) return "";
            return type.EnumerateArray().Where(t => t.ValueKind == JsonValueKind.String).Select(t => t.GetString()!).FirstOrDefault(t => t != "null") ?? "";
        }
    }
}
