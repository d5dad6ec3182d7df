using System.Text;
using System.Text.Unicode;

namespace Designer.Models.Onnx.Tokenizers.Decoding;

/// <summary>The text of tokens that are all there.</summary>
internal static class TextOf
{
    public static string Tokens(ReadOnlySpan<int> ids, TokenBytes tokens, Func<int, bool> skips)
    {
        using MemoryStream bytes = new();
        List<byte> spelt = [];
        foreach (int id in ids)
        {
            if (skips(id)) continue;
            if ((uint)id < (uint)tokens.IsByte.Length && tokens.IsByte[id])
            {
                spelt.AddRange(tokens[id]);
                continue;
            }
            AddSpelt(spelt, bytes);
            bytes.Write(tokens[id]);
        }
        AddSpelt(spelt, bytes);
        string text = Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
        return tokens.Rules is { Leading: 0, Trailing: 0 } ? text : DecodingRules.Strip(' ', tokens.Rules.Leading, tokens.Rules.Trailing)(text);
    }

    /// <summary>Byte tokens in a row are characters if all of them are; otherwise, as in the reference, each is one U+FFFD.</summary>
    private static void AddSpelt(List<byte> spelt, MemoryStream bytes)
    {
        if (spelt.Count == 0) return;
        byte[] run = [.. spelt];
        if (Utf8.IsValid(run)) bytes.Write(run);
        else for (int i = 0; i < run.Length; i++) bytes.Write("\uFFFD"u8);
        spelt.Clear();
    }
}
