using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Designer.Flows;
using Designer.Nodes.Start;

namespace Designer.Web.Features.Editor.Batches;

/// <summary>An input of the flow and the column that fills it; null: none does.</summary>
public sealed record BatchInput(string Name, string Type, bool Required, string? Column);

/// <summary>A row of the table as the input of one run, or what is wrong with it.</summary>
/// <param name="Number">From 1, as the table shows it.</param>
public sealed record PlannedRow(int Number, int Line, IReadOnlyList<string> Cells, JsonElement? Input, string? Error);

/// <summary>A table fitted to a flow: which column fills which input, and each row converted to the inputs' types.</summary>
public sealed record BatchPlan(IReadOnlyList<string> Columns, IReadOnlyList<BatchInput> Inputs, IReadOnlyList<PlannedRow> Rows)
{
    /// <summary>At least one column fills an input.</summary>
    public bool IsMapped => Inputs.Any(i => i.Column is not null);

    /// <param name="mapping">Column by input name; null for an input that stays empty; inputs it does not name are found by their names.</param>
    /// <exception cref="CsvException">The table cannot be read, or the mapping names what is not there.</exception>
    public static BatchPlan Make(FlowDocument document, string csv, IReadOnlyDictionary<string, string?>? mapping = null)
    {
        CsvTable table = Csv.Read(csv);
        StartNode.Field[] fields = Fields(document);
        if (fields.Length == 0) throw new CsvException("batch.noInputs", "This flow takes no input, so a table cannot fill one.");
        BatchInput[] inputs = [.. fields.Select(f => new BatchInput(f.Name, f.Type, f.Required && f.Default is null or { ValueKind: JsonValueKind.Null }, ColumnOf(f.Name, table.Columns, mapping)))];
        (string Name, FlowType Type, bool Required, int At)[] wanted = [.. inputs.Where(i => i.Column is not null || i.Required).Select(i => (i.Name, FlowType.Parse(i.Type) ?? FlowType.Any, i.Required, Index(table.Columns, i.Column)))];
        return new BatchPlan(table.Columns, inputs, [.. table.Rows.Select((row, i) => Plan(row, i + 1, table.Columns.Count, wanted))]);
    }

    private static StartNode.Field[] Fields(FlowDocument document)
    {
        FlowNode? start = document.Nodes.FirstOrDefault(n => n.Type == "start");
        if (start is null || start.Settings.ValueKind != JsonValueKind.Object || !start.Settings.TryGetProperty("inputs", out JsonElement inputs) || inputs.ValueKind != JsonValueKind.Array) return [];
        return [.. inputs.EnumerateArray().Select(i => FlowValue.ToType<StartNode.Field>(i)!).Where(f => !string.IsNullOrEmpty(f.Name))];
    }

    private static string? ColumnOf(string input, IReadOnlyList<string> columns, IReadOnlyDictionary<string, string?>? mapping)
    {
        if (mapping is null || !mapping.TryGetValue(input, out string? chosen)) return columns.FirstOrDefault(c => Plain(c) == Plain(input));
        if (string.IsNullOrEmpty(chosen)) return null;
        return columns.Contains(chosen) ? chosen : throw new CsvException("batch.column", $"The table has no column “{chosen}”.");
    }

    private static int Index(IReadOnlyList<string> columns, string? column) => column is null ? -1 : columns.ToList().IndexOf(column);

    // "Customer name", "customer_name" and "customerName" are the same to people.
    private static string Plain(string name) => new([.. name.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);

    private static PlannedRow Plan(CsvRow row, int number, int columns, (string Name, FlowType Type, bool Required, int At)[] wanted)
    {
        if (row.Cells.Count != columns) return new PlannedRow(number, row.Line, row.Cells, null, L["has {0} cells; the header has {1}", row.Cells.Count, columns]);
        JsonObject input = [];
        List<string> problems = [];
        foreach ((string name, FlowType type, bool required, int at) in wanted)
        {
            string cell = at < 0 ? "" : row.Cells[at];
            if (string.IsNullOrWhiteSpace(cell))
            {
                if (required) problems.Add(L["“{0}” is missing", name]);
            }
            else if (Value(cell, type) is not { } value) problems.Add(L["“{0}” must be {1}, not “{2}”", name, Wanted(type), cell.Length > 40 ? cell[..40] + "…" : cell]);
            else if (InputTypes.Problem(JsonElement.Parse(value.ToJsonString()), type) is { } problem) problems.Add($"“{name}” {L[problem]}");
            else input[name] = value;
        }
        return problems.Count > 0
            ? new PlannedRow(number, row.Line, row.Cells, null, string.Join("; ", problems))
            : new PlannedRow(number, row.Line, row.Cells, JsonSerializer.SerializeToElement(input, FlowJson.Options), null);
    }

    /// <summary>Null when the cell cannot be that.</summary>
    private static JsonNode? Value(string cell, FlowType type)
    {
        string text = cell.Trim();
        return type.Name switch
        {
            "string" => JsonValue.Create(cell),
            "integer" => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) ? JsonValue.Create(whole) : null,
            "number" => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) ? JsonValue.Create(number) : null,
            "boolean" => text.ToLowerInvariant() switch { "true" or "yes" or "1" => JsonValue.Create(true), "false" or "no" or "0" => JsonValue.Create(false), _ => null },
            "any" => Json(text) ?? JsonValue.Create(cell),
            _ => Json(text),
        };
    }

    private static JsonNode? Json(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Wanted(FlowType type) => type.Name switch
    {
        "integer" => L["a whole number"],
        "number" => L["a number (with a point, not a comma)"],
        "boolean" => L["true or false"],
        "array" => L["a list in JSON"],
        "file" or "image" => L["a file, and a table holds none"],
        _ => L["an object in JSON"],
    };
}
