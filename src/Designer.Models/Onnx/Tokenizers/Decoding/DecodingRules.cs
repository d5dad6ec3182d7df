using System.Text;
using Designer.Models.Onnx.Tokenizers.Models;

namespace Designer.Models.Onnx.Tokenizers.Decoding;

/// <summary>How tokens become text. Every decoder that tokenizer.json knows comes down to this: what bytes each token stands for by itself, and
/// what happens at the two ends of the text.</summary>
/// <param name="Steps">What each token's text goes through, in order.</param>
/// <param name="ByteLevel">The text is written in the byte alphabet.</param>
/// <param name="ByteFallback">Tokens like <c>&lt;0x0A&gt;</c> are bytes.</param>
/// <param name="Leading">How many spaces at the beginning are not part of the text.</param>
/// <param name="Trailing">The same at the end.</param>
internal sealed record DecodingRules(IReadOnlyList<Func<string, string>> Steps, bool ByteLevel = false, bool ByteFallback = false, int Leading = 0, int Trailing = 0)
{
    public byte[] BytesOf(string token)
    {
        foreach (Func<string, string> step in Steps) token = step(token);
        if (ByteFallback && Models.ByteFallback.ByteOf(token) is >= 0 and int single) return [(byte)single];
        return ByteLevel && Bytes(token) is { } bytes ? bytes : Encoding.UTF8.GetBytes(token);
    }

    /// <summary>The bytes of a text in the byte alphabet, or null if it is not (added tokens are written plainly).</summary>
    private static byte[]? Bytes(string token)
    {
        byte[] bytes = new byte[token.Length];
        for (int i = 0; i < token.Length; i++)
        {
            int value = ByteAlphabet.ByteOf(token[i]);
            if (value < 0) return null;
            bytes[i] = (byte)value;
        }
        return bytes;
    }

    public static Func<string, string> Replace(string find, string by) => token => token.Replace(find, by, StringComparison.Ordinal);

    public static Func<string, string> WordPiece(string prefix, bool cleanUp) => token =>
    {
        token = token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : " " + token;
        return cleanUp && token is " ." or " ?" or " !" or " ," or " n't" or " 'm" or " 's" or " 've" or " 're" ? token[1..] : token;
    };

    /// <summary>Takes up to a number of one character from the ends of each token.</summary>
    public static Func<string, string> Strip(char character, int start, int stop) => token =>
    {
        int from = 0, to = token.Length;
        while (from < start && from < to && token[from] == character) from++;
        while (token.Length - to < stop && to > from && token[to - 1] == character) to--;
        return token[from..to];
    };
}

/// <summary>The bytes of all tokens, one behind the other.</summary>
internal sealed class TokenBytes
{
    private readonly byte[] _bytes;
    private readonly int[] _starts;

    public TokenBytes(Vocabulary vocabulary, DecodingRules rules)
    {
        Rules = rules;
        _starts = new int[vocabulary.Size + 1];
        using MemoryStream bytes = new();
        for (int id = 0; id < vocabulary.Size; id++)
        {
            if (vocabulary.TokenOf(id) is { } token) bytes.Write(rules.BytesOf(token));
            _starts[id + 1] = checked((int)bytes.Length);
        }
        _bytes = bytes.ToArray();
        IsByte = new bool[vocabulary.Size];
        for (int id = 0; rules.ByteFallback && id < vocabulary.Size; id++)
            IsByte[id] = vocabulary.TokenOf(id) is { } token && ByteFallback.ByteOf(token) >= 0;
    }

    public DecodingRules Rules { get; }

    /// <summary>Whether a token is one of the byte-fallback tokens.</summary>
    public bool[] IsByte { get; }

    /// <summary>The bytes of a token; none for an id without a token.</summary>
    public ReadOnlySpan<byte> this[int id] => (uint)id < (uint)(_starts.Length - 1) ? _bytes.AsSpan(_starts[id], _starts[id + 1] - _starts[id]) : [];

    public ReadOnlyMemory<byte> Memory(int id) => (uint)id < (uint)(_starts.Length - 1) ? _bytes.AsMemory(_starts[id], _starts[id + 1] - _starts[id]) : default;
}
