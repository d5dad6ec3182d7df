using System.Globalization;
using System.Text;

namespace Designer.Storage;

/// <summary>The short name of a flow in addresses: lower-case letters, digits and single hyphens, at most 60 characters.</summary>
public static class Slug
{
    private const int Longest = 60;

    public static bool IsValid(string slug) =>
        slug.Length is > 0 and <= Longest && slug[0] != '-' && slug[^1] != '-' && !slug.Contains("--", StringComparison.Ordinal)
        && slug.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>From a name in any script; <paramref name="fallback"/> where no Latin letter or digit is left.</summary>
    public static string From(string name, string fallback = "flow")
    {
        StringBuilder slug = new();
        foreach (Rune rune in name.EnumerateRunes().SelectMany(r => r.ToString().Normalize(NormalizationForm.FormKD).EnumerateRunes()))
        {
            if (slug.Length == Longest) break;
            if (rune.IsAscii && Rune.IsLetterOrDigit(rune)) slug.Append(char.ToLowerInvariant((char)rune.Value));
            else if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark && slug.Length > 0 && slug[^1] != '-') slug.Append('-');
        }
        string text = slug.ToString().Trim('-');
        return text.Length > 0 ? text : fallback;
    }

    /// <summary>The first of <c>slug</c>, <c>slug-2</c>, <c>slug-3</c>, … that is free.</summary>
    internal static string Free(string slug, IReadOnlySet<string> taken)
    {
        string free = slug;
        for (int n = 2; taken.Contains(free); n++)
        {
            string end = $"-{n}";
            free = slug[..Math.Min(slug.Length, Longest - end.Length)].TrimEnd('-') + end;
        }
        return free;
    }
}
