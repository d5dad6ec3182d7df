using System.Text.Json;
using System.Text.RegularExpressions;

namespace Designer.Models.Extractive.Extraction;

internal enum FieldKind
{
    Text,
    Number,
    Integer,
    Boolean,
    Date,
    DateTime,
    Email,
    Phone,
    Link,
    Choice,
    PersonName,
    Money,
    Identifier,
    Summary,
    Title,
}

/// <summary>One leaf of a schema: what kind of value, and under which labels a text may hold it.</summary>
internal sealed partial record Field(string Name, FieldKind Kind, IReadOnlyList<string> Labels, string Description, IReadOnlyList<string> Choices)
{
    private static readonly Dictionary<string, string[]> s_otherNames = new(StringComparer.Ordinal)
    {
        ["email"] = ["e-mail", "mail", "email address", "邮箱", "电子邮件", "邮件"],
        ["e mail"] = ["e-mail", "email", "mail", "邮箱"],
        ["phone"] = ["telephone", "tel", "mobile", "phone number", "电话", "手机", "联系电话"],
        ["name"] = ["full name", "customer", "client", "姓名", "名字", "客户"],
        ["customer"] = ["name", "client", "customer name", "客户", "姓名"],
        ["date"] = ["on", "dated", "日期", "时间"],
        ["amount"] = ["total", "sum", "price", "value", "金额", "总额", "总计"],
        ["total"] = ["amount", "sum", "grand total", "总额", "总计", "合计"],
        ["price"] = ["cost", "amount", "价格", "单价"],
        ["quantity"] = ["qty", "count", "number", "units", "pieces", "数量"],
        ["address"] = ["street", "地址"],
        ["company"] = ["organisation", "organization", "employer", "公司", "单位"],
        ["order number"] = ["order", "order no", "order id", "订单号", "订单"],
        ["invoice number"] = ["invoice", "invoice no", "发票号"],
        ["city"] = ["town", "城市"],
        ["subject"] = ["re", "topic", "主题"],
        ["age"] = ["年龄"],
        ["due date"] = ["due", "payable by", "deadline", "截止日期", "到期日"],
        ["product"] = ["item", "article", "产品", "商品"],
    };

    public static Field Read(string name, JsonElement schema, string type)
    {
        var words = NameParts().Replace(name, " ").Replace('_', ' ').Replace('-', ' ').Replace('.', ' ').Trim().ToLowerInvariant();
        var title = Text(schema, "title").ToLowerInvariant();
        var description = Text(schema, "description");
        var labels = new List<string> { words };
        if (title.Length > 0) labels.Add(title);
        labels.AddRange(s_otherNames.GetValueOrDefault(words) ?? []);
        var choices = schema.TryGetProperty("enum", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(c => c.ValueKind is JsonValueKind.String or JsonValueKind.Number).Select(c => c.ToString()).ToArray()
            : [];
        return new Field(words, KindOf(words, type, Text(schema, "format"), choices), [.. labels.Where(l => l.Length > 0).Distinct().OrderByDescending(l => l.Length)], description, choices);
    }

    private static FieldKind KindOf(string words, string type, string format, string[] choices)
    {
        if (choices.Length > 0) return FieldKind.Choice;
        if (type == "boolean") return FieldKind.Boolean;
        if (type == "integer") return FieldKind.Integer;
        if (type == "number") return Has(words, "amount", "price", "total", "cost", "sum", "fee", "salary", "budget", "金额", "价格") ? FieldKind.Money : FieldKind.Number;
        return format switch
        {
            "date" => FieldKind.Date,
            "date-time" => FieldKind.DateTime,
            "email" or "idn-email" => FieldKind.Email,
            "uri" or "url" or "iri" => FieldKind.Link,
            _ when Has(words, "email", "mail", "邮箱") => FieldKind.Email,
            _ when Has(words, "phone", "telephone", "mobile", "电话", "手机") => FieldKind.Phone,
            _ when Has(words, "url", "link", "website", "网址") => FieldKind.Link,
            _ when Has(words, "date", "日期") => FieldKind.Date,
            _ when Has(words, "summary", "abstract", "摘要", "总结") => FieldKind.Summary,
            _ when Has(words, "title", "headline", "标题") => FieldKind.Title,
            _ when Has(words, "name", "person", "customer", "author", "employee", "sender", "contact", "姓名") && !Has(words, "product", "file", "company", "user", "project") => FieldKind.PersonName,
            _ when Has(words, "id", "number", "no", "code", "reference", "编号", "订单号", "单号") => FieldKind.Identifier,
            _ => FieldKind.Text,
        };
    }

    private static bool Has(string words, params ReadOnlySpan<string> any)
    {
        var parts = words.Split(' ');
        foreach (var word in any)
            if (parts.Contains(word) || (word[0] > 127 && words.Contains(word, StringComparison.Ordinal))) return true;
        return false;
    }

    private static string Text(JsonElement schema, string key) => schema.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    [GeneratedRegex(@"(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex NameParts();
}
