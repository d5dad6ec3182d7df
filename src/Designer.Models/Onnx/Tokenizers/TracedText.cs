using System.Globalization;
using System.Text;

namespace Designer.Models.Onnx.Tokenizers;

/// <summary>A stretch of the caller's text on its way through the normalizers. When traced, each character knows which characters of the
/// caller's text it came from.</summary>
/// <param name="AtStart">Whether the stretch begins where the caller's text begins.</param>
internal sealed record TracedText(string Text, bool AtStart, int[]? From = null, int[]? To = null)
{
    public static TracedText Of(string text, int offset, bool trace)
    {
        if (!trace) return new TracedText(text, offset == 0);
        int[] from = new int[text.Length], to = new int[text.Length];
        for (int i = 0; i < text.Length; i++) (from[i], to[i]) = (offset + i, offset + i + 1);
        return new TracedText(text, offset == 0, from, to);
    }

    public bool IsTraced => From is not null;

    /// <summary>Where in the caller's text the characters from <paramref name="start"/> to <paramref name="end"/> came from.</summary>
    public TokenSpan SpanOf(int start, int end)
    {
        if (From is null || To is null || start >= end) return default;
        return new TokenSpan(From[start], To[end - 1]);
    }

    public TracedText Slice(int start, int end) => start == 0 && end == Text.Length ? this
        : new TracedText(Text[start..end], AtStart && start == 0, From?[start..end], To?[start..end]);

    /// <summary>Applies a function that looks at one written character at a time (a base with its marks), so that tracing can go piece by piece.</summary>
    public TracedText Map(Func<string, string> change)
    {
        string changed = change(Text);
        if (ReferenceEquals(changed, Text) || changed == Text) return this;
        if (!IsTraced) return this with { Text = changed };

        TracedTextBuilder builder = new(this, changed.Length);
        for (int at = 0; at < Text.Length;)
        {
            int length = StringInfo.GetNextTextElementLength(Text.AsSpan(at));
            builder.Add(change(Text.Substring(at, length)), at, at + length);
            at += length;
        }
        TracedText traced = builder.Build();
        if (traced.Text == changed) return traced;

        // The function looked farther than one character: the ids count more than sharp offsets.
        builder = new TracedTextBuilder(this, changed.Length);
        builder.Add(changed, 0, Text.Length);
        return builder.Build();
    }
}

/// <summary>Builds the next state of a text out of pieces of the last.</summary>
internal sealed class TracedTextBuilder(TracedText source, int capacity)
{
    private readonly StringBuilder _text = new(capacity);
    private readonly List<int>? _from = source.IsTraced ? new List<int>(capacity) : null;
    private readonly List<int> _to = [];

    public int Length => _text.Length;

    /// <summary>Adds text that stands for the source's characters from <paramref name="start"/> to <paramref name="end"/>.</summary>
    public void Add(ReadOnlySpan<char> text, int start, int end)
    {
        _text.Append(text);
        if (_from is null) return;
        int from = start < source.Text.Length ? source.From![start] : source.To is [.., int last] ? last : 0;
        int to = end > start ? source.To![end - 1] : from;
        for (int i = 0; i < text.Length; i++)
        {
            _from.Add(from);
            _to.Add(to);
        }
    }

    /// <summary>Adds the source's own characters.</summary>
    public void Copy(int start, int end)
    {
        _text.Append(source.Text, start, end - start);
        if (_from is null) return;
        _from.AddRange(source.From.AsSpan(start, end - start));
        _to.AddRange(source.To.AsSpan(start, end - start));
    }

    public TracedText Build() => new(_text.ToString(), source.AtStart, _from?.ToArray(), _from is null ? null : _to.ToArray());
}
