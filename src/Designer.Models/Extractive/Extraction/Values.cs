using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Designer.Models.Extractive.Extraction;

/// <summary>Patterns of typed values and how they are written in JSON: dates as ISO 8601, numbers with a point.</summary>
internal static partial class Values
{
    private static readonly string[] s_months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    public static Regex? PatternOf(FieldKind kind) => kind switch
    {
        FieldKind.Email => Email(),
        FieldKind.Phone => Phone(),
        FieldKind.Link => Link(),
        FieldKind.Date or FieldKind.DateTime => Date(),
        FieldKind.Money => Money(),
        FieldKind.Number or FieldKind.Integer => Number(),
        _ => null,
    };

    /// <summary>Null when the match only looks like a value.</summary>
    public static JsonNode? Read(FieldKind kind, Match match) => kind switch
    {
        FieldKind.Email or FieldKind.Link => match.Value.TrimEnd('.', ',', ';', ')'),
        FieldKind.Phone => match.Value.Count(char.IsAsciiDigit) is >= 7 and <= 15 ? match.Value.Trim(' ', '-', '(') : null,
        FieldKind.Date => ReadDate(match) is { } date ? date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : null,
        FieldKind.DateTime => ReadDate(match) is { } day ? day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + Time(match) : null,
        FieldKind.Money or FieldKind.Number => ReadNumber(match.Groups["n"].Value) is { } number ? JsonValue.Create(number) : null,
        FieldKind.Integer => ReadNumber(match.Groups["n"].Value) is { } whole && whole == decimal.Truncate(whole) && Math.Abs(whole) < long.MaxValue ? JsonValue.Create((long)whole) : null,
        _ => null,
    };

    private static string Time(Match match) => match.Groups["h"].Success ? $"T{int.Parse(match.Groups["h"].Value, CultureInfo.InvariantCulture):00}:{match.Groups["min"].Value}:00Z" : "T00:00:00Z";

    private static DateOnly? ReadDate(Match match)
    {
        var month = match.Groups["mon"].Success
            ? Array.IndexOf(s_months, match.Groups["mon"].Value[..3].ToLowerInvariant()) + 1
            : int.Parse(match.Groups["m"].Value, CultureInfo.InvariantCulture);
        var year = int.Parse(match.Groups["y"].Value, CultureInfo.InvariantCulture);
        var day = int.Parse(match.Groups["d"].Value, CultureInfo.InvariantCulture);
        // 12/31/2026 can only be month first.
        if (month > 12 && day <= 12) (month, day) = (day, month);
        return year is > 0 and < 10_000 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month) ? new DateOnly(year, month, day) : null;
    }

    private static decimal? ReadNumber(string text)
    {
        // 1,234.50 groups by comma; 12,50 has a decimal comma; 1.234,50 groups by point.
        if (GroupedByPoint().IsMatch(text)) text = text.Replace(".", "", StringComparison.Ordinal).Replace(',', '.');
        else if (DecimalComma().IsMatch(text)) text = text.Replace(',', '.');
        else text = text.Replace(",", "", StringComparison.Ordinal);
        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private const RegexOptions Loose = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    [GeneratedRegex(@"[A-Z0-9._%+-]{1,64}@[A-Z0-9-]{1,63}(\.[A-Z0-9-]{1,63})+", Loose)]
    private static partial Regex Email();

    [GeneratedRegex(@"(?<![\w.])(\+|\()?\d[\d ()/-]{5,20}\d(?![\w.]\d)", Loose)]
    private static partial Regex Phone();

    [GeneratedRegex(@"https?://[^\s<>""'）]{3,2000}", Loose)]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<![\d-])((?<y>\d{4})-(?<m>\d{1,2})-(?<d>\d{1,2})(?!\d)([T ](?<h>\d{1,2}):(?<min>\d\d))?|(?<d>\d{1,2})(st|nd|rd|th)?\.? (of )?(?<mon>(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\.?,? (?<y>\d{4})|(?<mon>(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\.? (?<d>\d{1,2})(st|nd|rd|th)?,? (?<y>\d{4})|(?<d>\d{1,2})[./](?<m>\d{1,2})[./](?<y>\d{4})|(?<y>\d{4})\s?年\s?(?<m>\d{1,2})\s?月\s?(?<d>\d{1,2})\s?[日号])", Loose)]
    private static partial Regex Date();

    [GeneratedRegex(@"([€$£¥￥]|eur|usd|gbp|rmb|cny)\s?(?<n>\d[\d.,]{0,24}\d|\d)|(?<![\d.,])(?<n>\d[\d.,]{0,24}\d|\d)\s?([€$£¥]|euros?|eur\b|dollars?|usd|pounds?|gbp|yuan|rmb|cny|元|美元|欧元)", Loose)]
    private static partial Regex Money();

    [GeneratedRegex(@"(?<![\w.,@/-])(?<n>-?\d{1,28}([.,]\d{1,28}){0,9})(?![\w@]|[-/]\d)|(?<=[\u4e00-\u9fff：:])(?<n>\d{1,28}([.,]\d{1,28}){0,9})", Loose)]
    private static partial Regex Number();

    [GeneratedRegex(@"\A\d{1,3}(\.\d{3})+,\d+\z", Loose)]
    private static partial Regex GroupedByPoint();

    [GeneratedRegex(@"\A\d+,\d{1,2}\z", Loose)]
    private static partial Regex DecimalComma();
}
