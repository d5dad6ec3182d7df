using System.Globalization;
using System.Numerics;
using System.Text;

namespace Designer.Nodes.Safety;

/// <summary>The check digits that tell a number of a kind from any other number.</summary>
public static class Checksums
{
    /// <summary>ISO 13616 lengths by country, from the SWIFT IBAN registry.</summary>
    private static readonly Dictionary<string, int> IbanLengths = ReadLengths(
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 " +
        "GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 " +
        "PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20");

    /// <summary>ISO 7812: 13 to 19 digits, blanks and hyphens between them, the last by Luhn.</summary>
    public static bool IsCard(string text)
    {
        int[] digits = [.. text.Where(char.IsAsciiDigit).Select(c => c - '0')];
        if (digits.Length is < 13 or > 19 || digits.Distinct().Count() == 1) return false;
        int sum = 0;
        for (int i = 0; i < digits.Length; i++)
        {
            int digit = digits[^(i + 1)];
            sum += i % 2 == 0 ? digit : digit < 5 ? digit * 2 : digit * 2 - 9;
        }
        return sum % 10 == 0;
    }

    /// <summary>How many characters the IBAN at this place takes, blanks between its groups included; null when there is none (ISO 7064, mod 97-10).</summary>
    public static int? IbanLength(string text, int start)
    {
        if (!IbanLengths.TryGetValue(text.Substring(start, 2), out int wanted)) return null;
        StringBuilder iban = new(wanted);
        int at = start;
        for (; at < text.Length && iban.Length < wanted; at++)
        {
            if (char.IsAsciiDigit(text[at]) || char.IsAsciiLetterUpper(text[at])) iban.Append(text[at]);
            else if (text[at] != ' ' || text[at - 1] == ' ') return null;
        }
        if (iban.Length < wanted || at < text.Length && char.IsAsciiLetterOrDigit(text[at])) return null;
        iban.Append(iban.ToString(0, 4)).Remove(0, 4);
        string digits = string.Concat(iban.ToString().Select(c => char.IsAsciiDigit(c) ? c.ToString() : (c - 'A' + 10).ToString(CultureInfo.InvariantCulture)));
        return BigInteger.Parse(digits, CultureInfo.InvariantCulture) % 97 == 1 ? at - start : null;
    }

    /// <summary>GB 11643: region, date of birth, order, and ISO 7064 mod 11-2.</summary>
    public static bool IsChineseId(string text)
    {
        if (text.Length != 18 || !DateOnly.TryParseExact(text.AsSpan(6, 8), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly born)) return false;
        if (born.Year is < 1880 or > 2100) return false;
        int sum = 0;
        for (int i = 0; i < 17; i++) sum += (text[i] - '0') * ((1 << (17 - i)) % 11);
        return "10X98765432"[sum % 11] == char.ToUpperInvariant(text[17]);
    }

    private static Dictionary<string, int> ReadLengths(string table) =>
        table.Split(' ').ToDictionary(entry => entry[..2], entry => int.Parse(entry.AsSpan(2), CultureInfo.InvariantCulture));
}
