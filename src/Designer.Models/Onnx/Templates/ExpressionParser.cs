using System.Globalization;

namespace Designer.Models.Onnx.Templates;

/// <summary>Reads expressions, from the loosest binding (if-else) to the tightest (members, calls, filters).</summary>
internal sealed class ExpressionParser(TokenReader tokens)
{
    private const int Deepest = 200;

    private static readonly string[] s_comparisons = ["==", "!=", "<", "<=", ">", ">="];
    private static readonly string[] s_sums = ["+", "-"], s_products = ["*", "/", "//", "%"], s_joins = ["~"], s_powers = ["**"];

    private int _depth;

    public Expression Read()
    {
        if (++_depth > Deepest) throw new TemplateException("An expression is nested too deeply.", tokens.Current.Line);
        Expression value = Or();
        while (tokens.SkipName("if"))
        {
            Expression condition = Or();
            value = new Choice(condition, value, tokens.SkipName("else") ? Read() : null);
        }
        _depth--;
        return value;
    }

    /// <summary>One expression, or several with commas between as a list.</summary>
    public Expression ReadList()
    {
        Expression first = Read();
        if (!tokens.Is(",")) return first;
        List<Expression> items = [first];
        while (tokens.Skip(","))
            if (tokens.Current.Kind is not TokenKind.StatementEnd and not TokenKind.OutputEnd) items.Add(Read());
        return new ListLiteral(items);
    }

    /// <summary>What a loop goes over: a following 'if' is the loop's.</summary>
    public Expression ReadWithoutIf() => Or();

    public List<(string Name, ArgumentList Arguments)> Filters()
    {
        List<(string, ArgumentList)> filters = [];
        while (tokens.Skip("|")) filters.Add(Filter());
        return filters;
    }

    /// <summary>A filter's name and what it is called with.</summary>
    public (string Name, ArgumentList Arguments) Filter() => (tokens.Name(), tokens.Is("(") ? ReadArguments() : new ArgumentList([], []));

    private Expression Or()
    {
        Expression left = And();
        while (tokens.SkipName("or")) left = new Either(left, And(), Decisive: true);
        return left;
    }

    private Expression And()
    {
        Expression left = Negation();
        while (tokens.SkipName("and")) left = new Either(left, Negation(), Decisive: false);
        return left;
    }

    private Expression Negation()
    {
        if (!tokens.SkipName("not")) return Comparisons();
        if (++_depth > Deepest) throw new TemplateException("An expression is nested too deeply.", tokens.Current.Line);
        Expression of = Negation();
        _depth--;
        return new Not(of);
    }

    private Expression Comparisons()
    {
        Expression first = Sum();
        List<(string, Expression)> others = [];
        while (true)
        {
            if (tokens.Current.Kind == TokenKind.Operator && s_comparisons.Contains(tokens.Current.Text)) others.Add((tokens.Take().Text, Sum()));
            else if (tokens.SkipName("in")) others.Add(("in", Sum()));
            else if (tokens.IsName("not") && tokens.Next.Is(TokenKind.Name, "in"))
            {
                tokens.Take();
                tokens.Take();
                others.Add(("not in", Sum()));
            }
            else return others.Count == 0 ? first : new Comparison(first, others);
        }
    }

    private Expression Sum() => Chain(s_sums, Joined);

    private Expression Joined() => Chain(s_joins, Product);

    private Expression Product() => Chain(s_products, Power);

    private Expression Power() => Chain(s_powers, () => Unary(withFilters: true));

    private Expression Chain(string[] operators, Func<Expression> operand)
    {
        Expression left = operand();
        while (tokens.Current.Kind == TokenKind.Operator && operators.Contains(tokens.Current.Text)) left = new Arithmetic(tokens.Take().Text, left, operand());
        return left;
    }

    private Expression Unary(bool withFilters)
    {
        Expression value;
        if (++_depth > Deepest) throw new TemplateException("An expression is nested too deeply.", tokens.Current.Line);
        if (tokens.Skip("-")) value = new Negative(Unary(withFilters: false));
        else if (tokens.Skip("+")) value = Unary(withFilters: false);
        else value = Primary();
        _depth--;
        value = Behind(value);
        return withFilters ? FiltersAndTests(value) : value;
    }

    private Expression Primary()
    {
        TemplateToken token = tokens.Take();
        switch (token.Kind)
        {
            case TokenKind.Name:
                return token.Text switch
                {
                    "true" or "True" => new Literal(true),
                    "false" or "False" => new Literal(false),
                    "none" or "None" => new Literal(null),
                    _ => new Name(token.Text),
                };
            case TokenKind.String:
                string text = token.Text;
                while (tokens.Current.Kind == TokenKind.String) text += tokens.Take().Text;
                return new Literal(text);
            case TokenKind.Integer:
                return long.TryParse(token.Text, CultureInfo.InvariantCulture, out long whole) ? new Literal(whole) : throw new TemplateException($"The number {token.Text} is too large.", token.Line);
            case TokenKind.Float:
                return new Literal(double.Parse(token.Text, CultureInfo.InvariantCulture));
            case TokenKind.Operator when token.Text == "(":
                return Parentheses();
            case TokenKind.Operator when token.Text == "[":
                return new ListLiteral(Items("]"));
            case TokenKind.Operator when token.Text == "{":
                return Mapping();
            default:
                throw new TemplateException($"A value is expected, not '{(token.Text.Length > 0 ? token.Text : token.Kind.ToString())}'.", token.Line);
        }
    }

    private Expression Parentheses()
    {
        if (tokens.Skip(")")) return new ListLiteral([]);
        Expression first = Read();
        if (tokens.Skip(")")) return first;
        tokens.Expect(",");
        return new ListLiteral([first, .. Items(")")]);
    }

    private List<Expression> Items(string close)
    {
        List<Expression> items = [];
        while (!tokens.Skip(close))
        {
            items.Add(Read());
            if (tokens.Skip(",")) continue;
            tokens.Expect(close);
            break;
        }
        return items;
    }

    private MappingLiteral Mapping()
    {
        List<(Expression, Expression)> entries = [];
        while (!tokens.Skip("}"))
        {
            Expression key = Read();
            tokens.Expect(":");
            entries.Add((key, Read()));
            if (tokens.Skip(",")) continue;
            tokens.Expect("}");
            break;
        }
        return new MappingLiteral(entries);
    }

    /// <summary>Members, items and calls behind a value.</summary>
    private Expression Behind(Expression value)
    {
        while (true)
        {
            if (tokens.Skip("."))
            {
                value = tokens.Current.Kind == TokenKind.Integer ? new Item(value, new Literal(long.Parse(tokens.Take().Text, CultureInfo.InvariantCulture))) : new Member(value, tokens.Name());
            }
            else if (tokens.Skip("[")) value = Subscript(value);
            else if (tokens.Is("(")) value = new Call(value, ReadArguments());
            else return value;
        }
    }

    private Expression Subscript(Expression value)
    {
        Expression? from = tokens.Is(":") ? null : Read();
        if (tokens.Skip("]")) return new Item(value, from!);
        tokens.Expect(":");
        Expression? to = tokens.Is(":") || tokens.Is("]") ? null : Read(), stride = null;
        if (tokens.Skip(":") && !tokens.Is("]")) stride = Read();
        tokens.Expect("]");
        return new Slice(value, from, to, stride);
    }

    private ArgumentList ReadArguments()
    {
        tokens.Expect("(");
        List<Expression> positional = [];
        List<(string, Expression)> named = [];
        while (!tokens.Skip(")"))
        {
            if (tokens.Current.Kind == TokenKind.Name && tokens.Next.Is(TokenKind.Operator, "="))
            {
                string name = tokens.Name();
                tokens.Take();
                named.Add((name, Read()));
            }
            else positional.Add(Read());
            if (tokens.Skip(",")) continue;
            tokens.Expect(")");
            break;
        }
        return new ArgumentList(positional, named);
    }

    private Expression FiltersAndTests(Expression value)
    {
        while (true)
        {
            if (tokens.Skip("|"))
            {
                (string name, ArgumentList arguments) = Filter();
                value = new FilterCall(value, name, arguments);
            }
            else if (tokens.SkipName("is")) value = Test(value);
            else if (tokens.Is("(")) value = new Call(value, ReadArguments());
            else return value;
        }
    }

    private TestCall Test(Expression value)
    {
        bool negated = tokens.SkipName("not");
        string name = tokens.Current.Kind == TokenKind.Operator ? tokens.Take().Text : tokens.Name();
        if (tokens.Is("(")) return new TestCall(value, name, ReadArguments(), negated);
        // A value may follow without parentheses: is divisibleby 3.
        bool argument = tokens.Current.Kind is TokenKind.String or TokenKind.Integer or TokenKind.Float || tokens.Is("[") || tokens.Is("{") ||
            (tokens.Current.Kind == TokenKind.Name && tokens.Current.Text is not ("else" or "or" or "and" or "is" or "if" or "not" or "in"));
        return new TestCall(value, name, new ArgumentList(argument ? [Behind(Primary())] : [], []), negated);
    }
}
