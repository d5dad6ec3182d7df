using System.Text.RegularExpressions;
using Designer.Models.Extractive.Text;

namespace Designer.Models.Extractive.Extraction;

/// <summary>Finds the value that a text gives a label: "Order number: 17", "the total is 12 euro". Every step is bounded, so a hostile text costs no more than its length.</summary>
internal static partial class Labels
{
    private const int LongestValue = 300;
    private const int LongestIndent = 12;
    private const string Indent = " \t>*#|-";
    private const string Breaks = "\r\n;,.。，；|";

    private static readonly string[] s_owners = ["your ", "my ", "our ", "the "];
    private static readonly string[] s_copulas = [" is ", " are ", " was ", " is: ", "是", "为"];

    /// <summary>The value after "label:" at the start of a line or clause, or null.</summary>
    public static string? ValueOf(string text, string label)
    {
        foreach (var (start, end) in Places(text, label))
        {
            if (!StartsClause(text, start)) continue;
            var at = end;
            while (at < text.Length && at - end < LongestIndent && text[at] is ' ' or '\t' or '*') at++;
            if (at >= text.Length) continue;
            var isDash = text[at] is '-' or '–' or '—' && at > end && at + 1 < text.Length && text[at + 1] == ' ';
            if (!isDash && text[at] is not (':' or '：' or '=')) continue;
            if (Value(text, at + 1, "\r\n") is { } value) return value;
        }
        return null;
    }

    /// <summary>The value after "label is", up to the end of the clause, or null.</summary>
    public static string? StatedValueOf(string text, string label)
    {
        foreach (var (start, end) in Places(text, label))
        {
            if (start > 0 && char.IsLetterOrDigit(text[start - 1]) && !Tokenizer.IsCjk(text[start])) continue;
            foreach (var copula in s_copulas)
                if (string.Compare(text, end, copula, 0, copula.Length, StringComparison.OrdinalIgnoreCase) == 0 && Value(text, end + copula.Length, "\r\n.;,。；，") is { } value) return value;
        }
        return null;
    }

    /// <summary>Where the label stands, whatever joins its words.</summary>
    private static IEnumerable<(int Start, int End)> Places(string text, string label)
    {
        string[] forms = label.Contains(' ', StringComparison.Ordinal) ? [label, label.Replace(' ', '_'), label.Replace(' ', '-'), label.Replace(" ", "", StringComparison.Ordinal)] : [label];
        foreach (var form in forms)
            for (var at = text.IndexOf(form, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(form, at + form.Length, StringComparison.OrdinalIgnoreCase))
                yield return (at, at + form.Length);
    }

    private static bool StartsClause(string text, int at)
    {
        foreach (var owner in s_owners)
            if (at >= owner.Length && string.Compare(text, at - owner.Length, owner, 0, owner.Length, StringComparison.OrdinalIgnoreCase) == 0) at -= owner.Length;
        var least = Math.Max(0, at - LongestIndent);
        while (at > least && Indent.Contains(text[at - 1])) at--;
        return at == 0 || Breaks.Contains(text[at - 1]) || Breaks.Contains(text[at]);
    }

    private static string? Value(string text, int start, string ends)
    {
        var window = text.AsSpan(start, Math.Min(LongestValue + 1, text.Length - start));
        var end = window.IndexOfAny(ends);
        var value = (end < 0 ? window : window[..end]).ToString();
        // Several fields may share a line: "Name: Ada, Phone: 123".
        if (NextLabel().Match(value) is { Success: true, Index: > 0 } next) value = value[..next.Index];
        value = Passages.Plain(value).Trim(' ', '|', ',', ';', '，', '；', '"', '\t').TrimEnd('.', '。');
        return value.Length is 0 or > LongestValue ? null : value;
    }

    [GeneratedRegex(@"[,;，；|]\s{0,3}[\p{L}][\p{L} -]{1,24}\s{0,3}[:：]", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NextLabel();
}
