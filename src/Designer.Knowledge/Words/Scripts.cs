using System.Globalization;
using System.Text;

namespace Designer.Knowledge;

/// <summary>What kind of writing a character belongs to, as far as splitting into words goes.</summary>
internal enum Script
{
    /// <summary>Separates words.</summary>
    None,

    /// <summary>Written with spaces between words: Latin, Cyrillic, Greek, Arabic, digits, …</summary>
    Spaced,

    /// <summary>Written without spaces: Han, kana, Thai, Lao, Khmer, Burmese.</summary>
    Unspaced,

    /// <summary>Spaces stand between phrases; particles cling to words.</summary>
    Hangul,
}

internal static class Scripts
{
    public static Script Of(Rune rune)
    {
        if (rune.IsAscii) return Rune.IsLetterOrDigit(rune) ? Script.Spaced : Script.None;
        return rune.Value switch
        {
            0x3005 or 0x3007 or 0x303B or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF)
                or (>= 0x20000 and <= 0x3FFFF) => Script.Unspaced,
            0x30FC or (>= 0x3041 and <= 0x3096) or 0x309D or 0x309E or (>= 0x30A1 and <= 0x30FA) or 0x30FD or 0x30FE or (>= 0x31F0 and <= 0x31FF) => Script.Unspaced,
            (>= 0x0E01 and <= 0x0E4E) or (>= 0x0E81 and <= 0x0ECD) or (>= 0x1000 and <= 0x103F) or (>= 0x1780 and <= 0x17D3) => Script.Unspaced,
            (>= 0xAC00 and <= 0xD7A3) or (>= 0x1100 and <= 0x11FF) or (>= 0x3131 and <= 0x318E) => Script.Hangul,
            // Variation selectors and enclosing marks dress up symbols.
            (>= 0xFE00 and <= 0xFE0F) or (>= 0x20D0 and <= 0x20FF) or >= 0xE0000 => Script.None,
            _ => IsOfWord(Rune.GetUnicodeCategory(rune)) ? Script.Spaced : Script.None,
        };
    }

    // Vowel signs of Devanagari, Thai and others are marks; without them the words fall apart.
    private static bool IsOfWord(UnicodeCategory category) => category is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter
        or UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
        or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;
}
