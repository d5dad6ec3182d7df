namespace Designer.Models.Onnx.Tokenizers;

/// <summary>The printable stand-ins that byte-level vocabularies use for the 256 bytes ('Ġ' for a space, 'Ċ' for a line end).</summary>
internal static class ByteAlphabet
{
    private static readonly char[] s_characters = new char[256];
    private static readonly short[] s_bytes = new short[512];

    static ByteAlphabet()
    {
        Array.Fill(s_bytes, (short)-1);
        int next = 256;
        for (int b = 0; b < 256; b++)
        {
            bool printable = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            s_characters[b] = (char)(printable ? b : next++);
            s_bytes[s_characters[b]] = (short)b;
        }
    }

    public static char CharacterOf(byte value) => s_characters[value];

    /// <summary>The byte a character stands for, or −1.</summary>
    public static int ByteOf(char character) => character < s_bytes.Length ? s_bytes[character] : -1;
}
