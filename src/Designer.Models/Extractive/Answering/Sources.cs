using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Designer.Models.Extractive.Answering;

/// <summary>One numbered source of a prompt.</summary>
internal sealed record Source(int Number, string Title, string Text);

/// <summary>Reads the numbered source blocks that the template filter <c>context</c> writes. Their text is escaped, so it can neither end
/// its block nor begin another.</summary>
internal static partial class Sources
{
    private const int LongestAttributes = 4_000;

    /// <summary>True when the text has a source list, even an empty one.</summary>
    public static bool TryRead(string text, List<Source> sources)
    {
        var any = false;
        for (var at = text.IndexOf("<sources>", StringComparison.Ordinal); at >= 0; at = text.IndexOf("<sources>", at, StringComparison.Ordinal))
        {
            any = true;
            at += "<sources>".Length;
            var end = text.IndexOf("</sources>", at, StringComparison.Ordinal);
            ReadBlocks(text, at, end < 0 ? text.Length : end, sources);
        }
        return any;
    }

    /// <summary>The text with its source lists taken out: what is instruction.</summary>
    public static string Without(string text)
    {
        var at = text.IndexOf("<sources>", StringComparison.Ordinal);
        if (at < 0) return text;
        var kept = new StringBuilder();
        var from = 0;
        for (; at >= 0; at = text.IndexOf("<sources>", from, StringComparison.Ordinal))
        {
            kept.Append(text, from, at - from);
            var end = text.IndexOf("</sources>", at, StringComparison.Ordinal);
            from = end < 0 ? text.Length : end + "</sources>".Length;
        }
        return kept.Append(text, from, text.Length - from).ToString();
    }

    private static void ReadBlocks(string text, int at, int end, List<Source> sources)
    {
        while ((at = text.IndexOf("<source ", at, end - at, StringComparison.Ordinal)) >= 0)
        {
            var close = text.IndexOf('>', at, end - at);
            if (close < 0) return;
            var attributes = text.Substring(at + "<source ".Length, Math.Min(LongestAttributes, close - at - "<source ".Length));
            var stop = text.IndexOf("</source>", close, end - close, StringComparison.Ordinal);
            var body = text[(close + 1)..(stop < 0 ? end : stop)];
            var number = int.TryParse(Attribute(attributes, "n"), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : sources.Count + 1;
            sources.Add(new Source(number, Attribute(attributes, "title"), Unescape(body)));
            if (stop < 0) return;
            at = stop;
        }
    }

    private static string Attribute(string attributes, string name)
    {
        foreach (Match match in AttributePattern().Matches(attributes))
            if (match.Groups[1].Value == name) return Unescape(match.Groups[2].Value);
        return "";
    }

    private static string Unescape(string text) => !text.Contains('&') ? text : text
        .Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal)
        .Replace("&quot;", "\"", StringComparison.Ordinal).Replace("&#39;", "'", StringComparison.Ordinal)
        .Replace("&amp;", "&", StringComparison.Ordinal);

    [GeneratedRegex("""([a-z]+)="([^"]*)"\s*""", RegexOptions.CultureInvariant)]
    private static partial Regex AttributePattern();
}
