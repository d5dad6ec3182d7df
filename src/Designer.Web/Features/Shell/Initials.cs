using System.Globalization;

namespace Designer.Web.Features.Shell;

/// <summary>What stands for a person where there is no room for a name.</summary>
public static class Initials
{
    // White text has at least 4.5 : 1 on each of them.
    private static readonly string[] s_colours = ["#0b7285", "#b3500f", "#6741d9", "#a52d86", "#1a5fc0", "#0f7350", "#7d5800", "#8b3a4a"];

    /// <summary>At most two letters: of the first and the last word, or the first two of a single one.</summary>
    public static string Of(string name)
    {
        string[] words = name.Split([' ', '.', '@', '-', '_'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0) return "?";
        string letters = words.Length == 1 ? Start(words[0], 2) : Start(words[0], 1) + Start(words[^1], 1);
        return letters.ToUpper(CultureInfo.InvariantCulture);
    }

    public static string ColourOf(string name)
    {
        // Not GetHashCode: a person keeps a colour from start to start.
        uint hash = 2166136261;
        foreach (char c in name) hash = (hash ^ c) * 16777619;
        return s_colours[hash % (uint)s_colours.Length];
    }

    private static string Start(string word, int count)
    {
        var elements = new StringInfo(word);
        return elements.SubstringByTextElements(0, Math.Min(count, elements.LengthInTextElements));
    }
}
