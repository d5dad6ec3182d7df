using System.Globalization;
using System.Text;

namespace Designer.Knowledge;

/// <summary>Makes spellings of the same word equal: width and compatibility forms, case, and the accents of Latin, Greek and Cyrillic.</summary>
internal static class Folding
{
    public static string Fold(string text)
    {
        if (Ascii.IsValid(text)) return text.ToLowerInvariant();
        string composed = text.ToWellFormed().Normalize(NormalizationForm.FormKC).ToLowerInvariant();
        var folded = new StringBuilder(composed.Length);
        foreach (char c in composed)
        {
            if (c < 0x80 || c >= 0x2000) folded.Append(c);
            else if (c is >= '\u0300' and <= '\u036F') continue;
            else if (Letters(c) is { } letters) folded.Append(letters);
            else if (c is (>= '\u00C0' and <= '\u024F') or (>= '\u0370' and <= '\u03FF') or (>= '\u1E00' and <= '\u1FFF') or 'ё') folded.Append(BaseOf(c));
            else folded.Append(c);
        }
        return folded.ToString();
    }

    // Letters that Unicode does not take apart.
    private static string? Letters(char c) => c switch
    {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' => "d",
        'ð' => "d",
        'ł' => "l",
        'ħ' => "h",
        'ı' => "i",
        'þ' => "th",
        'ς' => "σ",
        _ => null,
    };

    private static char BaseOf(char c)
    {
        foreach (char part in c.ToString().Normalize(NormalizationForm.FormD))
            if (CharUnicodeInfo.GetUnicodeCategory(part) != UnicodeCategory.NonSpacingMark) return part;
        return c;
    }
}
