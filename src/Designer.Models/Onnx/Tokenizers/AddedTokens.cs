using System.Buffers;
using System.Globalization;
using System.Text;

namespace Designer.Models.Onnx.Tokenizers;

/// <summary>A token found in a text as it stands, before the model cuts the rest.</summary>
/// <param name="SingleWord">Only where no letter or digit touches it.</param>
/// <param name="Left">Takes the spaces before it along.</param>
/// <param name="Right">Takes the spaces behind it along.</param>
/// <param name="Normalized">Is looked for in the normalized text.</param>
/// <param name="Special">Controls the model and is no part of what is said.</param>
internal sealed record AddedToken(int Id, string Content, bool SingleWord = false, bool Left = false, bool Right = false, bool Normalized = false, bool Special = true)
{
    /// <summary>How the token looks in the text that is searched, where that is not its content as the normalizer leaves it. Empty: it is never found.</summary>
    public string? Written { get; init; }
}

/// <summary>Finds added tokens: the leftmost, and of those the longest.</summary>
internal sealed class AddedTokens
{
    private readonly Dictionary<int, AddedToken> _byId;
    private readonly TextTrie _trie;
    private readonly SearchValues<char> _beginnings;

    /// <param name="write">How a token's content looks in the text that will be searched.</param>
    public AddedTokens(IReadOnlyCollection<AddedToken> tokens, Func<string, string> write)
    {
        _byId = tokens.GroupBy(t => t.Id).ToDictionary(g => g.Key, g => g.Last());
        KeyValuePair<string, int>[] entries = [.. tokens.Select(t => KeyValuePair.Create(t.Written ?? write(t.Content), t.Id)).Where(e => e.Key.Length > 0)];
        _trie = new TextTrie(entries);
        _beginnings = SearchValues.Create([.. entries.Select(e => e.Key[0]).Distinct()]);
    }

    /// <summary>Cuts a text into stretches without added tokens (id −1) and the tokens between.</summary>
    public List<(int Start, int End, int Id)> Split(string text)
    {
        List<(int Start, int End, int Id)> parts = [];
        int done = 0;
        for (int at = 0; at < text.Length;)
        {
            int next = text.AsSpan(at).IndexOfAny(_beginnings);
            if (next < 0) break;
            at += next;
            (int id, int length) = _trie.Longest(text.AsSpan(at));
            if (id < 0 || !Fits(_byId[id], text, at, at + length))
            {
                at += Math.Max(1, length);
                continue;
            }
            (int start, int end) = (at, at + length);
            while (_byId[id].Left && start > done && char.IsWhiteSpace(text[start - 1])) start--;
            while (_byId[id].Right && end < text.Length && char.IsWhiteSpace(text[end])) end++;
            if (start > done) parts.Add((done, start, -1));
            parts.Add((start, end, id));
            at = done = end;
        }
        if (done < text.Length) parts.Add((done, text.Length, -1));
        return parts;
    }

    private static bool Fits(AddedToken token, string text, int start, int end) =>
        !token.SingleWord || ((start == 0 || !IsWord(LastRune(text.AsSpan(0, start)))) && (end == text.Length || !IsWord(FirstRune(text.AsSpan(end)))));

    private static Rune LastRune(ReadOnlySpan<char> text)
    {
        Rune.DecodeLastFromUtf16(text, out Rune rune, out _);
        return rune;
    }

    private static Rune FirstRune(ReadOnlySpan<char> text)
    {
        Rune.DecodeFromUtf16(text, out Rune rune, out _);
        return rune;
    }

    private static bool IsWord(Rune rune) => Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark
        or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation;
}
