namespace Designer.Models.Onnx.Tokenizers.Models;

/// <summary>A word is a token or unknown.</summary>
internal sealed class WordLevelModel(Vocabulary vocabulary, string? unknownToken) : TokenModel
{
    private readonly int _unknown = unknownToken is null ? -1 : vocabulary.IdOf(unknownToken);

    public override Vocabulary Vocabulary { get; } = vocabulary;

    public override void Encode(ReadOnlySpan<char> word, List<WordToken> tokens)
    {
        int id = Vocabulary.IdOf(word);
        if (id < 0) id = _unknown;
        if (id >= 0) tokens.Add(new WordToken(id, word.Length));
    }
}
