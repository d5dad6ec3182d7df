using System.Buffers;
using System.Text;
using Designer.Models.Onnx.Tokenizers.Decoding;

namespace Designer.Models.Onnx.Tokenizers;

/// <summary>Turns tokens into text as they come. A character is given out when all its bytes are there; nothing that was given out is ever taken back.
/// One for each stream; not for several threads.</summary>
public sealed class StreamingDecoder
{
    private readonly TokenBytes _tokens;
    private readonly Func<int, bool> _skips;
    private readonly Decoder _utf8 = Encoding.UTF8.GetDecoder();
    private readonly bool _continues;
    private int _leading;
    private int _heldSpaces;

    internal StreamingDecoder(TokenBytes tokens, Func<int, bool> skips, bool continues)
    {
        (_tokens, _skips, _continues) = (tokens, skips, continues);
        _leading = continues ? 0 : tokens.Rules.Leading;
    }

    /// <summary>Adds a token and returns the text that is complete now, often none.</summary>
    public string Append(int id)
    {
        if (_skips(id)) return "";
        ReadOnlySpan<byte> bytes = _tokens[id];
        for (; _leading > 0 && bytes.Length > 0; bytes = bytes[1..], _leading--)
        {
            if (bytes[0] == ' ') continue;
            _leading = 0;
            break;
        }
        if (bytes.Length == 0) return "";
        // The decoder may still hold up to three bytes of a character.
        char[] buffer = ArrayPool<char>.Shared.Rent(bytes.Length + 3);
        try
        {
            int count = _utf8.GetChars(bytes, buffer, flush: false);
            return _tokens.Rules.Trailing == 0 ? new string(buffer, 0, count) : HoldSpaces(new string(buffer, 0, count));
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    /// <summary>Ends the stream: what is left of an incomplete character, as U+FFFD.</summary>
    public string Finish()
    {
        char[] buffer = new char[4];
        string rest = new(buffer, 0, _utf8.GetChars([], buffer, flush: true));
        int spaces = Math.Max(0, _heldSpaces - _tokens.Rules.Trailing);
        (_heldSpaces, _leading) = (0, _continues ? 0 : _tokens.Rules.Leading);
        return new string(' ', spaces) + rest;
    }

    /// <summary>Spaces that may turn out to be the end wait until more text comes.</summary>
    private string HoldSpaces(string text)
    {
        string all = new string(' ', _heldSpaces) + text;
        string ready = all.TrimEnd(' ');
        _heldSpaces = all.Length - ready.Length;
        return ready;
    }
}
