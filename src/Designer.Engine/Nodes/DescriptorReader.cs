using System.Collections;
using System.Reflection;
using System.Text.Json;
using Designer.Flows;

namespace Designer.Engine;

/// <summary>Reads a node type's descriptor from the attributes on its class and records.</summary>
internal static class DescriptorReader
{
    private static readonly string[] UsualNeeds = ["chat"];

    public static NodeDescriptor Read(Type nodeClass, Type settingsType, Type outputsType)
    {
        NodeAttribute node = nodeClass.GetCustomAttribute<NodeAttribute>()
            ?? throw new InvalidOperationException($"{nodeClass.Name} has no [Node] attribute.");
        Dictionary<string, IReadOnlyDictionary<string, FlowType>> bodyNames = nodeClass.GetCustomAttributes<BodyNameAttribute>()
            .GroupBy(b => b.Name)
            .ToDictionary(g => g.Key, g => (IReadOnlyDictionary<string, FlowType>)g.ToDictionary(b => b.Member, b => FlowType.Parse(b.Type) ?? FlowType.Any));
        return new NodeDescriptor(
            node.Type, node.Version, node.Name.Length > 0 ? node.Name : node.Type, node.Group, node.Icon, node.Description, node.Summary,
            Settings(settingsType), Outputs(outputsType), Ports(nodeClass, node))
        {
            Example = node.Example,
            IsEffect = node.Effect,
            IsContainer = bodyNames.Count > 0,
            IsAttachable = node.Attachable,
            BodyNames = bodyNames,
            PortsFrom = nodeClass.GetCustomAttribute<PortsFromAttribute>() is { } ports ? new PortsFrom(ports.Setting, ports.Prefix, ports.Field) : null,
            OutputsFrom = nodeClass.GetCustomAttribute<OutputsFromAttribute>() is { } outputs ? new OutputsFrom(outputs.Setting) : null,
        };
    }

    private static List<PortDescriptor> Ports(Type nodeClass, NodeAttribute node)
    {
        List<PortDescriptor> ports = [];
        if (!node.NoInput) ports.Add(new("in", PortKind.In, ""));
        OutputPortAttribute[] named = [.. nodeClass.GetCustomAttributes<OutputPortAttribute>()];
        ports.AddRange(named.Select(p => new PortDescriptor(p.Name, PortKind.Out, p.Label.Length > 0 ? p.Label : p.Name)));
        bool hasOwnPorts = named.Length > 0 || nodeClass.IsDefined(typeof(PortsFromAttribute));
        if (!node.NoOutput && !hasOwnPorts) ports.Add(new("out", PortKind.Out, ""));
        ports.AddRange(nodeClass.GetCustomAttributes<AttachmentPortAttribute>().Select(p => new PortDescriptor(p.Name, PortKind.Attachment, p.Label.Length > 0 ? p.Label : p.Name)));
        if (node.Attachable) ports.Add(new("tool", PortKind.Tool, ""));
        return ports;
    }

    private static List<OutputDescriptor> Outputs(Type type) => typeof(IDictionary).IsAssignableFrom(type) || type == typeof(object)
        ? []
        : [.. type.GetProperties()
            .Where(p => p.IsDefined(typeof(OutputAttribute)))
            .Select(p =>
            {
                OutputAttribute output = p.GetCustomAttribute<OutputAttribute>()!;
                return new OutputDescriptor(CamelCase(p.Name), output.Type is null ? FlowValue.TypeOf(p.PropertyType) : FlowType.Parse(output.Type) ?? FlowType.Any, output.Label);
            })];

    private static List<SettingDescriptor> Settings(Type type) => [.. RecordShape.Of(type).Parameters.Where(p => p.Setting is not null).Select(Setting)];

    private static SettingDescriptor Setting(RecordParameter parameter)
    {
        SettingAttribute setting = parameter.Setting!;
        Type type = Nullable.GetUnderlyingType(parameter.Type) ?? parameter.Type;
        SettingKind kind = KindOf(type);
        Type? nested = kind == SettingKind.Record ? type : kind == SettingKind.List ? RecordShape.ItemOf(type) : null;
        IReadOnlyList<SettingDescriptor>? fields = nested is not null && KindOf(nested) == SettingKind.Record ? Settings(nested) : null;
        // One of them, or any number where the setting is a list.
        Type choice = kind == SettingKind.List && RecordShape.ItemOf(type) is { } item ? item : type;
        IReadOnlyList<string>? options = setting.Options ?? (choice.IsEnum ? [.. Enum.GetNames(choice).Select(CamelCase)] : null);
        return new SettingDescriptor(
            parameter.JsonName, setting.Label, kind, setting.Widget >= 0 ? setting.Widget : WidgetFor(kind, setting, options, type),
            setting.Required, Default(parameter), setting.Help, setting.Template || type == typeof(object), setting.Slot,
            double.IsNaN(setting.Min) ? null : setting.Min, double.IsNaN(setting.Max) ? null : setting.Max, options, fields)
        {
            IsDeferred = typeof(Deferred).IsAssignableFrom(type),
            AllowsMissing = setting.AllowsMissing,
            Needs = setting.Slot == "model" ? setting.Needs ?? UsualNeeds : null,
        };
    }

    private static JsonElement? Default(RecordParameter parameter) =>
        parameter.Setting?.DefaultJson is { } json ? JsonElement.Parse(json)
        : parameter.HasDefault && parameter.Default is not null ? JsonSerializer.SerializeToElement(parameter.Default, FlowJson.Options) : null;

    private static SettingKind KindOf(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string) || type.IsEnum || type == typeof(TimeSpan)) return SettingKind.String;
        if (type == typeof(bool)) return SettingKind.Boolean;
        if (typeof(Deferred).IsAssignableFrom(type) || type == typeof(object) || type == typeof(JsonElement)) return SettingKind.Json;
        return FlowValue.TypeOf(type).Name switch
        {
            "integer" => SettingKind.Integer,
            "number" => SettingKind.Number,
            "array" => SettingKind.List,
            _ => RecordShape.IsMap(type) ? SettingKind.Json : SettingKind.Record,
        };
    }

    private static Widget WidgetFor(SettingKind kind, SettingAttribute setting, IReadOnlyList<string>? options, Type type)
    {
        if (setting.Slot is not null) return Widget.Slot;
        if (options is not null) return Widget.Select;
        return kind switch
        {
            SettingKind.Boolean => Widget.Toggle,
            SettingKind.Number or SettingKind.Integer => Widget.Number,
            SettingKind.List => Widget.Rows,
            SettingKind.Json or SettingKind.Record => type == typeof(object) ? Widget.Reference : Widget.Json,
            _ => Widget.Text,
        };
    }

    private static string CamelCase(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);
}
