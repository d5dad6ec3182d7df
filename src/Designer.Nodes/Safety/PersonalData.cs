using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Designer.Nodes.Safety;

public enum PiiKind { Email, Iban, CreditCard, ChineseId, UsSsn, IpAddress, Phone }

public readonly record struct PiiMatch(PiiKind Kind, int Start, int Length);

/// <summary>
/// Finds personal data by form and, where the kind has one, by checksum: a number without the right check digit is some other number.
/// Candidates are found by patterns of bounded repetition, so that the time grows with the text only; what they mean is decided in code.
/// </summary>
public static partial class PersonalData
{
    /// <summary>All matches in order of their place; where two overlap, the kind that proves itself better wins.</summary>
    public static IReadOnlyList<PiiMatch> Find(string text, IReadOnlyList<PiiKind>? kinds = null)
    {
        string plain = Narrow(text);
        List<PiiMatch> found = [];
        // The enum's order is the order of trust.
        foreach (PiiKind kind in Enum.GetValues<PiiKind>())
        {
            if (kinds is { Count: > 0 } && !kinds.Contains(kind)) continue;
            foreach (PiiMatch match in Of(kind, plain))
            {
                if (!found.Exists(f => match.Start < f.Start + f.Length && f.Start < match.Start + match.Length)) found.Add(match);
            }
        }
        return [.. found.OrderBy(f => f.Start)];
    }

    /// <summary>The text with each match replaced by its kind in brackets.</summary>
    public static string Mask(string text, IReadOnlyList<PiiMatch> matches)
    {
        if (matches.Count == 0) return text;
        StringBuilder masked = new(text.Length);
        int at = 0;
        foreach (PiiMatch match in matches)
        {
            masked.Append(text, at, match.Start - at).Append('[').Append(match.Kind.InWords()).Append(']');
            at = match.Start + match.Length;
        }
        return masked.Append(text, at, text.Length - at).ToString();
    }

    public static string InWords(this PiiKind kind) => kind switch
    {
        PiiKind.Email => "email",
        PiiKind.Iban => "iban",
        PiiKind.CreditCard => "card number",
        PiiKind.ChineseId => "id number",
        PiiKind.UsSsn => "social security number",
        PiiKind.IpAddress => "ip address",
        _ => "phone number",
    };

    private static IEnumerable<PiiMatch> Of(PiiKind kind, string text) => kind switch
    {
        PiiKind.Email => Matches(Email(), text, kind, _ => true),
        PiiKind.Iban => Ibans(text),
        PiiKind.CreditCard => Matches(Card(), text, kind, m => Checksums.IsCard(m.Value)),
        PiiKind.ChineseId => Matches(ChineseId(), text, kind, m => Checksums.IsChineseId(m.Value)),
        PiiKind.UsSsn => Matches(Ssn(), text, kind, _ => true),
        PiiKind.IpAddress => Matches(Address(), text, kind, m => IsAddress(text, m)),
        _ => Matches(Phone(), text, kind, m => IsPhone(m.Value)),
    };

    private static IEnumerable<PiiMatch> Matches(Regex pattern, string text, PiiKind kind, Func<Match, bool> isReal)
    {
        for (Match match = pattern.Match(text); match.Success; match = match.NextMatch())
            if (isReal(match)) yield return new PiiMatch(kind, match.Index, match.Length);
    }

    // The country says how long it is, so that words in capitals after it are not swallowed.
    private static IEnumerable<PiiMatch> Ibans(string text)
    {
        for (Match start = IbanStart().Match(text); start.Success; start = start.NextMatch())
            if (Checksums.IbanLength(text, start.Index) is { } length) yield return new PiiMatch(PiiKind.Iban, start.Index, length);
    }

    private static bool IsAddress(string text, Match match)
    {
        if (!IPAddress.TryParse(match.Value, out IPAddress? address)) return false;
        // "a::b" is a name in C++, and "1.2.3.4" after a v is a version.
        if (address.AddressFamily == AddressFamily.InterNetworkV6) return match.Value.Count(c => c == ':') >= 4 || match.Value.IndexOf(':', StringComparison.Ordinal) >= 3 && match.Value.Any(char.IsAsciiDigit);
        return !VersionWord().IsMatch(text.AsSpan(Math.Max(0, match.Index - 10), Math.Min(10, match.Index)));
    }

    private static bool IsPhone(string number)
    {
        int digits = number.Count(char.IsAsciiDigit);
        return digits is >= 8 and <= 15 && number.Where(char.IsAsciiDigit).Distinct().Count() > 2;
    }

    // Full-width letters and digits, as Chinese keyboards write them; one for one, so that places stay.
    private static string Narrow(string text) => text.AsSpan().IndexOfAnyInRange('\uFF01', '\uFF5E') < 0
        ? text
        : string.Create(text.Length, text, static (narrow, wide) =>
        {
            for (int i = 0; i < wide.Length; i++) narrow[i] = wide[i] is >= '\uFF01' and <= '\uFF5E' ? (char)(wide[i] - 0xFEE0) : wide[i];
        });

    [GeneratedRegex(@"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9](?:[A-Za-z0-9._%+\-]{0,62}[A-Za-z0-9_%+\-])?@(?:[A-Za-z0-9\-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9])")]
    private static partial Regex Email();

    [GeneratedRegex(@"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?=[ A-Z0-9])")]
    private static partial Regex IbanStart();

    // In one piece, in groups of four, or as American Express groups; a further group of digits means that it is a longer number.
    [GeneratedRegex(@"(?<![A-Za-z0-9]|[0-9][-.])(?:[2-6][0-9]{12,18}|[2-6][0-9]{3}([ -])[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?:\1[0-9]{3})?|3[47][0-9]{2}([ -])[0-9]{6}\2[0-9]{5})(?![0-9A-Za-z]|[.-][0-9]| [0-9]{1,4}(?![0-9/]))")]
    private static partial Regex Card();

    [GeneratedRegex(@"(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])")]
    private static partial Regex ChineseId();

    [GeneratedRegex(@"(?<![0-9A-Za-z-])(?!000|666|9)[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4}(?![0-9A-Za-z-])")]
    private static partial Regex Ssn();

    [GeneratedRegex(@"(?<![0-9A-Za-z_.:])(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?![0-9A-Za-z_:]|\.[0-9])")]
    private static partial Regex Address();

    [GeneratedRegex(@"(?:version|ver\.?|v\.?)\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex VersionWord();

    // International with +, Chinese mobile, North American, and national numbers that begin with 0.
    [GeneratedRegex(@"(?<![0-9A-Za-z+.\-/]|[0-9] )(?:\+[1-9][0-9]{0,2}(?:[ .\-]?\(?[0-9]{1,5}\)?){2,5}|(?:86[ -]?)?1[3-9][0-9](?:[ -]?[0-9]{4}){2}|(?:1[ .\-]?)?(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[.\- ])[2-9][0-9]{2}[.\- ][0-9]{4}|\(?0[1-9][0-9]{1,4}\)?[ /\-][0-9]{3,4}(?:[ \-]?[0-9]{2,4}){1,3})(?![0-9A-Za-z]|[.\-/][0-9])")]
    private static partial Regex Phone();
}
