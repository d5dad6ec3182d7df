namespace Designer.Models.Onnx.Templates;

/// <summary>What stands behind 'is' (Jinja calls them tests).</summary>
internal static class Checks
{
    public static bool Holds(Rendering rendering, string name, object? value, Arguments arguments)
    {
        rendering.Step();
        return name switch
        {
            "defined" => value is not Undefined,
            "undefined" => value is Undefined,
            "none" => value is null,
            "boolean" => value is bool,
            "true" => value is true,
            "false" => value is false,
            "string" => value is string,
            "number" => Values.IsNumber(value),
            "integer" => value is long,
            "float" => value is double,
            "mapping" => value is Mapping,
            "sequence" => value is List<object?> or string or Mapping,
            "iterable" => value is List<object?> or string or Mapping,
            "callable" => value is Function,
            "odd" => Values.Integer(value) % 2 != 0,
            "even" => Values.Integer(value) % 2 == 0,
            "divisibleby" => arguments.Number(0, "num", 0) is not 0 and int by ? Values.Integer(value) % by == 0 : throw new TemplateException("Nothing is divisible by zero."),
            "lower" => Values.Text(value) is var text && text.Any(char.IsLower) && !text.Any(char.IsUpper),
            "upper" => Values.Text(value) is var text && text.Any(char.IsUpper) && !text.Any(char.IsLower),
            "in" => Values.Contains(arguments.Get(0, "seq"), value),
            "sameas" => value is null or bool ? Equals(value, arguments.Get(0, "other")) : ReferenceEquals(value, arguments.Get(0, "other")),
            "eq" or "equalto" or "==" => Values.Equals(value, arguments.Get(0, "other")),
            "ne" or "!=" => !Values.Equals(value, arguments.Get(0, "other")),
            "lt" or "lessthan" or "<" => Values.Compare(value, arguments.Get(0, "other")) < 0,
            "le" or "<=" => Values.Compare(value, arguments.Get(0, "other")) <= 0,
            "gt" or "greaterthan" or ">" => Values.Compare(value, arguments.Get(0, "other")) > 0,
            "ge" or ">=" => Values.Compare(value, arguments.Get(0, "other")) >= 0,
            _ => throw new TemplateException($"There is no test '{name}'."),
        };
    }
}
