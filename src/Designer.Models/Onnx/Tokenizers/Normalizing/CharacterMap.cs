using System.Buffers.Binary;
using System.Text;

namespace Designer.Models.Onnx.Tokenizers.Normalizing;

/// <summary>SentencePiece's compiled character map: a double-array trie over UTF-8 from what stands in a text to what replaces it.
/// Layout: the trie's length in bytes, its 32-bit units, then the replacements, each ended by a zero byte.</summary>
internal sealed class CharacterMap
{
    private readonly uint[] _units;
    private readonly byte[] _replacements;

    public CharacterMap(ReadOnlySpan<byte> data)
    {
        if (data.Length < 4 || BinaryPrimitives.ReadUInt32LittleEndian(data) is var length && (length % 4 != 0 || length > data.Length - 4))
            throw BadFolder.Because("The tokenizer's compiled character map is damaged.");
        _units = new uint[length / 4];
        for (int i = 0; i < _units.Length; i++) _units[i] = BinaryPrimitives.ReadUInt32LittleEndian(data[(4 + i * 4)..]);
        _replacements = data[(4 + (int)length)..].ToArray();
    }

    public string Apply(string text)
    {
        byte[] source = Encoding.UTF8.GetBytes(text);
        List<byte> result = new(source.Length);
        bool changed = false;
        for (int at = 0; at < source.Length;)
        {
            (int place, int length) = Longest(source.AsSpan(at));
            changed |= length > 0;
            if (length > 0) AddReplacement(place, result);
            else
            {
                Rune.DecodeFromUtf8(source.AsSpan(at), out _, out length);
                result.AddRange(source.AsSpan(at, length));
            }
            at += length;
        }
        return changed ? Encoding.UTF8.GetString(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(result)) : text;
    }

    /// <summary>The longest entry at the beginning of a text: its replacement's place, and its length or 0.</summary>
    private (int Place, int Length) Longest(ReadOnlySpan<byte> text)
    {
        (int, int) best = (0, 0);
        if (_units.Length == 0) return best;
        uint node = Offset(_units[0]);
        for (int i = 0; i < text.Length; i++)
        {
            node ^= text[i];
            if (node >= _units.Length || (_units[node] & (0x80000000 | 0xFF)) != text[i]) break;
            uint unit = _units[node];
            node ^= Offset(unit);
            if ((unit >> 8 & 1) == 1 && node < _units.Length) best = ((int)(_units[node] & 0x7FFFFFFF), i + 1);
        }
        return best;
    }

    private static uint Offset(uint unit) => unit >> 10 << (int)((unit & 1 << 9) >> 6);

    private void AddReplacement(int place, List<byte> result)
    {
        for (int i = place; i < _replacements.Length && _replacements[i] != 0; i++) result.Add(_replacements[i]);
    }
}
