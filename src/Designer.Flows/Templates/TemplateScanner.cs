namespace Designer.Flows;

/// <summary>A piece of a plain template: literal text, or a reference.</summary>
internal readonly record struct Segment(string Text, ReferencePath? Reference);

/// <summary>
/// Reads templates that are nothing but text and plain <c>{{ a.b[0].c }}</c> references, which most are, and checks the shape of all others,
/// since the Liquid parser and evaluator are recursive and a stack that overflows takes the process with it.
/// </summary>
internal static class TemplateScanner
{
    private const int MaxTags = 10_000, MaxTagLength = 10_000, MaxDepth = 50, MaxOperators = 200;

    // Words of Liquid, not names.
    private static readonly string[] Words = ["true", "false", "nil", "null", "empty", "blank"];

    /// <summary>The segments, or null when the text needs Liquid.</summary>
    public static List<Segment>? Plain(string text)
    {
        List<Segment> segments = [];
        int position = 0;
        while (position < text.Length)
        {
            int brace = NextTag(text, position);
            if (brace < 0) break;
            if (text[brace + 1] == '%') return null;
            int end = text.IndexOf("}}", brace, StringComparison.Ordinal);
            if (end < 0 || Reference(text.AsSpan(brace + 2, end - brace - 2)) is not { } reference) return null;
            if (brace > position) segments.Add(new Segment(text[position..brace], null));
            segments.Add(new Segment("", reference));
            position = end + 2;
        }
        if (position < text.Length) segments.Add(new Segment(text[position..], null));
        return segments;
    }

    /// <exception cref="TemplateException">The template is too large or nested too deeply to be parsed safely.</exception>
    public static void CheckShape(string text)
    {
        int tags = 0, depth = 0;
        for (int start = NextTag(text, 0); start >= 0; start = NextTag(text, start + 2))
        {
            bool isBlock = text[start + 1] == '%';
            int end = text.IndexOf(isBlock ? "%}" : "}}", start + 2, StringComparison.Ordinal);
            if (end < 0) end = text.Length;
            ReadOnlySpan<char> tag = text.AsSpan(start + 2, end - start - 2);
            if (++tags > MaxTags) throw At(text, start, $"The template has too many tags.");
            if (tag.Length > MaxTagLength || Operators(tag) > MaxOperators) throw At(text, start, $"A tag of the template is too long.");
            if (!isBlock) continue;
            ReadOnlySpan<char> word = tag.TrimStart("- \t\r\n");
            if (word.StartsWith("end")) depth--;
            else if (word.StartsWith("if") || word.StartsWith("for") || word.StartsWith("unless") || word.StartsWith("case") || word.StartsWith("capture") || word.StartsWith("comment")) depth++;
            if (depth > MaxDepth) throw At(text, start, $"The template's blocks are nested too deeply.");
        }
    }

    private static TemplateException At(string text, int position, Sentence message)
    {
        ReadOnlySpan<char> before = text.AsSpan(0, position);
        return new TemplateException(message, before.Count('\n') + 1, position - before.LastIndexOf('\n'));
    }

    private static int NextTag(string text, int from)
    {
        for (int i = text.IndexOf('{', from); i >= 0 && i + 1 < text.Length; i = text.IndexOf('{', i + 1))
        {
            if (text[i + 1] is '{' or '%') return i;
        }
        return -1;
    }

    private static int Operators(ReadOnlySpan<char> tag)
    {
        int count = 0;
        foreach (char c in tag) count += c is '|' or '[' or '(' or '.' ? 1 : 0;
        return count + tag.Count(" and ") + tag.Count(" or ");
    }

    /// <summary>Reads <c>a.b-c["d e"][0]</c> with spaces around it; null when it is anything else.</summary>
    private static ReferencePath? Reference(ReadOnlySpan<char> text)
    {
        text = text.Trim(" \t\r\n");
        if (!TryReadName(ref text, out string root) || Words.Contains(root)) return null;
        List<string> path = [];
        while (text.Length > 0)
        {
            if (text[0] == '.')
            {
                text = text[1..];
                if (!TryReadName(ref text, out string name)) return null;
                path.Add(name);
                continue;
            }
            int close = text.IndexOf(']');
            if (text[0] != '[' || close < 0 || Index(text[1..close]) is not { } index) return null;
            path.Add(index);
            text = text[(close + 1)..];
        }
        return new ReferencePath(root, path);
    }

    private static bool TryReadName(ref ReadOnlySpan<char> text, out string name)
    {
        int length = 0;
        while (length < text.Length && (char.IsAsciiLetter(text[length]) || text[length] == '_' || length > 0 && (char.IsAsciiDigit(text[length]) || text[length] == '-'))) length++;
        // A dash at the end belongs to the tag: {{ name -}} trims what follows.
        bool isName = length > 0 && text[length - 1] != '-';
        name = isName ? text[..length].ToString() : "";
        text = text[length..];
        return isName;
    }

    private static string? Index(ReadOnlySpan<char> text)
    {
        if (text.Length > 2 && text[0] is '"' or '\'' && text[^1] == text[0] && !text[1..^1].ContainsAny('\\', text[0])) return text[1..^1].ToString();
        return text.Length is > 0 and < 10 && !text.ContainsAnyExceptInRange('0', '9') ? text.ToString() : null;
    }
}
