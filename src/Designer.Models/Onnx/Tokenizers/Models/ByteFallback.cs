using System.Globalization;
using System.Text;

namespace Designer.Models.Onnx.Tokenizers.Models;

/// <summary>The tokens <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c> that spell characters a vocabulary lacks.</summary>
internal sealed class ByteFallback
{
    private readonly int[] _ids;

    private ByteFallback(int[] ids) => _ids = ids;

    /// <summary>The byte tokens of a vocabulary, or null if any is missing.</summary>
    public static ByteFallback? Of(Vocabulary vocabulary)
    {
        int[] ids = new int[256];
        for (int b = 0; b < 256; b++)
            if ((ids[b] = vocabulary.IdOf($"<0x{b:X2}>")) < 0) return null;
        return new ByteFallback(ids);
    }

    public void Spell(Rune rune, int end, List<WordToken> tokens)
    {
        Span<byte> bytes = stackalloc byte[4];
        foreach (byte b in bytes[..rune.EncodeToUtf8(bytes)]) tokens.Add(new WordToken(_ids[b], end));
    }

    /// <summary>The byte a token's text spells, or −1.</summary>
    public static int ByteOf(string token) =>
        token is ['<', '0', 'x', _, _, '>'] && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value) ? value : -1;
}
