namespace Designer.Models.Onnx.Templates;

/// <summary>A part of a template that has a value.</summary>
internal abstract record Expression
{
    public object? Value(Rendering rendering)
    {
        rendering.Step();
        return Find(rendering);
    }

    protected abstract object? Find(Rendering rendering);
}

internal sealed record Literal(object? Constant) : Expression
{
    protected override object? Find(Rendering rendering) => Constant;
}

internal sealed record Name(string Text) : Expression
{
    protected override object? Find(Rendering rendering) => rendering.Scope[Text];
}

internal sealed record ListLiteral(IReadOnlyList<Expression> Items) : Expression
{
    protected override object? Find(Rendering rendering) => Items.Select(i => i.Value(rendering)).ToList();
}

internal sealed record MappingLiteral(IReadOnlyList<(Expression Key, Expression Value)> Entries) : Expression
{
    protected override object? Find(Rendering rendering)
    {
        Mapping map = [];
        foreach ((Expression key, Expression value) in Entries) map[Values.Text(key.Value(rendering))] = value.Value(rendering);
        return map;
    }
}

/// <summary>a.b</summary>
internal sealed record Member(Expression Of, string Key) : Expression
{
    protected override object? Find(Rendering rendering) => Access.Member(rendering, Of.Value(rendering), Key);
}

/// <summary>a[b]</summary>
internal sealed record Item(Expression Of, Expression Key) : Expression
{
    protected override object? Find(Rendering rendering) => Access.Item(rendering, Of.Value(rendering), Key.Value(rendering));
}

/// <summary>a[from:to:step]</summary>
internal sealed record Slice(Expression Of, Expression? From, Expression? To, Expression? Stride) : Expression
{
    protected override object? Find(Rendering rendering) =>
        Access.Slice(rendering, Of.Value(rendering), Place(From, rendering), Place(To, rendering), Place(Stride, rendering) ?? 1);

    private static long? Place(Expression? place, Rendering rendering) => place?.Value(rendering) is { } value ? Values.Integer(value) : null;
}

internal sealed record ArgumentList(IReadOnlyList<Expression> Positional, IReadOnlyList<(string Name, Expression Value)> Named)
{
    public Arguments Evaluate(Rendering rendering, object?[]? before = null)
    {
        Mapping named = [];
        foreach ((string name, Expression value) in Named) named[name] = value.Value(rendering);
        return new Arguments([.. before ?? [], .. Positional.Select(p => p.Value(rendering))], named);
    }
}

internal sealed record Call(Expression Of, ArgumentList Arguments) : Expression
{
    protected override object? Find(Rendering rendering) => Of.Value(rendering) switch
    {
        Function function => function(Arguments.Evaluate(rendering)),
        var other => throw new TemplateException($"{Values.Kind(other)} cannot be called."),
    };
}

internal sealed record FilterCall(Expression Of, string Name, ArgumentList Arguments) : Expression
{
    protected override object? Find(Rendering rendering) => Filters.Apply(rendering, Name, Of.Value(rendering), Arguments.Evaluate(rendering));
}

internal sealed record TestCall(Expression Of, string Name, ArgumentList Arguments, bool Negated) : Expression
{
    protected override object? Find(Rendering rendering) => Checks.Holds(rendering, Name, Of.Value(rendering), Arguments.Evaluate(rendering)) != Negated;
}

internal sealed record Choice(Expression Condition, Expression Then, Expression? Else) : Expression
{
    protected override object? Find(Rendering rendering) =>
        Values.Truth(Condition.Value(rendering)) ? Then.Value(rendering) : Else is null ? new Undefined("") : Else.Value(rendering);
}

internal sealed record Not(Expression Of) : Expression
{
    protected override object? Find(Rendering rendering) => !Values.Truth(Of.Value(rendering));
}

/// <summary>and, or: the value of the side that decides.</summary>
internal sealed record Either(Expression Left, Expression Right, bool Decisive) : Expression
{
    protected override object? Find(Rendering rendering)
    {
        object? left = Left.Value(rendering);
        return Values.Truth(left) == Decisive ? left : Right.Value(rendering);
    }
}

internal sealed record Negative(Expression Of) : Expression
{
    protected override object? Find(Rendering rendering)
    {
        object? value = Of.Value(rendering);
        if (value is double d) return -d;
        return -Values.Integer(value);
    }
}

/// <summary>a &lt; b &lt; c</summary>
internal sealed record Comparison(Expression First, IReadOnlyList<(string Operator, Expression Operand)> Others) : Expression
{
    protected override object? Find(Rendering rendering)
    {
        object? left = First.Value(rendering);
        foreach ((string @operator, Expression operand) in Others)
        {
            object? right = operand.Value(rendering);
            if (!Holds(@operator, left, right)) return false;
            left = right;
        }
        return true;
    }

    private static bool Holds(string @operator, object? left, object? right) => @operator switch
    {
        "==" => Values.Equals(left, right),
        "!=" => !Values.Equals(left, right),
        "in" => Values.Contains(right, left),
        "not in" => !Values.Contains(right, left),
        "<" => Values.Compare(left, right) < 0,
        "<=" => Values.Compare(left, right) <= 0,
        ">" => Values.Compare(left, right) > 0,
        _ => Values.Compare(left, right) >= 0,
    };
}

internal sealed record Arithmetic(string Operator, Expression Left, Expression Right) : Expression
{
    protected override object? Find(Rendering rendering) => Calculate(rendering, Operator, Left.Value(rendering), Right.Value(rendering));

    private static object? Calculate(Rendering rendering, string @operator, object? left, object? right)
    {
        switch (@operator, left, right)
        {
            case ("~", _, _): return Join(rendering, Values.Text(left), Values.Text(right));
            case ("+", string a, string b): return Join(rendering, a, b);
            case ("+", List<object?> a, List<object?> b):
                rendering.Step(a.Count + b.Count);
                return new List<object?>([.. a, .. b]);
            case ("*", string text, long times): return Repeat(rendering, text, times);
            case ("%", string format, _): return rendering.Limited(TextFormat.Percent(format, right is List<object?> list ? list : [right]));
        }
        if (!Values.IsNumber(left) || !Values.IsNumber(right)) throw new TemplateException($"'{@operator}' cannot be used with {Values.Kind(left)} and {Values.Kind(right)}.");
        return left is double || right is double || @operator == "/" ? Floats(@operator, Values.Double(left), Values.Double(right))
            : Integers(@operator, Values.Integer(left), Values.Integer(right));
    }

    private static string Join(Rendering rendering, string a, string b)
    {
        rendering.CheckLength((long)a.Length + b.Length);
        return rendering.Limited(a + b);
    }

    private static string Repeat(Rendering rendering, string text, long times)
    {
        if (times <= 0) return "";
        rendering.CheckLength(times);
        rendering.CheckLength(text.Length * times);
        return rendering.Limited(new System.Text.StringBuilder().Insert(0, text, (int)times).ToString());
    }

    private static object Integers(string @operator, long a, long b)
    {
        try
        {
            checked
            {
                if (@operator == "**" && b < 0) return Math.Pow(a, b);
                return @operator switch
                {
                    "+" => a + b,
                    "-" => a - b,
                    "*" => a * b,
                    "**" => Power(a, b),
                    "//" => (a - (a % b + b) % b) / b,
                    _ => (a % b + b) % b,
                };
            }
        }
        catch (Exception e) when (e is OverflowException or DivideByZeroException)
        {
            throw new TemplateException($"{a} {@operator} {b} cannot be calculated.");
        }
    }

    private static long Power(long a, long b)
    {
        long result = 1;
        if (a is 0 or 1 or -1) return b == 0 ? 1 : a == -1 && b % 2 == 0 ? 1 : a;
        for (; b > 0; b--) result = checked(result * a);
        return result;
    }

    private static double Floats(string @operator, double a, double b)
    {
        if (b == 0 && @operator is "/" or "//" or "%" && b == 0) throw new TemplateException($"{a} {@operator} 0 cannot be calculated.");
        return @operator switch
        {
            "+" => a + b,
            "-" => a - b,
            "*" => a * b,
            "/" => a / b,
            "**" => Math.Pow(a, b),
            "//" => Math.Floor(a / b),
            _ => a - b * Math.Floor(a / b),
        };
    }
}
