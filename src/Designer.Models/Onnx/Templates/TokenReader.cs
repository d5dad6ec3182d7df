namespace Designer.Models.Onnx.Templates;

/// <summary>Walks over the tokens of a template.</summary>
internal sealed class TokenReader(List<TemplateToken> tokens)
{
    private int _at;

    public TemplateToken Current => tokens[_at];

    public TemplateToken Next => tokens[Math.Min(_at + 1, tokens.Count - 1)];

    public TemplateToken Take() => tokens[_at < tokens.Count - 1 ? _at++ : _at];

    public bool Is(string @operator) => Current.Is(TokenKind.Operator, @operator);

    public bool IsName(string name) => Current.Is(TokenKind.Name, name);

    /// <summary>Steps over an operator if it stands here.</summary>
    public bool Skip(string @operator)
    {
        if (!Is(@operator)) return false;
        _at++;
        return true;
    }

    public bool SkipName(string name)
    {
        if (!IsName(name)) return false;
        _at++;
        return true;
    }

    public void Expect(string @operator)
    {
        if (!Skip(@operator)) throw Wrong($"'{@operator}' is expected");
    }

    public void ExpectName(string name)
    {
        if (!SkipName(name)) throw Wrong($"'{name}' is expected");
    }

    public string Name() => Current.Kind == TokenKind.Name ? Take().Text : throw Wrong("A name is expected");

    public TemplateToken Expect(TokenKind kind) => Current.Kind == kind ? Take() : throw Wrong($"{kind} is expected");

    public TemplateException Wrong(string what) => new($"{what}, not '{(Current.Text.Length > 0 ? Current.Text : Current.Kind.ToString())}'.", Current.Line);
}
