using System.Text;
using System.Text.Json;

namespace Designer.Models.Onnx.ToolCalls;

/// <summary>Parts an answer that is still coming into text and tool calls. Text goes on at once, except what may yet become a mark; what looks like a
/// call and is none is given out as the text it is. One for each answer.</summary>
public sealed class ToolCallReader(ToolCallFormat format)
{
    /// <summary>A longer call is text: nothing may be held back without end.</summary>
    private const int LongestCall = 1 << 20;

    private readonly (string Open, string Close) _envelope = format.Envelope();
    private readonly StringBuilder _held = new();
    private bool _inside;
    private bool _begun;
    private int _scanned;

    /// <summary>Adds what was said and returns what is certain now.</summary>
    public IReadOnlyList<AnswerPart> Append(string text)
    {
        if (format == ToolCallFormat.None) return text.Length == 0 ? [] : [new TextPart(text)];
        _held.Append(text);
        // A call's end can only come with one of these; without them a long call is not looked through again for each token.
        if (_inside && _held.Length < LongestCall && _scanned > 0 && text.AsSpan().IndexOfAny("}]>") < 0) return [];
        List<AnswerPart> parts = [];
        while (Step(parts, ended: false)) { }
        return parts;
    }

    /// <summary>Ends the answer and returns what was held back.</summary>
    public IReadOnlyList<AnswerPart> Finish()
    {
        List<AnswerPart> parts = [];
        while (_held.Length > 0 && Step(parts, ended: true)) { }
        if (_held.Length > 0) parts.Add(new TextPart(Take(_held.Length)));
        (_inside, _begun) = (false, false);
        return parts;
    }

    /// <summary>Takes the next part off; false if more must come first.</summary>
    private bool Step(List<AnswerPart> parts, bool ended)
    {
        if (_held.Length == 0) return false;
        return _inside ? ReadCalls(parts, ended) : ReadText(parts, ended);
    }

    private bool ReadText(List<AnswerPart> parts, bool ended)
    {
        string held = _held.ToString();
        if (!_begun && format == ToolCallFormat.Llama)
        {
            // A Llama answer that begins with a brace is a call, with or without the mark.
            int first = held.AsSpan().IndexOfAnyExcept(" \n\r\t");
            if (first < 0) return false;
            if (held[first] == '{') return _inside = true;
        }
        int at = held.IndexOf(_envelope.Open, StringComparison.Ordinal);
        int certain = at >= 0 ? at : ended ? held.Length : held.Length - PartialMark(held, _envelope.Open);
        if (certain > 0)
        {
            parts.Add(new TextPart(Take(certain)));
            _begun = true;
        }
        if (at < 0) return false;
        return _inside = true;
    }

    /// <summary>How many characters at the end may be the beginning of a mark.</summary>
    private static int PartialMark(string text, string mark)
    {
        for (int length = Math.Min(mark.Length - 1, text.Length); length > 0; length--)
            if (text.AsSpan(text.Length - length).SequenceEqual(mark.AsSpan(0, length))) return length;
        return 0;
    }

    private bool ReadCalls(List<AnswerPart> parts, bool ended)
    {
        string held = _held.ToString();
        _scanned = held.Length;
        CallText read = CallText.Read(format, _envelope, held, ended || held.Length >= LongestCall);
        if (read.State == CallState.Incomplete) return false;
        (_inside, _begun, _scanned) = (false, true, 0);
        string raw = Take(read.Length);
        if (read.State == CallState.Malformed) parts.Add(new TextPart(raw));
        else parts.AddRange(read.Calls);
        return true;
    }

    private string Take(int length)
    {
        string text = _held.ToString(0, length);
        _held.Remove(0, length);
        return text;
    }
}
