using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Serialization;

namespace Designer.Flows;

/// <summary>
/// What Designer says to people: an English sentence whose values are kept apart, so that a page can say it in another language.
/// It is written as an interpolated string, <c>$"{host} did not answer."</c>; a plain string is no sentence, so that the compiler finds
/// whatever could not be translated. What others say, e.g. a model server, is a value: <c>$"{theirs}"</c>. Programs and logs get the English.
/// </summary>
[InterpolatedStringHandler]
[JsonConverter(typeof(SentenceInEnglish))]
public sealed class Sentence : IEquatable<Sentence>
{
    private readonly StringBuilder _format;
    private readonly List<object> _values;

    /// <summary>For the compiler, which fills it from an interpolated string.</summary>
    public Sentence(int literalLength, int formattedCount)
    {
        _format = new StringBuilder(literalLength + 3 * formattedCount);
        _values = new List<object>(formattedCount);
    }

    internal Sentence(string format, IEnumerable<object> values)
    {
        _format = new StringBuilder(format);
        _values = [.. values];
    }

    /// <summary>The English with <c>{0}</c> where the first value stands: the key of its translations.</summary>
    public string Format => _format.ToString();

    /// <summary>Texts, which are the same in every language, and sentences.</summary>
    public IReadOnlyList<object> Values => _values;

    public void AppendLiteral(string text) => _format.Append(Escaped(text));

    public void AppendFormatted(Sentence? sentence) => Add(sentence ?? (object)"");

    public void AppendFormatted<T>(T value, string? format = null) =>
        Add((value is IFormattable formattable ? formattable.ToString(format, CultureInfo.InvariantCulture) : value?.ToString()) ?? "");

    private void Add(object value)
    {
        _format.Append(CultureInfo.InvariantCulture, $"{{{_values.Count}}}");
        _values.Add(value);
    }

    /// <summary>A word of ours that stands in a table and is translated there, e.g. the label of a setting.</summary>
    public static Sentence Word(string english) => new(Escaped(english), []);

    /// <summary>What an error says.</summary>
    public static Sentence Of(Exception error) => error is ISaid said ? said.Said : $"{error.Message}";

    public static Sentence Join(string separator, IEnumerable<Sentence> sentences)
    {
        Sentence[] all = [.. sentences];
        return new Sentence(string.Join(Escaped(separator), Enumerable.Range(0, all.Length).Select(i => $"{{{i}}}")), all);
    }

    /// <summary>E.g. <c>chat, task or both</c>.</summary>
    public static Sentence AnyOf(IReadOnlyList<string> names) => names.Count < 2 ? Listed(names) : $"{string.Join(", ", names.SkipLast(1))} or {names[^1]}";

    /// <summary>E.g. <c>chat, task and both</c>.</summary>
    public static Sentence AllOf(IReadOnlyList<string> names) => names.Count < 2 ? Listed(names) : $"{string.Join(", ", names.SkipLast(1))} and {names[^1]}";

    private static Sentence Listed(IReadOnlyList<string> names) => $"{string.Join(", ", names)}";

    /// <summary>The same sentence with its texts replaced, e.g. credentials by dots.</summary>
    public Sentence Select(Func<string, string> replace) =>
        new(Format, _values.Select(value => value is Sentence sentence ? (object)sentence.Select(replace) : replace((string)value)));

    /// <summary>The English.</summary>
    public override string ToString() => string.Format(CultureInfo.InvariantCulture, Format, [.. _values]);

    public bool Equals(Sentence? other) => other is not null && Format == other.Format && _values.SequenceEqual(other._values);

    public override bool Equals(object? obj) => Equals(obj as Sentence);

    public override int GetHashCode() => HashCode.Combine(Format, _values.Count);

    private static string Escaped(string text) => text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);
}

/// <summary>An error that people read.</summary>
public interface ISaid
{
    Sentence Said { get; }
}
