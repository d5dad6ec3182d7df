namespace Designer.Models.Onnx.Tokenizers.Models;

/// <summary>A token and where it ends in the word it was cut from.</summary>
internal readonly record struct WordToken(int Id, int End);

/// <summary>Cuts one word, as the pre-tokenizer left it, into tokens.</summary>
internal abstract class TokenModel
{
    public abstract Vocabulary Vocabulary { get; }

    public abstract void Encode(ReadOnlySpan<char> word, List<WordToken> tokens);

    /// <summary>Whether a text can be cut before every '▁' that follows another character without changing the outcome: no token
    /// reaches across such a place. It makes words out of texts that come without a pre-tokenizer, and words can be remembered.</summary>
    public virtual bool CutsBeforeSpaceMarks => false;

    protected static bool NoTokenCrossesSpaceMarks(Vocabulary vocabulary)
    {
        foreach ((string token, _) in vocabulary.Entries)
            for (int i = 1; i < token.Length; i++)
                if (token[i] == SpaceMark && token[i - 1] != SpaceMark) return false;
        return vocabulary.IdOf([SpaceMark]) >= 0;
    }

    /// <summary>What SentencePiece writes for a space.</summary>
    public const char SpaceMark = '▁';
}
