using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Designer.Engine;
using Designer.Flows;
using Xunit;

namespace Designer.Nodes.Tests;

public class NodeTypesTests
{
    private static readonly string[] Expected =
    [
        "agents.assistant", "answer", "data.extract", "data.merge", "data.set", "data.template", "human.approval", "knowledge.search", "logic.classify",
        "logic.condition", "logic.forEach", "logic.subflow", "logic.while", "model.chat", "models.classify", "models.embed", "models.ocr", "models.rerank", "safety.guard", "start", "tools.code", "tools.http",
    ];

    [Fact]
    public void All_node_types_are_found()
    {
        using TestFlow flow = new();
        Assert.Equal(Expected, flow.Catalog.All.Select(d => d.Type).Order(StringComparer.Ordinal).Intersect(Expected));
    }

    [Fact]
    public void Every_node_type_says_all_that_a_person_needs()
    {
        using TestFlow flow = new();
        foreach (NodeDescriptor type in flow.Catalog.All)
        {
            Assert.Matches("^[a-z]+(\\.[a-zA-Z]+)?$", type.Type);
            Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", type.Icon);
            Assert.True(type.Icon != "box", $"{type.Type} has no icon of its own.");
            Assert.True(type.Name.Length > 2 && type.Name != type.Type && char.IsUpper(type.Name[0]), $"{type.Type} has no name.");
            Assert.True(type.Description.Length > 40 && type.Description.EndsWith('.'), $"{type.Type} has no description.");
            Assert.True(type.Example.Length is > 20 and < 90, $"{type.Type} has no example, or one that is long.");
            foreach (System.Text.RegularExpressions.Match name in Regex.Matches(type.Summary, "\\{([a-zA-Z]+)\\}"))
                Assert.True(type.Settings.Any(s => s.Name == name.Groups[1].Value), $"{type.Type}: the summary names {name.Value}, which is no setting.");
            Assert.NotEmpty(type.Summary);
            foreach (SettingDescriptor setting in type.Settings.Concat(type.Settings.SelectMany(s => s.Fields ?? [])))
            {
                Assert.True(setting.Label.Length > 1 && char.IsUpper(setting.Label[0]), $"{type.Type}.{setting.Name} has no label.");
                Assert.False(setting.Widget == Widget.Slider && (setting.Min is null || setting.Max is null), $"{type.Type}.{setting.Name}: a slider has two ends.");
            }
            Assert.All(type.Outputs, o => Assert.True(char.IsUpper(o.Label[0]), $"{type.Type}.{o.Name} has no label."));
        }
    }

    [Fact]
    public void The_reference_says_what_the_node_types_say()
    {
        using TestFlow flow = new();
        string? root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "Designer.sln"))) root = Path.GetDirectoryName(root);
        string file = Path.Combine(root!, "docs", "nodes.md");
        string reference = NodeReference.ToMarkdown(flow.Catalog);
        if (Environment.GetEnvironmentVariable("DESIGNER_WRITE_DOCS") == "1") File.WriteAllText(file, reference);

        Assert.Equal(reference, File.ReadAllText(file));
    }

    [Fact]
    public void A_node_stands_in_its_groups_folder()
    {
        foreach (Type node in DesignerNodes.Assembly.GetTypes().Where(t => t.IsDefined(typeof(NodeAttribute))))
        {
            Assert.Equal($"Designer.Nodes.{node.GetCustomAttribute<NodeAttribute>()!.Group}", node.Namespace);
            Assert.EndsWith("Node", node.Name, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_parameter_of_a_settings_record_is_a_setting()
    {
        foreach (Type node in DesignerNodes.Assembly.GetTypes().Where(t => t.IsDefined(typeof(NodeAttribute))))
        {
            Type settings = node.BaseType!.GetGenericArguments()[0];
            foreach (PropertyInfo property in settings.GetProperties().Where(p => p.CanWrite))
                Assert.True(property.IsDefined(typeof(SettingAttribute)), $"{node.Name}.{property.Name} has no [Setting].");
        }
    }

    [Fact]
    public void Descriptors_are_json()
    {
        using TestFlow flow = new();
        string json = JsonSerializer.Serialize(flow.Catalog.All, FlowJson.Options);
        Assert.Contains("\"approve\"", json, StringComparison.Ordinal);
    }
}
