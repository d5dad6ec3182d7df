namespace Designer.Models.Onnx.Templates;

/// <summary>Reads a whole template.</summary>
internal sealed class TemplateParser
{
    private const int Deepest = 100;

    private readonly TokenReader _tokens;
    private readonly ExpressionParser _expressions;
    private int _depth;

    private TemplateParser(string source)
    {
        _tokens = new TokenReader(TemplateLexer.Read(source));
        _expressions = new ExpressionParser(_tokens);
    }

    public static Block Read(string source)
    {
        TemplateParser parser = new(source);
        (Block block, _) = parser.ReadUntil([]);
        return block;
    }

    /// <summary>Reads statements up to one of the names, which is stepped over.</summary>
    private (Block Block, string End) ReadUntil(string[] ends)
    {
        if (++_depth > Deepest) throw new TemplateException("The template's blocks are nested too deeply.", _tokens.Current.Line);
        List<Statement> statements = [];
        while (true)
        {
            TemplateToken token = _tokens.Take();
            switch (token.Kind)
            {
                case TokenKind.Text:
                    statements.Add(new TextPart(token.Text));
                    break;
                case TokenKind.OutputStart:
                    statements.Add(new Output(_expressions.ReadList()));
                    _tokens.Expect(TokenKind.OutputEnd);
                    break;
                case TokenKind.StatementStart:
                    string name = _tokens.Name();
                    if (ends.Contains(name))
                    {
                        _depth--;
                        return (new Block(statements), name);
                    }
                    statements.Add(ReadStatement(name, token.Line));
                    break;
                default:
                    if (ends.Length > 0) throw new TemplateException($"'{ends[^1]}' is missing.", token.Line);
                    return (new Block(statements), "");
            }
        }
    }

    private Statement ReadStatement(string name, int line) => name switch
    {
        "if" => ReadIf(),
        "for" => ReadFor(),
        "set" => ReadSet(),
        "macro" => ReadMacro(),
        "call" => ReadCall(),
        "filter" => ReadFilter(),
        "with" => ReadWith(),
        "break" => Closed(new Leave(Flow.Break)),
        "continue" => Closed(new Leave(Flow.Continue)),
        "do" => Closed(new Effect(_expressions.Read())),
        // Marks what the assistant says, for training; it changes nothing that is written.
        "generation" => Closing(["endgeneration"]),
        "endfor" or "endif" or "else" or "elif" or "endmacro" or "endset" or "endcall" or "endfilter" or "endwith" or "endgeneration" => throw new TemplateException($"'{name}' has no beginning.", line),
        _ => throw new TemplateException($"The statement '{name}' is not supported.", line),
    };

    private T Closed<T>(T statement) where T : Statement
    {
        _tokens.Expect(TokenKind.StatementEnd);
        return statement;
    }

    /// <summary>The rest of a tag, the statements behind it and its end tag.</summary>
    private Block Closing(string[] ends)
    {
        _tokens.Expect(TokenKind.StatementEnd);
        (Block block, string end) = ReadUntil(ends);
        // An end tag may repeat a name.
        if (end.StartsWith("end", StringComparison.Ordinal))
        {
            if (_tokens.Current.Kind == TokenKind.Name) _tokens.Take();
            _tokens.Expect(TokenKind.StatementEnd);
        }
        return block;
    }

    private If ReadIf()
    {
        List<(Expression, Block)> branches = [];
        while (true)
        {
            Expression condition = _expressions.Read();
            _tokens.Expect(TokenKind.StatementEnd);
            (Block body, string end) = ReadUntil(["elif", "else", "endif"]);
            branches.Add((condition, body));
            if (end == "elif") continue;
            if (end == "else") return new If(branches, Closing(["endif"]));
            _tokens.Expect(TokenKind.StatementEnd);
            return new If(branches, null);
        }
    }

    private For ReadFor()
    {
        Target target = ReadTarget();
        _tokens.ExpectName("in");
        Expression over = _expressions.ReadWithoutIf();
        Expression? filter = _tokens.SkipName("if") ? _expressions.Read() : null;
        if (_tokens.IsName("recursive")) throw new TemplateException("Recursive loops are not supported.", _tokens.Current.Line);
        _tokens.Expect(TokenKind.StatementEnd);
        (Block body, string end) = ReadUntil(["else", "endfor"]);
        if (end == "else") return new For(target, over, filter, body, Closing(["endfor"]));
        _tokens.Expect(TokenKind.StatementEnd);
        return new For(target, over, filter, body, null);
    }

    private Target ReadTarget()
    {
        bool parentheses = _tokens.Skip("(");
        List<string> names = [_tokens.Name()];
        if (_tokens.Skip(".")) return new Target(names, _tokens.Name());
        while (_tokens.Skip(",")) names.Add(_tokens.Name());
        if (parentheses) _tokens.Expect(")");
        return new Target(names);
    }

    private Statement ReadSet()
    {
        Target target = ReadTarget();
        if (_tokens.Skip("=")) return Closed(new Set(target, _expressions.ReadList()));
        return new SetBlock(target, _expressions.Filters(), Closing(["endset"]));
    }

    private Macro ReadMacro()
    {
        string name = _tokens.Name();
        return new Macro(name, ReadParameters(), Closing(["endmacro"]));
    }

    private List<(string, Expression?)> ReadParameters()
    {
        List<(string, Expression?)> parameters = [];
        _tokens.Expect("(");
        while (!_tokens.Skip(")"))
        {
            parameters.Add((_tokens.Name(), _tokens.Skip("=") ? _expressions.Read() : null));
            if (_tokens.Skip(",")) continue;
            _tokens.Expect(")");
            break;
        }
        return parameters;
    }

    private CallBlock ReadCall()
    {
        List<(string, Expression?)> parameters = _tokens.Is("(") ? ReadParameters() : [];
        int line = _tokens.Current.Line;
        Call of = _expressions.Read() as Call ?? throw new TemplateException("'call' needs the call of a macro.", line);
        return new CallBlock(of, new Macro("caller", parameters, Closing(["endcall"])));
    }

    private FilterBlock ReadFilter()
    {
        // The first filter is written without its bar.
        (string Name, ArgumentList Arguments) first = _expressions.Filter();
        return new FilterBlock([first, .. _expressions.Filters()], Closing(["endfilter"]));
    }

    private With ReadWith()
    {
        List<(string, Expression)> names = [];
        while (_tokens.Current.Kind == TokenKind.Name)
        {
            string name = _tokens.Name();
            _tokens.Expect("=");
            names.Add((name, _expressions.Read()));
            if (!_tokens.Skip(",")) break;
        }
        return new With(names, Closing(["endwith"]));
    }
}
