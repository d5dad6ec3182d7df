using System.Text;
using System.Text.Json;
using CsCheck;
using Xunit;

namespace Designer.Flows.Tests.Document;

public class FlowJsonTests
{
    [Fact]
    public void A_canonical_file_changes_no_byte()
    {
        byte[] bytes = Samples.Handbook();
        Assert.Equal(Encoding.UTF8.GetString(bytes), FlowJson.WriteText(FlowJson.Read(bytes)));
    }

    [Fact]
    public void Everything_is_read()
    {
        FlowDocument flow = FlowJson.Read(Samples.Handbook());
        Assert.Equal(FlowMode.Chat, flow.Mode);
        Assert.Equal("conversation", flow.Variables[0].Scope);
        Assert.Equal(JsonValueKind.Null, flow.Variables[1].Default!.Value.ValueKind);
        FlowNode search = flow.Nodes[1];
        Assert.Equal((3, "any", true, "10s"), (search.Retry!.Attempts, search.Join, search.Disabled, search.Timeout));
        Assert.Equal("1.10", search.Settings.GetProperty("zeta").GetRawText());
        Assert.Equal("colour", Assert.Single(search.Extra!.Members).Key);
        Assert.Equal(("inner", "case:a:b"), flow.Nodes[2].Children!.Edges[0].Source);
        Assert.Equal(["model", "handbook"], flow.Slots.Keys);
        Assert.Equal(120.25, flow.Notes[0].Size!.H);
        Assert.Equal(["future", "another"], flow.Extra!.Members.Select(m => m.Key));
    }

    [Fact]
    public void A_file_in_any_shape_becomes_canonical_once()
    {
        string text = "\uFEFF" + Samples.Flow("""
            "nodes":[{"unknown":1,"name":"A","id":"a","type":"start","position":{"y":1.50,"x":0},"disabled":false,"settings":{"t":"\u00e9<"}}],"mode":"task","variables":[],"notes":[]
            """);
        string canonical = FlowJson.WriteText(FlowJson.Read(text));
        Assert.Equal(
            """
            {
              "schema": "designer.flow/1",
              "name": "",
              "mode": "task",
              "nodes": [
                {
                  "id": "a",
                  "type": "start",
                  "typeVersion": 1,
                  "name": "A",
                  "position": {
                    "x": 0,
                    "y": 1.5
                  },
                  "settings": {
                    "t": "é<"
                  },
                  "unknown": 1
                }
              ],
              "edges": []
            }

            """, canonical);
        Assert.Equal(canonical, FlowJson.WriteText(FlowJson.Read(canonical)));
    }

    [Fact]
    public void A_newer_schema_stays_readable()
    {
        FlowDocument flow = FlowJson.Read("""{"schema":"designer.flow/7","nodes":[{"id":"a","type":"x"}]}""");
        Assert.Equal("designer.flow/7", flow.Schema);
        Assert.StartsWith("{\n  \"schema\": \"designer.flow/7\"", FlowJson.WriteText(flow), StringComparison.Ordinal);
    }

    [Fact]
    public void The_serializer_writes_documents_and_their_parts_the_same_way()
    {
        FlowDocument flow = FlowJson.Read(Samples.Handbook());
        string json = JsonSerializer.Serialize(new { document = flow, node = flow.Nodes[1] }, FlowJson.Options);
        JsonElement element = JsonElement.Parse(json);
        Assert.Equal("red", element.GetProperty("node").GetProperty("colour").GetString());
        FlowDocument again = element.GetProperty("document").Deserialize<FlowDocument>(FlowJson.Options)!;
        Assert.Equal(FlowJson.WriteText(flow), FlowJson.WriteText(again));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<FlowNode>("""{"id":5}""", FlowJson.Options));
    }

    public static TheoryData<string, string, string> Bad => new()
    {
        { "", "json.malformed", "1:1" },
        { "{\n  \"schema\": oops }", "json.malformed", "2:13" },
        { "{} x", "json.malformed", "1:4" },
        { """{"schema":"designer.flow/1",}""", "json.malformed", "1:29" },
        { """{"schema":"designer.flow/1","name":"a","name":"b"}""", "json.malformed", "1:40" },
        { """{"schema":"designer.flow/1","nodes":[{"id":"a","settings":{"__proto__":{}}}]}""", "json.malformed", "1:60" },
        { """{"schema":"designer.flow/1","name":"\ud800"}""", "json.malformed", "1:36" },
        { "[]", "json.type", "" },
        { "5", "json.type", "" },
        { "null", "json.type", "" },
        { "{}", "flow.schema", "schema" },
        { """{"schema":"other/1"}""", "flow.schema", "schema" },
        { """{"schema":5}""", "json.type", "schema" },
        { Samples.Flow("\"id\":\"x\""), "json.type", "id" },
        { Samples.Flow("\"mode\":\"loud\""), "json.type", "mode" },
        { Samples.Flow("\"nodes\":{}"), "json.type", "nodes" },
        { Samples.Flow("\"nodes\":[5]"), "json.type", "nodes[0]" },
        { Samples.Flow("""
            "nodes":[{"id":"a","typeVersion":1.5}]
            """), "json.type", "nodes[0].typeVersion" },
        { Samples.Flow("""
            "nodes":[{"id":"a","settings":[]}]
            """), "json.type", "nodes[0].settings" },
        { Samples.Flow("""
            "nodes":[{"id":"a","position":{"x":"left"}}]
            """), "json.type", "nodes[0].position.x" },
        { Samples.Flow("""
            "nodes":[{"id":"a","position":{"x":1e999}}]
            """), "json.type", "nodes[0].position.x" },
        { Samples.Flow("""
            "nodes":[{"id":"a","disabled":"yes"}]
            """), "json.type", "nodes[0].disabled" },
        { Samples.Flow("""
            "nodes":[{"id":"a","children":{"nodes":[{"id":"a"}]}}]
            """), "id.duplicate", "nodes[0].children.nodes[0].id" },
        { Samples.Flow("""
            "edges":[{"id":"e","from":"a","to":"b"},{"id":"e","from":"b","to":"c"}]
            """), "id.duplicate", "edges[1].id" },
        { Samples.Flow("""
            "slots":{"m":{"kind":5}}
            """), "json.type", "slots.m.kind" },
        { Samples.Flow("""
            "slots":{"m":{"kind":"model","needs":["chat",7]}}
            """), "json.type", "slots.m.needs[1]" },
    };

    [Theory, MemberData(nameof(Bad))]
    public void A_mistake_is_told_with_its_place(string json, string code, string path)
    {
        FlowFormatException e = Assert.Throws<FlowFormatException>(() => FlowJson.Read(json));
        Assert.Contains(e.Problems, p => p.Code == code && p.Path == path);
    }

    [Fact]
    public void All_mistakes_are_told_at_once_with_their_nodes()
    {
        FlowFormatException e = Assert.Throws<FlowFormatException>(() => FlowJson.Read(Samples.Flow("""
            "name":5,"nodes":[{"id":"a","type":7,"retry":{"attempts":"many"}},{"id":"b","timeout":true}]
            """)));
        Assert.Equal(["name", "nodes[0].type/a", "nodes[0].retry.attempts/a", "nodes[1].timeout/b"], e.Problems.Select(p => p.Path + (p.NodeId is null ? "" : "/" + p.NodeId)));
    }

    public static TheoryData<string, string> Hostile => new()
    {
        { "deep", "flow.tooDeep" }, { "containers", "flow.tooDeep" }, { "long", "flow.tooLarge" }, { "nodes", "flow.tooLarge" }, { "brackets", "flow.tooDeep" },
    };

    [Theory, MemberData(nameof(Hostile))]
    public void A_hostile_document_ends_in_a_problem(string kind, string code)
    {
        string json = kind switch
        {
            "deep" => Samples.Flow("\"nodes\":[" + string.Concat(Enumerable.Range(0, 10_000).Select(i => $$"""{"id":"n{{i}}","type":"logic.forEach","children":{"nodes":["""))),
            "containers" => Samples.Flow("\"nodes\":[" + string.Concat(Enumerable.Range(0, 70).Select(i => $$"""{"id":"n{{i}}","type":"logic.forEach","children":{"nodes":[""")) + string.Concat(Enumerable.Repeat("]}}", 70)) + "]"),
            "long" => Samples.Flow("\"name\":\"" + new string('x', 100_000_000) + "\""),
            "nodes" => Samples.Flow("\"nodes\":[" + string.Join(',', Enumerable.Range(0, 2_001).Select(i => $$"""{"id":"n{{i}}","type":"start"}""")) + "]"),
            _ => new string('[', 1_000_000),
        };
        FlowFormatException e = Assert.Throws<FlowFormatException>(() => FlowJson.Read(json));
        Assert.Contains(e.Problems, p => p.Code == code);
        Assert.True(e.Problems.Count <= 100);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused() =>
        Assert.Equal("json.malformed", Assert.Throws<FlowFormatException>(() => FlowJson.Read([0x7b, 0xff, 0x7d])).Problems[0].Code);

    [Fact]
    public void A_damaged_file_is_read_or_refused_never_more()
    {
        byte[] whole = Samples.Handbook();
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Int[0, 40], Gen.OneOf("", "{", "}", "[", "]", "\"", ",", ":", "null", "1e9999", "\\u0000", "\\", "true", "{\"a\":1}")).Sample((at, cut, put) =>
        {
            byte[] damaged = [.. whole[..at], .. Encoding.UTF8.GetBytes(put), .. whole[Math.Min(whole.Length, at + cut)..]];
            try
            {
                string once = FlowJson.WriteText(FlowJson.Read(damaged));
                Assert.Equal(once, FlowJson.WriteText(FlowJson.Read(once)));
            }
            catch (FlowFormatException e)
            {
                Assert.NotEmpty(e.Problems);
                Assert.All(e.Problems, p => Assert.NotEmpty(p.Message.ToString()));
            }
        }, iter: 5_000);
    }

    [Fact]
    public void A_large_document_is_read_and_written_quickly()
    {
        FlowDocument flow = new()
        {
            Nodes = [.. Enumerable.Range(0, 2_000).Select(i => new FlowNode { Id = $"n{i}", Type = "data.template", Name = $"Node {i}", Settings = JsonElement.Parse($$"""{"text":"{{new string('x', 2_000)}} {{i}}"}""") })],
        };
        byte[] bytes = FlowJson.Write(flow);
        Assert.InRange(bytes.Length, 4_000_000, FlowJson.MaxBytes);
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        Assert.Equal(bytes, FlowJson.Write(FlowJson.Read(bytes)));
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(2));
    }
}
