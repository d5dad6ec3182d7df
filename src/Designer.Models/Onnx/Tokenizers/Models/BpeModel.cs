using System.Runtime.InteropServices;
using System.Text;

namespace Designer.Models.Onnx.Tokenizers.Models;

/// <summary>What a byte-pair encoding knows beside its merges.</summary>
internal sealed record BpeOptions(string? UnknownToken = null, bool ByteFallback = false, bool FuseUnknown = false, bool IgnoreMerges = false,
    string? ContinuingPrefix = null, string? EndSuffix = null);

/// <summary>Byte-pair encoding: starts with characters and joins, again and again, the neighbours whose merge is ranked first.</summary>
internal sealed class BpeModel : TokenModel
{
    private readonly BpeOptions _options;
    private readonly PairTable _merges;
    private readonly ByteFallback? _bytes;
    private readonly int _unknown;
    private readonly int[] _characters;

    /// <param name="merges">Left id, right id, rank (lower joins first; equal ranks join from the left) and the joined id.</param>
    public BpeModel(Vocabulary vocabulary, IReadOnlyCollection<(int Left, int Right, int Rank, int Joined)> merges, BpeOptions options)
    {
        Vocabulary = vocabulary;
        _options = options;
        _merges = new PairTable(merges.Count);
        foreach ((int left, int right, int rank, int joined) in merges) _merges.TryAdd(left, right, Merge.Pack(rank, joined));
        _bytes = options.ByteFallback ? ByteFallback.Of(vocabulary) : null;
        _unknown = options.UnknownToken is { } unknown ? vocabulary.IdOf(unknown) : -1;
        _characters = new int[char.MaxValue + 1];
        Array.Fill(_characters, -1);
        foreach ((string token, int id) in vocabulary.Entries)
            if (token.Length == 1) _characters[token[0]] = id;
        CutsBeforeSpaceMarks = options is { ContinuingPrefix: null, EndSuffix: null, IgnoreMerges: false } && NoTokenCrossesSpaceMarks(vocabulary);
    }

    public override Vocabulary Vocabulary { get; }

    public override bool CutsBeforeSpaceMarks { get; }

    public override void Encode(ReadOnlySpan<char> word, List<WordToken> tokens)
    {
        if (word.IsEmpty) return;
        if (_options.IgnoreMerges && Vocabulary.IdOf(word) is >= 0 and int whole)
        {
            tokens.Add(new WordToken(whole, word.Length));
            return;
        }
        int from = tokens.Count;
        Spell(word, tokens);
        Span<WordToken> symbols = CollectionsMarshal.AsSpan(tokens)[from..];
        int left = symbols.Length <= Merge.FewSymbols ? Merge.Few(symbols, _merges) : Merge.Many(symbols, _merges);
        CollectionsMarshal.SetCount(tokens, from + left);
    }

    private void Spell(ReadOnlySpan<char> word, List<WordToken> tokens)
    {
        bool afterUnknown = false;
        for (int at = 0; at < word.Length;)
        {
            Rune.DecodeFromUtf16(word[at..], out Rune rune, out int length);
            int id = IdOf(word.Slice(at, length), at == 0, at + length == word.Length);
            at += length;
            bool unknown = false;
            if (id >= 0) tokens.Add(new WordToken(id, at));
            else if (_bytes is not null) _bytes.Spell(rune, at, tokens);
            else if (_unknown >= 0)
            {
                unknown = true;
                if (afterUnknown && _options.FuseUnknown) tokens[^1] = new WordToken(_unknown, at);
                else tokens.Add(new WordToken(_unknown, at));
            }
            afterUnknown = unknown;
        }
    }

    private int IdOf(ReadOnlySpan<char> character, bool first, bool last)
    {
        string? prefix = first ? null : _options.ContinuingPrefix, suffix = last ? _options.EndSuffix : null;
        if (prefix is null && suffix is null) return character.Length == 1 ? _characters[character[0]] : Vocabulary.IdOf(character);
        return Vocabulary.IdOf($"{prefix}{character}{suffix}");
    }
}
