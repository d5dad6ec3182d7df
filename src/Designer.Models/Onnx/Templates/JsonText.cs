using System.Globalization;
using System.Text;

namespace Designer.Models.Onnx.Templates;

/// <summary>Writes JSON as Python's json.dumps does, with ensure_ascii off: models were trained on exactly this spelling.</summary>
/// <param name="indent">Blanks for each level, or null for one line.</param>
internal sealed class JsonText(string? indent, string itemSeparator, string keySeparator, bool sortKeys, bool escapeNonAscii)
{
    private const int Deepest = 100;

    private readonly StringBuilder _text = new();

    public string Write(object? value)
    {
        Add(value, 0);
        return _text.ToString();
    }

    private void Add(object? value, int level)
    {
        if (level > Deepest) throw new TemplateException("A value is nested too deeply for tojson.");
        switch (value)
        {
            case null or Undefined: _text.Append("null"); break;
            case bool b: _text.Append(b ? "true" : "false"); break;
            case long n: _text.Append(CultureInfo.InvariantCulture, $"{n}"); break;
            case double d: _text.Append(double.IsNaN(d) ? "NaN" : double.IsInfinity(d) ? (d > 0 ? "Infinity" : "-Infinity") : Values.Float(d)); break;
            case string s: AddString(s); break;
            case List<object?> list: AddAll('[', ']', list, level, item => Add(item, level + 1)); break;
            case Mapping map: AddMapping(map, level); break;
            case Namespace space: AddMapping(space.Members, level); break;
            default: throw new TemplateException("A function cannot be written as JSON.");
        }
    }

    private void AddMapping(Mapping map, int level) => AddAll('{', '}', sortKeys ? map.OrderBy(p => p.Key, StringComparer.Ordinal).ToList() : [.. map], level, pair =>
    {
        AddString(pair.Key);
        _text.Append(keySeparator);
        Add(pair.Value, level + 1);
    });

    private void AddAll<T>(char open, char close, List<T> items, int level, Action<T> add)
    {
        _text.Append(open);
        for (int i = 0; i < items.Count; i++)
        {
            if (i > 0) _text.Append(indent is null ? itemSeparator : itemSeparator.TrimEnd(' '));
            NewLine(level + 1);
            add(items[i]);
        }
        if (items.Count > 0) NewLine(level);
        _text.Append(close);
    }

    private void NewLine(int level)
    {
        if (indent is null) return;
        _text.Append('\n');
        for (int i = 0; i < level; i++) _text.Append(indent);
    }

    private void AddString(string text)
    {
        _text.Append('"');
        foreach (char c in text)
        {
            switch (c)
            {
                case '"': _text.Append("\\\""); break;
                case '\\': _text.Append("\\\\"); break;
                case '\n': _text.Append("\\n"); break;
                case '\r': _text.Append("\\r"); break;
                case '\t': _text.Append("\\t"); break;
                case '\b': _text.Append("\\b"); break;
                case '\f': _text.Append("\\f"); break;
                default:
                    if (c < ' ' || (escapeNonAscii && c > '~')) _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                    else _text.Append(c);
                    break;
            }
        }
        _text.Append('"');
    }
}
