using System.Text;
using System.Text.RegularExpressions;

namespace Designer.Models.Onnx.Tokenizers.Normalizing;

/// <summary>Changes the text before it is cut.</summary>
internal abstract class Normalizer
{
    public abstract TracedText Apply(TracedText text);
}

internal sealed class SequenceNormalizer(IReadOnlyList<Normalizer> steps) : Normalizer
{
    public override TracedText Apply(TracedText text)
    {
        foreach (Normalizer step in steps) text = step.Apply(text);
        return text;
    }
}

/// <summary>A change that looks at one written character at a time.</summary>
internal sealed class MapNormalizer(Func<string, string> change) : Normalizer
{
    public override TracedText Apply(TracedText text) => text.Map(change);
}

/// <summary>Puts a text in front. <paramref name="onlyAtStart"/>: not again after each special token.</summary>
internal sealed class PrependNormalizer(string prefix, bool onlyAtStart) : Normalizer
{
    public override TracedText Apply(TracedText text)
    {
        if (text.Text.Length == 0 || (onlyAtStart && !text.AtStart)) return text;
        TracedTextBuilder builder = new(text, text.Text.Length + prefix.Length);
        builder.Add(prefix, 0, 0);
        builder.Copy(0, text.Text.Length);
        return builder.Build();
    }
}

internal sealed class ReplaceNormalizer(string find, string by) : Normalizer
{
    public override TracedText Apply(TracedText text)
    {
        if (!text.IsTraced) return text with { Text = text.Text.Replace(find, by, StringComparison.Ordinal) };
        TracedTextBuilder builder = new(text, text.Text.Length);
        int done = 0;
        for (int at; (at = text.Text.IndexOf(find, done, StringComparison.Ordinal)) >= 0; done = at + find.Length)
        {
            builder.Copy(done, at);
            builder.Add(by, at, at + find.Length);
        }
        builder.Copy(done, text.Text.Length);
        return builder.Build();
    }
}

internal sealed class PatternNormalizer(UnicodePattern pattern, string by) : Normalizer
{
    public override TracedText Apply(TracedText text)
    {
        List<(int Start, int End)> matches = pattern.Matches(text.Text);
        if (matches.Count == 0) return text;
        TracedTextBuilder builder = new(text, text.Text.Length);
        int done = 0;
        foreach ((int start, int end) in matches)
        {
            builder.Copy(done, start);
            builder.Add(by, start, end);
            done = end;
        }
        builder.Copy(done, text.Text.Length);
        return builder.Build();
    }
}

internal sealed class StripNormalizer(bool left, bool right) : Normalizer
{
    public override TracedText Apply(TracedText text)
    {
        int start = 0, end = text.Text.Length;
        while (left && start < end && char.IsWhiteSpace(text.Text[start])) start++;
        while (right && end > start && char.IsWhiteSpace(text.Text[end - 1])) end--;
        if (start == 0 && end == text.Text.Length) return text;
        TracedTextBuilder builder = new(text, end - start);
        builder.Copy(start, end);
        return builder.Build();
    }
}

/// <summary>SentencePiece's way with spaces: runs become one, and those at the ends go.</summary>
internal sealed class SpacesNormalizer : Normalizer
{
    public override TracedText Apply(TracedText text)
    {
        string s = text.Text;
        TracedTextBuilder builder = new(text, s.Length);
        int end = s.Length;
        while (end > 0 && s[end - 1] == ' ') end--;
        for (int at = 0; at < end; at++)
            if (s[at] != ' ' || (builder.Length > 0 && s[at - 1] != ' ')) builder.Copy(at, at + 1);
        return builder.Length == s.Length ? text : builder.Build();
    }
}

/// <summary>The single-character changes that tokenizer.json can ask for.</summary>
internal static class CharacterChanges
{
    public static string Lowercase(string text) => text.ToLowerInvariant().Replace("İ", "i\u0307", StringComparison.Ordinal);

    public static Func<string, string> Form(NormalizationForm form) => text => text.Normalize(form);

    /// <summary>Removes combining marks; as the reference, it does not take letters apart first.</summary>
    public static string StripAccents(string text) => Filter(text, static rune => !IsMark(rune));

    /// <summary>SentencePiece's clean-up of control characters and unusual spaces.</summary>
    public static string Nmt(string text)
    {
        StringBuilder result = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            int c = rune.Value;
            if (c is (>= 1 and <= 8) or 0x0B or (>= 0x0E and <= 0x1F) or 0x7F or 0x8F or 0x9F) continue;
            bool space = c is 0x09 or 0x0A or 0x0C or 0x0D or 0x1680 or (>= 0x200B and <= 0x200F) or 0x2028 or 0x2029 or 0x2581 or 0xFEFF or 0xFFFD;
            if (space) result.Append(' ');
            else result.Append(rune.ToString());
        }
        return result.ToString();
    }

    public static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.NonSpacingMark;

    public static string Filter(string text, Func<Rune, bool> keep)
    {
        StringBuilder result = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
            if (keep(rune)) result.Append(rune.ToString());
        return result.Length == text.Length ? text : result.ToString();
    }
}
