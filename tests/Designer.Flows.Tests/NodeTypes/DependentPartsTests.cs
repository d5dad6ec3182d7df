using System.Text.Json;
using Xunit;

namespace Designer.Flows.Tests.NodeTypes;

public class DependentPartsTests
{
    [Theory]
    [InlineData("""{"cases":["a","b","a",""]}""", null)]
    [InlineData("""{"cases":[{"name":"a"},{"name":"b"},{"title":"c"},5]}""", "name")]
    public void Ports_follow_from_a_list(string settings, string? field)
    {
        PortsFrom ports = new("cases", "case:", field);
        Assert.Equal(["case:a", "case:b"], ports.Read(SettingOf(settings, "cases")).Select(p => p.Name));
    }

    [Theory]
    [InlineData("""{"fields":[{"name":"who","type":"string"},{"name":"years","type":"integer"}]}""")]
    [InlineData("""{"fields":{"type":"object","properties":{"who":{"type":["string","null"]},"years":{"type":"integer"}}}}""")]
    [InlineData("""{"fields":"{\"properties\":{\"who\":{\"type\":\"string\"},\"years\":{\"type\":\"integer\"}}}"}""")]
    public void Outputs_follow_from_a_list_or_a_schema(string settings)
    {
        IReadOnlyList<OutputDescriptor> outputs = OutputsFrom.Read(SettingOf(settings, "fields"));
        Assert.Equal(["who: string", "years: integer"], outputs.Select(o => $"{o.Name}: {o.Type}"));
    }

    [Theory]
    [InlineData("null"), InlineData("{}"), InlineData("[]"), InlineData("""{"fields":5}"""), InlineData("""{"fields":"{oops"}"""), InlineData("""{"fields":{"properties":[]}}""")]
    public void Nonsense_gives_nothing(string settings)
    {
        Assert.Empty(OutputsFrom.Read(SettingOf(settings, "fields")));
        Assert.Empty(new PortsFrom("fields", "").Read(SettingOf(settings, "fields")));
    }

    [Fact]
    public void A_descriptor_has_the_json_that_the_canvas_reads()
    {
        NodeDescriptor descriptor = new("logic.route", 2, "Route", NodeGroup.Logic, "split", "Routes.", "{cases}",
            [new SettingDescriptor("cases", "Cases", SettingKind.List, Widget.TextArea, true, null, null, true, null, null, 9, null, null)],
            [new OutputDescriptor("found", FlowType.Array(FlowType.Chunk), "Found")], [new PortDescriptor("in", PortKind.In, "In")])
        {
            IsContainer = true,
            Example = "Send invoices one way.",
            PortsFrom = new PortsFrom("cases", "case:"),
            BodyNames = new OrderedMap<IReadOnlyDictionary<string, FlowType>>([KeyValuePair.Create("each", (IReadOnlyDictionary<string, FlowType>)new Dictionary<string, FlowType> { ["index"] = FlowType.Integer })]),
        };
        Assert.Equal(
            """
            {"type":"logic.route","version":2,"name":"Route","group":"logic","icon":"split","description":"Routes.","summary":"{cases}","settings":[{"name":"cases","label":"Cases","kind":"list","widget":"textArea","required":true,"isTemplate":true,"max":9,"isDeferred":false,"allowsMissing":false}],"outputs":[{"name":"found","type":"array<chunk>","label":"Found"}],"ports":[{"name":"in","kind":"in","label":"In"}],"example":"Send invoices one way.","isEffect":false,"isContainer":true,"isAttachable":false,"bodyNames":{"each":{"index":"integer"}},"portsFrom":{"setting":"cases","prefix":"case:"}}
            """, JsonSerializer.Serialize(descriptor, FlowJson.Options));
    }

    private static JsonElement SettingOf(string settings, string name) =>
        new NodeDescriptor("t", 1, "T", NodeGroup.Logic, "", "", "", [], [], []).ValueOf(JsonElement.Parse(settings), name);
}
