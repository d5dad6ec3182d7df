using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Designer.Knowledge;

/// <summary>Makes a harmless label of any name: no path tricks, no control or direction characters, a bounded length.</summary>
internal static class DocumentLabel
{
    public const int Longest = 200;
    private const string Nameless = "document";

    public static string Of(string name)
    {
        IEnumerable<string> parts = Visible(name).Split('/', '\\').Select(part => part.Trim()).Where(part => part is not ("" or "." or "..") && part[^1] != ':');
        string label = string.Join('/', parts);
        if (label.Length == 0) return Nameless;
        if (label.Length <= Longest) return label;

        // Two long names that differ at the end only must not replace each other's document.
        string mark = "…" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(label)))[..8];
        string ending = Path.GetExtension(label) is { Length: <= 10 } extension ? extension : "";
        return label[..label.CutBefore(Longest - mark.Length - ending.Length)] + mark + ending;
    }

    /// <summary>The last part of a label without its ending: what stands for a title where the text has none.</summary>
    public static string TitleOf(string label)
    {
        string name = label[(label.LastIndexOf('/') + 1)..];
        int dot = name.LastIndexOf('.');
        return dot > 0 ? name[..dot] : name;
    }

    /// <summary>The text without characters that are not seen but change how the rest is seen.</summary>
    public static string Visible(string text)
    {
        var visible = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
            if (IsShown(rune)) visible.Append(rune.ToString());
        return visible.ToString();
    }

    // Format characters include the bidi controls and zero-width ones, with which a name can pretend to be another.
    private static bool IsShown(Rune rune) => Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
