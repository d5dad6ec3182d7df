using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Designer.Nodes.Safety;

/// <param name="Encoding">base64, hex or binary.</param>
internal sealed record EncodedPiece(string Encoding, int Start, int Length, string Decoded);

/// <summary>Finds pieces of a text that are themselves encoded text.</summary>
internal static partial class EncodedText
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public static IEnumerable<EncodedPiece> Find(string text) =>
    [
        .. Decode(Base64(), text, "base64", FromBase64),
        .. Decode(Hex(), text, "hex", piece => FromDigits(piece, 2, NumberStyles.AllowHexSpecifier)),
        .. Decode(Binary(), text, "binary", piece => FromDigits(piece, 8, NumberStyles.AllowBinarySpecifier)),
    ];

    private static IEnumerable<EncodedPiece> Decode(Regex pattern, string text, string encoding, Func<string, byte[]?> decode)
    {
        for (Match match = pattern.Match(text); match.Success; match = match.NextMatch())
            if (decode(match.Value) is { } bytes && AsText(bytes) is { } decoded) yield return new EncodedPiece(encoding, match.Index, match.Length, decoded);
    }

    private static byte[]? FromBase64(string piece)
    {
        string standard = piece.Replace('-', '+').Replace('_', '/').TrimEnd('=');
        // One letter too many is no base64; it may still be base64 with a letter before or after it.
        if (standard.Length % 4 == 1) standard = standard[..^1];
        byte[] buffer = new byte[standard.Length];
        return Convert.TryFromBase64String(standard.PadRight((standard.Length + 3) / 4 * 4, '='), buffer, out int written) ? buffer[..written] : null;
    }

    private static byte[]? FromDigits(string piece, int width, NumberStyles style)
    {
        string digits = string.Concat(piece.Where(char.IsAsciiHexDigit));
        if (digits.Length % width != 0) return null;
        byte[] bytes = new byte[digits.Length / width];
        for (int i = 0; i < bytes.Length; i++)
            if (!byte.TryParse(digits.AsSpan(i * width, width), style, CultureInfo.InvariantCulture, out bytes[i])) return null;
        return bytes;
    }

    private static string? AsText(byte[] bytes)
    {
        try
        {
            string text = Strict.GetString(bytes);
            return text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')) ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"(?<![A-Za-z0-9+/_\-])[A-Za-z0-9+/_\-]{20,}={0,2}")]
    private static partial Regex Base64();

    [GeneratedRegex(@"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{2} ?){12,}(?![0-9A-Za-z])")]
    private static partial Regex Hex();

    [GeneratedRegex(@"(?<![0-9A-Za-z])(?:[01]{8} ?){8,}(?![0-9A-Za-z])")]
    private static partial Regex Binary();
}
