using System.Text.Json;

namespace Designer.Models.Onnx.Constraints;

/// <summary>Writes the program of a JSON schema. What it cannot hold (patterns, ranges, formats) it leaves to whoever checks the answer, and says so;
/// what would make it wrong it refuses.</summary>
internal sealed class JsonSchemaReader
{
    private const int DeepestSchema = 64;
    private const int MostRepetitions = 256;

    private static readonly HashSet<string> s_notHeld = ["pattern", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "uniqueItems", "contains",
        "minProperties", "maxProperties", "patternProperties", "propertyNames", "dependentRequired", "not", "if"];

    private readonly JsonElement _root;
    private readonly ByteProgram _program;
    private readonly JsonGrammar _json;
    private readonly Dictionary<string, int> _references = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _left = new(StringComparer.Ordinal);
    private int _depth;

    private JsonSchemaReader(JsonElement root, ByteProgram program)
    {
        (_root, _program) = (root, program);
        _json = new JsonGrammar(program);
    }

    /// <summary>The program, where it starts, and the keywords it does not hold.</summary>
    public static (ByteProgram Program, int Start, IReadOnlyList<string> NotHeld) Read(JsonElement? schema)
    {
        ByteProgram program = new();
        JsonSchemaReader reader = new(schema ?? default, program);
        int start = reader._json.Routine(() =>
        {
            reader._json.SkipSpace();
            if (schema is { } given) reader.Write(given);
            else reader._json.ObjectOfAnything();
        });
        return (program, start, [.. reader._left]);
    }

    private void Write(JsonElement schema)
    {
        if (++_depth > DeepestSchema) throw Refused("The schema is nested too deeply.");
        if (schema.ValueKind == JsonValueKind.True) _json.Value();
        else if (schema.ValueKind == JsonValueKind.Object) WriteObject(schema);
        else throw Refused("A schema must be an object or true.");
        _depth--;
    }

    private void WriteObject(JsonElement schema)
    {
        foreach (JsonProperty keyword in schema.EnumerateObject())
            if (s_notHeld.Contains(keyword.Name)) _left.Add(keyword.Name);
        if (schema.TryGetProperty("nullable", out JsonElement nullable) && nullable.ValueKind == JsonValueKind.True) _program.Either(_json.Null, () => WriteOne(schema));
        else WriteOne(schema);
    }

    private void WriteOne(JsonElement schema)
    {
        if (schema.TryGetProperty("$ref", out JsonElement reference)) _program.Call(Referenced(reference.ValueKind == JsonValueKind.String ? reference.GetString()! : ""));
        else if (schema.TryGetProperty("const", out JsonElement constant)) _program.Literal(JsonGrammar.Written(constant));
        else if (schema.TryGetProperty("enum", out JsonElement values)) WriteChoices(values, value => _program.Literal(JsonGrammar.Written(value)));
        else if (schema.TryGetProperty("anyOf", out JsonElement any)) WriteChoices(any, Write);
        else if (schema.TryGetProperty("oneOf", out JsonElement one)) WriteChoices(one, Write);
        else if (schema.TryGetProperty("allOf", out JsonElement all)) Write(all.ValueKind == JsonValueKind.Array && all.GetArrayLength() == 1 ? all[0] : throw Refused("allOf with several schemas is not supported."));
        else if (schema.TryGetProperty("type", out JsonElement type) && type.ValueKind == JsonValueKind.Array) WriteChoices(type, t => WriteType(schema, t.GetString()));
        else WriteType(schema, schema.TryGetProperty("type", out type) && type.ValueKind == JsonValueKind.String ? type.GetString() : Guessed(schema));
    }

    private void WriteChoices(JsonElement choices, Action<JsonElement> write)
    {
        if (choices.ValueKind != JsonValueKind.Array || choices.GetArrayLength() == 0) throw Refused("enum, anyOf, oneOf and a list of types need at least one choice.");
        _program.Either([.. choices.EnumerateArray().Select(choice => (Action)(() => write(choice)))]);
    }

    private static string? Guessed(JsonElement schema) => schema.TryGetProperty("properties", out _) || schema.TryGetProperty("additionalProperties", out _) ? "object"
        : schema.TryGetProperty("items", out _) ? "array" : null;

    private void WriteType(JsonElement schema, string? type)
    {
        switch (type)
        {
            case null: _json.Value(); break;
            case "string": WriteString(schema); break;
            case "integer": _json.WholeNumber(); break;
            case "number": _json.AnyNumber(); break;
            case "boolean": _json.Boolean(); break;
            case "null": _json.Null(); break;
            case "array": WriteArray(schema); break;
            case "object": WriteProperties(schema); break;
            default: throw Refused($"The type '{type}' is not known.");
        }
    }

    private void WriteString(JsonElement schema)
    {
        (int least, int? most) = Bounds(schema, "minLength", "maxLength");
        if (least == 0 && most is null) _json.AnyString();
        else _json.String(least, most);
    }

    private void WriteArray(JsonElement schema)
    {
        if (schema.TryGetProperty("prefixItems", out _)) throw Refused("prefixItems is not supported.");
        (int least, int? most) = Bounds(schema, "minItems", "maxItems");
        int item = schema.TryGetProperty("items", out JsonElement items) ? _json.Routine(() => Write(items)) : -1;
        _json.Array(least, most, item < 0 ? _json.Value : () => _program.Call(item));
    }

    private void WriteProperties(JsonElement schema)
    {
        JsonElement[] required = schema.TryGetProperty("required", out JsonElement names) && names.ValueKind == JsonValueKind.Array ? [.. names.EnumerateArray()] : [];
        HashSet<string?> needed = [.. required.Select(n => n.GetString())];
        List<(string, bool, Action)> properties = [];
        if (schema.TryGetProperty("properties", out JsonElement all) && all.ValueKind == JsonValueKind.Object)
            foreach (JsonProperty property in all.EnumerateObject()) properties.Add((property.Name, needed.Remove(property.Name), () => Write(property.Value)));
        // Names that are required but not described may hold anything.
        foreach (string? name in needed) properties.Add((name ?? throw Refused("'required' must be names."), true, _json.Value));
        bool more = !schema.TryGetProperty("additionalProperties", out JsonElement others) || others.ValueKind != JsonValueKind.False;
        if (properties.Count > 0 || !more) _json.Object(properties);
        else if (others.ValueKind == JsonValueKind.Object)
        {
            int value = _json.Routine(() => Write(others));
            _json.Map(() => _program.Call(value));
        }
        else _json.ObjectOfAnything();
    }

    /// <summary>A bound that is too high to be counted is left to the check.</summary>
    private (int Least, int? Most) Bounds(JsonElement schema, string leastName, string mostName)
    {
        int least = Number(leastName) ?? 0;
        int? most = Number(mostName);
        if (most < least) throw Refused($"{mostName} is less than {leastName}.");
        if (least > MostRepetitions) throw Refused($"{leastName} may be at most {MostRepetitions}.");
        if (most <= MostRepetitions) return (least, most);
        if (most is not null) _left.Add(mostName);
        return (least, null);

        int? Number(string name) => schema.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= 0 ? number : null;
    }

    /// <summary>The routine of a schema that is referred to; a schema may so contain itself.</summary>
    private int Referenced(string reference)
    {
        if (_references.TryGetValue(reference, out int known)) return known;
        JsonElement target = _root;
        if (reference != "#" && !reference.StartsWith("#/", StringComparison.Ordinal)) throw Refused($"The reference '{reference}' leads out of the schema.");
        foreach (string part in reference.Split('/').Skip(1))
        {
            string name = Uri.UnescapeDataString(part).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (target.ValueKind != JsonValueKind.Object || !target.TryGetProperty(name, out target)) throw Refused($"The reference '{reference}' leads nowhere.");
        }
        // The routine is known before it is written, for the calls inside it.
        int over = _program.Add(Operation.Jump);
        _references[reference] = _program.Length;
        Write(target);
        _program.Return();
        _program.Here(over);
        return _references[reference];
    }

    private static ModelException Refused(string message) => new(ModelErrorCodes.Refused, $"A model's output cannot be held to this JSON schema: {message}");
}
