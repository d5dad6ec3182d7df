using System.Text.Json;
using Designer.Models.Extractive;
using Microsoft.Extensions.AI;

namespace Designer.Models.Tests.Extractive;

public sealed class ExtractorTests
{
    private const string Mail = """
        Hello,

        my name is Ada Lovelace and I ordered three lamps. Order number: FW-20931, placed on 3 March 2026.
        The total was 1,249.50 euro for a quantity of 12 lamps. Please deliver to our new address.

        Name: Ada Lovelace
        Address: 12 Engine Street, London
        Phone: +44 20 7946 0958
        E-mail: ada@engines.example
        Priority: high
        Gift wrapping: yes

        It is not urgent.
        """;

    [Theory]
    [InlineData("""{"type":"string"}""", "name", "\"Ada Lovelace\"")]
    [InlineData("""{"type":"string"}""", "customer_name", "\"Ada Lovelace\"")]
    [InlineData("""{"type":"string"}""", "address", "\"12 Engine Street, London\"")]
    [InlineData("""{"type":"string","format":"email"}""", "contact", "\"ada@engines.example\"")]
    [InlineData("""{"type":["string","null"]}""", "email", "\"ada@engines.example\"")]
    [InlineData("""{"type":"string"}""", "phoneNumber", "\"\\u002B44 20 7946 0958\"")]
    [InlineData("""{"type":"string","format":"date"}""", "orderDate", "\"2026-03-03\"")]
    [InlineData("""{"type":"string"}""", "orderNumber", "\"FW-20931\"")]
    [InlineData("""{"type":"number"}""", "total", "1249.50")]
    [InlineData("""{"type":"integer"}""", "quantity", "12")]
    [InlineData("""{"type":"string","enum":["low","normal","high"]}""", "priority", "\"high\"")]
    [InlineData("""{"type":"boolean"}""", "giftWrapping", "true")]
    [InlineData("""{"type":"boolean"}""", "urgent", "false")]
    [InlineData("""{"type":"boolean"}""", "insured", "null")]
    [InlineData("""{"type":"string"}""", "iban", "null")]
    [InlineData("""{"type":"integer"}""", "age", "null")]
    [InlineData("""{"type":"string","format":"uri"}""", "website", "null")]
    [InlineData("""{"anyOf":[{"type":"null"},{"type":"string","format":"email"}]}""", "reply", "\"ada@engines.example\"")]
    [InlineData("""{"$ref":"#/$defs/mail"}""", "reply", "\"ada@engines.example\"")]
    [InlineData("""{"const":"order"}""", "kind", "\"order\"")]
    [InlineData("""{"type":"array","items":{"type":"string","format":"email"}}""", "emails", "[\"ada@engines.example\"]")]
    [InlineData("""{"type":"object","properties":{"phone":{"type":"string"},"fax":{"type":"string"}}}""", "contact", """{"phone":"\u002B44 20 7946 0958","fax":null}""")]
    public void A_field_is_found_by_its_label_or_pattern_or_is_null(string property, string name, string expected)
    {
        var schema = JsonElement.Parse($$"""{"type":"object","properties":{"{{name}}": {{property}} },"$defs":{"mail":{"type":"string","format":"email"} } }""");

        Assert.Equal(expected, ExtractiveExtractor.Extract(Mail, schema).GetProperty(name).GetRawText());
    }

    [Theory]
    [InlineData("Due 2026-12-31", "2026-12-31")]
    [InlineData("Due December 31, 2026", "2026-12-31")]
    [InlineData("Due 31st of December 2026", "2026-12-31")]
    [InlineData("Due 31.12.2026", "2026-12-31")]
    [InlineData("Due 12/31/2026", "2026-12-31")]
    [InlineData("截止日期：2026年12月31日", "2026-12-31")]
    [InlineData("Due 2026-13-45", null)]
    public void Dates_become_ISO(string text, string? expected) =>
        Assert.Equal(expected, ExtractiveExtractor.Extract(text, JsonElement.Parse("""{"type":"object","properties":{"dueDate":{"type":"string","format":"date"}}}""")).GetProperty("dueDate").GetString());

    [Fact]
    public void Chinese_labels_are_known()
    {
        var schema = JsonElement.Parse("""{"type":"object","properties":{"name":{"type":"string"},"phone":{"type":"string"},"amount":{"type":"number"}}}""");

        var value = ExtractiveExtractor.Extract("姓名：王小明\n电话：138 0013 8000\n金额：1280.5元", schema);

        Assert.Equal("王小明", value.GetProperty("name").GetString());
        Assert.Equal("138 0013 8000", value.GetProperty("phone").GetString());
        Assert.Equal(1280.5m, value.GetProperty("amount").GetDecimal());
    }

    [Theory]
    [InlineData("true")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"$ref":"#"}""")]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"#/properties/a"}}}""")]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"#"}}}""")]
    [InlineData("""{"type":"array","items":true}""")]
    [InlineData("""{"type":17,"enum":"x","properties":[]}""")]
    [InlineData("""{"type":"object","properties":{"":{"type":"string"},"((":{"type":"number"},"__proto__":{"type":"boolean"}}}""")]
    public void An_odd_schema_never_throws(string schema)
    {
        var value = ExtractiveExtractor.Extract(Mail, JsonElement.Parse(schema));

        Assert.NotEqual(JsonValueKind.Undefined, value.ValueKind);
    }

    [Fact]
    public async Task A_chat_call_with_a_schema_answers_in_json()
    {
        using var client = new ExtractiveChatClient();
        var schema = JsonElement.Parse("""{"type":"object","properties":{"title":{"type":"string"},"email":{"type":"string"}}}""");

        var response = await client.GetResponseAsync([new ChatMessage(ChatRole.User, Mail)], new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(schema) });

        var value = JsonElement.Parse(response.Text);
        Assert.Equal("ada@engines.example", value.GetProperty("email").GetString());
        Assert.False(string.IsNullOrEmpty(value.GetProperty("title").GetString()));
    }
}
