using System.Text.Json;

namespace Designer.Flows;

/// <summary>One port per entry of a list setting. It is data, so that the canvas finds the same ports as the checker and the engine.</summary>
/// <param name="Prefix">Stands before the entry's name, e.g. <c>case:</c>.</param>
/// <param name="Field">The entry's member that names the port; absent: the entry itself is the name.</param>
public sealed record PortsFrom(string Setting, string Prefix, string? Field = null)
{
    /// <param name="value">The setting's value.</param>
    public IReadOnlyList<PortDescriptor> Read(JsonElement value) =>
        [.. SettingReader.Entries(value)
            .Select(e => Field is null ? SettingReader.Text(e) : SettingReader.Text(e, Field))
            .Where(name => !string.IsNullOrEmpty(name))
            .Distinct()
            .Select(name => new PortDescriptor(Prefix + name, PortKind.Out, name!))];
}

/// <summary>Outputs named by a setting: a list of { name, type }, or a JSON Schema of an object, whose properties become the outputs.</summary>
public sealed record OutputsFrom(string Setting)
{
    /// <param name="value">The setting's value.</param>
    public static IReadOnlyList<OutputDescriptor> Read(JsonElement value)
    {
        IEnumerable<OutputDescriptor> outputs = value.ValueKind == JsonValueKind.Object
            ? FromSchema(value)
            : SettingReader.Entries(value)
                .Where(e => !string.IsNullOrEmpty(SettingReader.Text(e, "name")))
                .Select(e => new OutputDescriptor(
                    SettingReader.Text(e, "name")!, FlowType.Parse(SettingReader.Text(e, "type") ?? "any") ?? FlowType.Any,
                    SettingReader.Text(e, "label") ?? SettingReader.Text(e, "name")!));
        return [.. outputs.DistinctBy(o => o.Name)];
    }

    private static IEnumerable<OutputDescriptor> FromSchema(JsonElement schema) =>
        schema.TryGetProperty("properties", out JsonElement properties) && properties.ValueKind == JsonValueKind.Object
            ? properties.EnumerateObject().Select(p => new OutputDescriptor(p.Name, FlowType.FromSchema(p.Value), SettingReader.Text(p.Value, "title") ?? p.Name))
            : [];
}

/// <summary>Reads settings that may hold anything.</summary>
internal static class SettingReader
{
    /// <summary>A setting's value; JSON that a code editor stored as text is parsed. Undefined when there is none.</summary>
    public static JsonElement Value(JsonElement settings, string name)
    {
        JsonElement value = Raw(settings, name);
        if (value.ValueKind != JsonValueKind.String || value.GetString()!.AsSpan().TrimStart() is not ['{' or '[', ..]) return value;
        try
        {
            return JsonElement.Parse(value.GetString()!);
        }
        catch (JsonException)
        {
            return value;
        }
    }

    /// <summary>A setting as it is written; undefined when there is none.</summary>
    public static JsonElement Raw(JsonElement settings, string name) =>
        settings.ValueKind == JsonValueKind.Object && settings.TryGetProperty(name, out JsonElement value) ? value : default;

    public static IEnumerable<JsonElement> Entries(JsonElement value) => value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];

    public static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static string? Text(JsonElement value, string member) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(member, out JsonElement text) ? Text(text) : null;
}
