using System.Text.Json;

namespace Designer.Flows;

/// <summary>Whether all rows must hold, or any.</summary>
public enum Match { All, Any }

/// <summary>One row of a condition with its values filled in: <c>{ "left": "{{ start.kind }}", "operator": "equals", "right": "billing" }</c>.</summary>
public sealed record ConditionRow(object? Left, ConditionOperator Operator, object? Right = null)
{
    public bool Holds() => ConditionOperators.Holds(Operator, Left, Right);
}

/// <summary>
/// A condition before its values are known, for settings that are evaluated later (a loop's condition, a branch): rows, or one
/// <see cref="Expression"/>. No rows hold under "all", none under "any".
/// </summary>
public sealed class Condition
{
    private readonly record struct Row(Operand Left, ConditionOperator Operator, Operand Right);

    /// <summary>A template where the document has a text, else the value as it stands.</summary>
    private readonly record struct Operand(Template? Template, object? Value)
    {
        public object? Evaluate(IValueScope scope) => Template is null ? Value : Template.Evaluate(scope);
    }

    private readonly Expression? _expression;
    private readonly Row[] _rows = [];
    private readonly Match _match;

    private Condition(Expression expression) => _expression = expression;

    private Condition(Row[] rows, Match match)
    {
        _rows = rows;
        _match = match;
    }

    public IReadOnlyList<ReferencePath> References => _expression is not null
        ? _expression.References
        : [.. _rows.SelectMany(r => (IEnumerable<Template?>)[r.Left.Template, r.Right.Template]).SelectMany(t => t?.References ?? []).Select(r => r with { IsHandled = true }).Distinct()];

    /// <summary>Reads a text (an expression), a list of rows, or an object with <c>rows</c> and <c>match</c>, or with <c>expression</c>.</summary>
    /// <exception cref="TemplateException">It is none of them, or a template in it has a mistake.</exception>
    public static Condition Parse(JsonElement json, Match match = Match.All)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                return new Condition(Expression.Parse(json.GetString()!));
            case JsonValueKind.Array:
                return new Condition([.. json.EnumerateArray().Select(ReadRow)], match);
            case JsonValueKind.Object:
                if (SettingReader.Text(json, "match") is { } word && !Enum.TryParse(word, ignoreCase: true, out match)) throw new TemplateException($"A condition's match is all or any.");
                if (SettingReader.Text(json, "expression") is { Length: > 0 } expression) return new Condition(Expression.Parse(expression));
                if (json.TryGetProperty("rows", out JsonElement rows) && rows.ValueKind == JsonValueKind.Array) return Parse(rows, match);
                break;
        }
        throw new TemplateException($"A condition is a list of rows or an expression.");
    }

    /// <exception cref="TemplateException">A template fails.</exception>
    /// <exception cref="FlowValueException">The pattern of <c>matches</c> is not one.</exception>
    public bool Holds(IValueScope scope)
    {
        if (_expression is not null) return _expression.Holds(scope);
        foreach (Row row in _rows)
        {
            bool holds = ConditionOperators.Holds(row.Operator, row.Left.Evaluate(scope), row.Right.Evaluate(scope));
            if (holds != (_match == Match.All)) return holds;
        }
        return _match == Match.All;
    }

    private static Row ReadRow(JsonElement row)
    {
        if (row.ValueKind != JsonValueKind.Object || SettingReader.Text(row, "operator") is not { } name) throw new TemplateException($"A row of a condition needs left, operator and right.");
        // Numbers parse as enums, but are no names.
        if (!Enum.TryParse(name, ignoreCase: true, out ConditionOperator op) || !name.All(char.IsAsciiLetter)) throw new TemplateException($"There is no operator '{name}'.");
        return new Row(ReadOperand(row, "left"), op, ReadOperand(row, "right"));
    }

    private static Operand ReadOperand(JsonElement row, string name)
    {
        if (!row.TryGetProperty(name, out JsonElement value)) return default;
        return value.ValueKind == JsonValueKind.String ? new Operand(Template.Parse(value.GetString()!), null) : new Operand(null, value);
    }
}

/// <summary>Rows whose values are filled in, as a node's settings hold them.</summary>
public static class ConditionRows
{
    public static bool Hold(this IReadOnlyList<ConditionRow> rows, Match match) => match == Match.All ? rows.All(r => r.Holds()) : rows.Any(r => r.Holds());
}
