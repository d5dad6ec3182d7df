using Designer.Flows;

namespace Designer.Web.Features.Editor.Nodes;

/// <summary>
/// What a node type says of itself, in another language. Node types speak English, for the documents and the API; people read them in
/// theirs. The Chinese stands beside this file.
/// </summary>
public static class NodeWords
{
    public static NodeDescriptor Translated(NodeDescriptor type) => Say(type, text => L[text]);

    /// <summary>The type with every text that people read given through <paramref name="say"/>.</summary>
    public static NodeDescriptor Say(NodeDescriptor type, Func<string, string> say) => type with
    {
        Name = say(type.Name),
        Description = say(type.Description),
        Example = type.Example.Length > 0 ? say(type.Example) : "",
        Summary = say(type.Summary),
        Settings = [.. type.Settings.Select(setting => Say(setting, say))],
        Outputs = [.. type.Outputs.Select(output => output with { Label = say(output.Label) })],
        Ports = [.. type.Ports.Select(port => port with { Label = say(port.Label) })],
    };

    private static SettingDescriptor Say(SettingDescriptor setting, Func<string, string> say) => setting with
    {
        Label = say(setting.Label),
        Help = setting.Help is { } help ? say(help) : null,
        Fields = setting.Fields is { } fields ? [.. fields.Select(field => Say(field, say))] : null,
    };
}
