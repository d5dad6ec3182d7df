using System.Globalization;
using System.Text;

namespace Designer.Models.Onnx.Tokenizers.Normalizing;

/// <summary>BERT's clean-up: control characters go, spaces become plain, Chinese characters stand alone, accents and capitals go if wished.</summary>
internal sealed record BertChanges(bool Clean, bool SeparateChinese, bool StripAccents, bool Lowercase)
{
    public string Apply(string text)
    {
        if (Clean || SeparateChinese) text = Rewrite(text);
        if (StripAccents) text = CharacterChanges.StripAccents(text.Normalize(NormalizationForm.FormD));
        return Lowercase ? CharacterChanges.Lowercase(text) : text;
    }

    private string Rewrite(string text)
    {
        StringBuilder result = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (Clean && (rune.Value is 0 or 0xFFFD || IsControl(rune))) continue;
            if (Clean && Rune.IsWhiteSpace(rune)) result.Append(' ');
            else if (SeparateChinese && IsChinese(rune.Value)) result.Append(' ').Append(rune.ToString()).Append(' ');
            else result.Append(rune.ToString());
        }
        return result.ToString();
    }

    private static bool IsControl(Rune rune) => rune.Value is not ('\t' or '\n' or '\r') &&
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned;

    private static bool IsChinese(int c) => c is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
        or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
