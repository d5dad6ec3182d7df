namespace Designer.Models.Onnx.Tokenizers.Models;

/// <summary>WordPiece: the longest piece first, again and again; a word with a rest that no piece fits is unknown as a whole.</summary>
internal sealed class WordPieceModel : TokenModel
{
    private readonly TextTrie _first;
    private readonly TextTrie _following;
    private readonly int _unknown;
    private readonly int _longestWord;

    public WordPieceModel(Vocabulary vocabulary, string unknownToken, string continuingPrefix, int longestWord)
    {
        Vocabulary = vocabulary;
        _unknown = vocabulary.IdOf(unknownToken);
        if (_unknown < 0) throw BadFolder.Because($"tokenizer.json names '{unknownToken}' as the unknown token, but its vocabulary lacks it.");
        _longestWord = longestWord;
        _first = new TextTrie(vocabulary.Entries);
        _following = new TextTrie(vocabulary.Entries.Where(e => e.Key.Length > continuingPrefix.Length && e.Key.StartsWith(continuingPrefix, StringComparison.Ordinal))
            .Select(e => KeyValuePair.Create(e.Key[continuingPrefix.Length..], e.Value)));
    }

    public override Vocabulary Vocabulary { get; }

    public override void Encode(ReadOnlySpan<char> word, List<WordToken> tokens)
    {
        int first = tokens.Count;
        int at = 0;
        if (Characters(word) <= _longestWord)
        {
            while (at < word.Length)
            {
                (int id, int length) = (at == 0 ? _first : _following).Longest(word[at..]);
                if (id < 0) break;
                at += length;
                tokens.Add(new WordToken(id, at));
            }
        }
        if (at == word.Length) return;
        tokens.RemoveRange(first, tokens.Count - first);
        tokens.Add(new WordToken(_unknown, word.Length));
    }

    private static int Characters(ReadOnlySpan<char> word)
    {
        int count = 0;
        foreach (char c in word) count += char.IsLowSurrogate(c) ? 0 : 1;
        return count;
    }
}
