using System.Text;
using System.Text.RegularExpressions;

namespace Designer.Models.Extractive.Text;

internal enum PassageKind
{
    Heading,
    Prose,
    Item,
    Row,
}

/// <summary>One readable piece of a document: a paragraph, a list item, a table row or a heading, with its mark-up taken off.</summary>
internal readonly record struct Passage(PassageKind Kind, string Text);

/// <summary>Reads Markdown and plain text into passages. Anything it does not know is a paragraph.</summary>
internal static partial class Passages
{
    public static List<Passage> Read(string text)
    {
        var reader = new Reader();
        foreach (var line in text.AsSpan().EnumerateLines()) reader.Line(line);
        return reader.End();
    }

    /// <summary>Takes emphasis, code marks, links and pictures off a line.</summary>
    public static string Plain(string text)
    {
        if (text.AsSpan().IndexOfAny("*_`[<") < 0) return text.Trim();
        if (text.Contains('[')) text = Link().Replace(text, "$1");
        return text.Replace("**", "", StringComparison.Ordinal).Replace("__", "", StringComparison.Ordinal).Replace("`", "", StringComparison.Ordinal).Trim().Trim('*').Trim();
    }

    [GeneratedRegex(@"!?\[([^\]\n]{0,300})\]\([^)\s]{0,2000}\)", RegexOptions.CultureInvariant)]
    private static partial Regex Link();

    // "Name: value" on a line of its own; a plain text form has no other mark-up.
    [GeneratedRegex(@"\A[\p{L}][\p{L}\p{N} /&'_-]{0,40}\s?[:：]\s*\S", RegexOptions.CultureInvariant)]
    private static partial Regex Field();

    private sealed class Reader
    {
        private readonly List<Passage> _passages = [];
        private readonly StringBuilder _open = new();
        private PassageKind _kind = PassageKind.Prose;
        private bool _lastLineWasRow;

        public void Line(ReadOnlySpan<char> raw)
        {
            var line = raw.Trim();
            while (line.StartsWith(">")) line = line[1..].TrimStart();
            var row = line.StartsWith("|") && line.Length > 2;
            if (row) Row(line);
            else if (line.IsEmpty || line.StartsWith("```") || line.StartsWith("~~~") || IsRule(line)) Flush();
            else if (HeadingText(line) is { } heading) Add(PassageKind.Heading, heading);
            else if (IsUnderline(line) && _kind == PassageKind.Prose && _open.Length > 0) Underline();
            else if (ItemStart(line) is var at and > 0) Open(PassageKind.Item, line[at..]);
            else if (line.Length < 160 && Field().IsMatch(line)) Open(PassageKind.Prose, line);
            else Continue(line);
            _lastLineWasRow = row;
        }

        public List<Passage> End()
        {
            Flush();
            return _passages;
        }

        private void Open(PassageKind kind, ReadOnlySpan<char> text)
        {
            Flush();
            _kind = kind;
            _open.Append(text);
        }

        private void Continue(ReadOnlySpan<char> line)
        {
            // Chinese has no space between words, so a line break between two characters is nothing.
            if (_open.Length > 0 && !(Tokenizer.IsCjk(line[0]) && (Tokenizer.IsCjk(_open[^1]) || _open[^1] is '，' or '。' or '、' or '；'))) _open.Append(' ');
            _open.Append(line);
        }

        private void Flush()
        {
            if (_open.Length > 0) Add(_kind, _open.ToString());
            _open.Clear();
            _kind = PassageKind.Prose;
        }

        private void Add(PassageKind kind, string text)
        {
            if (kind == PassageKind.Heading) Flush();
            var whole = text.Trim();
            // A line that is bold as a whole is a heading in most people's documents.
            if (kind == PassageKind.Prose && whole.Length is > 4 and < 100 && whole.StartsWith("**", StringComparison.Ordinal)
                && whole.IndexOf("**", 2, StringComparison.Ordinal) == whole.Length - 2) kind = PassageKind.Heading;
            var plain = Plain(whole);
            if (plain.Length > 0) _passages.Add(new Passage(kind, plain));
        }

        private void Underline()
        {
            var text = _open.ToString();
            _open.Clear();
            Add(PassageKind.Heading, text);
        }

        private void Row(ReadOnlySpan<char> line)
        {
            Flush();
            if (line.IndexOfAnyExcept("|-: ") < 0)
            {
                // What stands above the rule names the columns.
                if (_lastLineWasRow && _passages is [.., { Kind: PassageKind.Row } head]) _passages[^1] = head with { Kind = PassageKind.Heading };
                return;
            }
            var cells = new List<string>();
            foreach (var range in line.Trim('|').Split('|'))
                if (Plain(line.Trim('|')[range].Trim().ToString()) is { Length: > 0 } cell) cells.Add(cell);
            if (cells.Count > 0) _passages.Add(new Passage(PassageKind.Row, cells.Count == 1 ? cells[0] : $"{cells[0]}: {string.Join(", ", cells.Skip(1))}"));
        }

        private static string? HeadingText(ReadOnlySpan<char> line)
        {
            var level = line.IndexOfAnyExcept('#');
            if (level is < 1 or > 6 || line[level] != ' ') return null;
            return line[level..].Trim().TrimEnd('#').TrimEnd().ToString();
        }

        private static bool IsUnderline(ReadOnlySpan<char> line) => line.Length > 2 && (line.IndexOfAnyExcept('=') < 0 || line.IndexOfAnyExcept('-') < 0);

        private bool IsRule(ReadOnlySpan<char> line) => _open.Length == 0 && line.Length > 2 && line.IndexOfAnyExcept("-*_= ") < 0;

        /// <summary>Where an item's text starts, or 0 when the line is no list item.</summary>
        private static int ItemStart(ReadOnlySpan<char> line)
        {
            var at = 0;
            if (line[0] is '-' or '*' or '+' or '•' or '·' or '–') at = 1;
            else
            {
                while (at < line.Length && at < 3 && char.IsAsciiDigit(line[at])) at++;
                if (at == 0 || at == line.Length || line[at] is not ('.' or ')' or '、')) return 0;
                at++;
                if (line[at - 1] == '、') return at < line.Length ? at : 0;
            }
            if (at >= line.Length || (line[at] != ' ' && line[at] != '\t' && !(line[0] is '•' or '·'))) return 0;
            var rest = line[at..].TrimStart();
            if (rest.Length > 4 && rest[0] == '[' && rest[2] == ']' && rest[1] is ' ' or 'x' or 'X') rest = rest[3..].TrimStart();
            return line.Length - rest.Length;
        }
    }
}
