using System.Text;

namespace Designer.Models.Onnx.Templates;

internal enum TokenKind
{
    /// <summary>Text between the tags.</summary>
    Text,
    Name,
    String,
    Integer,
    Float,
    Operator,
    StatementStart,
    StatementEnd,
    OutputStart,
    OutputEnd,
    End,
}

internal readonly record struct TemplateToken(TokenKind Kind, string Text, int Line)
{
    public bool Is(TokenKind kind, string text) => Kind == kind && Text == text;
}

/// <summary>Cuts a template into tokens. Spaces as chat templates are rendered with: the line end behind a tag goes, and so do the blanks
/// between the beginning of a line and a tag (trim_blocks, lstrip_blocks).</summary>
internal sealed class TemplateLexer
{
    private static readonly string[] s_operators = ["**", "//", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "~", "<", ">", "=", "(", ")", "[", "]", "{", "}", ",", ".", ":", "|"];

    private readonly string _source;
    private readonly List<TemplateToken> _tokens = [];
    private int _at;
    private int _line = 1;
    private int _lineAt;
    private bool _trimNext;

    private TemplateLexer(string source)
    {
        source = source.Replace("\r\n", "\n", StringComparison.Ordinal);
        _source = source.EndsWith('\n') ? source[..^1] : source;
    }

    public static List<TemplateToken> Read(string source)
    {
        TemplateLexer lexer = new(source);
        while (lexer._at < lexer._source.Length) lexer.ReadTextAndTag();
        lexer.Add(TokenKind.End, "");
        return lexer._tokens;
    }

    private void Add(TokenKind kind, string text)
    {
        for (; _lineAt < _at; _lineAt++)
            if (_source[_lineAt] == '\n') _line++;
        _tokens.Add(new TemplateToken(kind, text, _line));
    }

    private TemplateException Wrong(string message)
    {
        Add(TokenKind.End, "");
        return new TemplateException(message, _line);
    }

    private void ReadTextAndTag()
    {
        int tag = NextTag(_at);
        string text = _source[_at..tag];
        if (_trimNext) text = text.TrimStart();
        _trimNext = false;
        bool atEnd = tag == _source.Length;
        char kind = atEnd ? '\0' : _source[tag + 1], mark = tag + 2 < _source.Length ? _source[tag + 2] : '\0';
        if (mark == '-' && !atEnd) text = text.TrimEnd();
        else if (kind is '%' or '#' && mark != '+') text = WithoutIndent(text, _at == 0 || _source[_at - 1] == '\n');
        if (text.Length > 0) Add(TokenKind.Text, text);
        _at = tag;
        if (atEnd) return;
        _at += mark is '-' || (mark == '+' && kind != '{') ? 3 : 2;
        if (kind == '#') SkipComment();
        else if (kind == '{') ReadTag(TokenKind.OutputStart, TokenKind.OutputEnd, "}}");
        else if (!ReadRaw()) ReadTag(TokenKind.StatementStart, TokenKind.StatementEnd, "%}");
    }

    private int NextTag(int from)
    {
        for (int at = from; (at = _source.IndexOf('{', at)) >= 0 && at + 1 < _source.Length; at++)
            if (_source[at + 1] is '{' or '%' or '#') return at;
        return _source.Length;
    }

    /// <summary>Takes the blanks between the beginning of a line and a tag away.</summary>
    private static string WithoutIndent(string text, bool atLineStart)
    {
        int end = text.Length;
        while (end > 0 && text[end - 1] is ' ' or '\t') end--;
        return (end == 0 && atLineStart) || (end > 0 && text[end - 1] == '\n') ? text[..end] : text;
    }

    private void SkipComment()
    {
        int end = _source.IndexOf("#}", _at, StringComparison.Ordinal);
        if (end < 0) throw Wrong("A comment has no end.");
        bool trim = _source[end - 1] == '-' && end > _at;
        _at = end + 2;
        AfterTag(trim);
    }

    private void AfterTag(bool trim)
    {
        _trimNext = trim;
        if (!trim && _at < _source.Length && _source[_at] == '\n') _at++;
    }

    /// <summary>Copies what stands between raw and endraw.</summary>
    private bool ReadRaw()
    {
        int at = _at;
        if (!Word(ref at, "raw") || CloseOfTag(ref at) is not { } trimStart) return false;
        for (int end = at; (end = _source.IndexOf("{%", end, StringComparison.Ordinal)) >= 0; end += 2)
        {
            int behind = end + 2;
            bool trimEnd = behind < _source.Length && _source[behind] == '-';
            if (trimEnd) behind++;
            if (!Word(ref behind, "endraw") || CloseOfTag(ref behind) is not { } trim) continue;
            string text = _source[at..end];
            if (trimStart) text = text.TrimStart();
            else if (text.StartsWith('\n')) text = text[1..];
            text = trimEnd ? text.TrimEnd() : WithoutIndent(text, atLineStart: false);
            if (text.Length > 0) Add(TokenKind.Text, text);
            _at = behind;
            AfterTag(trim);
            return true;
        }
        throw Wrong("A raw block has no end.");
    }

    private bool Word(ref int at, string word)
    {
        while (at < _source.Length && char.IsWhiteSpace(_source[at])) at++;
        if (string.CompareOrdinal(_source, at, word, 0, word.Length) != 0) return false;
        at += word.Length;
        return true;
    }

    /// <summary>Steps over the end of a statement tag: whether it trims what follows, or null if there is none.</summary>
    private bool? CloseOfTag(ref int at)
    {
        while (at < _source.Length && char.IsWhiteSpace(_source[at])) at++;
        bool trim = at < _source.Length && _source[at] == '-';
        if (trim) at++;
        if (string.CompareOrdinal(_source, at, "%}", 0, 2) != 0) return null;
        at += 2;
        return trim;
    }

    private void ReadTag(TokenKind start, TokenKind end, string close)
    {
        Add(start, "");
        // A closing brace that belongs to a mapping does not close the tag.
        int depth = 0;
        while (true)
        {
            while (_at < _source.Length && char.IsWhiteSpace(_source[_at])) _at++;
            if (_at >= _source.Length) throw Wrong($"A tag has no '{close}'.");
            char mark = _source[_at];
            if (depth == 0 && Closes(_at, close) || (depth == 0 && mark is '-' or '+' && Closes(_at + 1, close)))
            {
                bool trim = mark == '-';
                _at += (mark is '-' or '+' ? 1 : 0) + close.Length;
                Add(end, "");
                if (end == TokenKind.StatementEnd && mark != '+') AfterTag(trim);
                else _trimNext = trim;
                return;
            }
            ReadToken(mark, ref depth);
        }
    }

    private bool Closes(int at, string close) => string.CompareOrdinal(_source, at, close, 0, close.Length) == 0;

    private void ReadToken(char first, ref int depth)
    {
        if (first is '"' or '\'') ReadString(first);
        else if (char.IsAsciiDigit(first)) ReadNumber();
        else if (char.IsLetter(first) || first == '_')
        {
            int start = _at;
            while (_at < _source.Length && (char.IsLetterOrDigit(_source[_at]) || _source[_at] == '_')) _at++;
            Add(TokenKind.Name, _source[start.._at]);
        }
        else
        {
            string? found = Array.Find(s_operators, o => Closes(_at, o)) ?? throw Wrong($"'{first}' is not understood.");
            depth += found is "{" or "(" or "[" ? 1 : found is "}" or ")" or "]" ? -1 : 0;
            _at += found.Length;
            Add(TokenKind.Operator, found);
        }
    }

    private void ReadNumber()
    {
        int start = _at;
        while (_at < _source.Length && (char.IsAsciiDigit(_source[_at]) || _source[_at] == '_')) _at++;
        bool isFloat = _at + 1 < _source.Length && _source[_at] == '.' && char.IsAsciiDigit(_source[_at + 1]);
        if (isFloat)
        {
            _at++;
            while (_at < _source.Length && char.IsAsciiDigit(_source[_at])) _at++;
        }
        if (_at + 1 < _source.Length && _source[_at] is 'e' or 'E' && (char.IsAsciiDigit(_source[_at + 1]) || (_source[_at + 1] is '-' or '+' && _at + 2 < _source.Length && char.IsAsciiDigit(_source[_at + 2]))))
        {
            isFloat = true;
            _at += 2;
            while (_at < _source.Length && char.IsAsciiDigit(_source[_at])) _at++;
        }
        Add(isFloat ? TokenKind.Float : TokenKind.Integer, _source[start.._at].Replace("_", "", StringComparison.Ordinal));
    }

    private void ReadString(char quote)
    {
        StringBuilder text = new();
        for (_at++; ; _at++)
        {
            if (_at >= _source.Length) throw Wrong("A string has no end.");
            char c = _source[_at];
            if (c == quote) break;
            if (c == '\\' && _at + 1 < _source.Length) c = Escape(text);
            if (c != '\0') text.Append(c);
        }
        _at++;
        Add(TokenKind.String, text.ToString());
    }

    /// <summary>The character of the escape at this place; \0 when it was written already.</summary>
    private char Escape(StringBuilder text)
    {
        char kind = _source[++_at];
        int digits = kind switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0 && _at + digits < _source.Length && int.TryParse(_source.AsSpan(_at + 1, digits), System.Globalization.NumberStyles.AllowHexSpecifier, null, out int code) && Rune.IsValid(code))
        {
            _at += digits;
            text.Append(new Rune(code).ToString());
            return '\0';
        }
        switch (kind)
        {
            case 'n': return '\n';
            case 't': return '\t';
            case 'r': return '\r';
            case 'b': return '\b';
            case 'f': return '\f';
            case '\\' or '\'' or '"': return kind;
            case '\n': return '\0';
            default:
                text.Append('\\');
                return kind;
        }
    }
}
