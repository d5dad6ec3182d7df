using System.Buffers;
using System.Text;

namespace Designer.Web.Features.Editor.Batches;

/// <summary>One record of a CSV text, with the line it begins on.</summary>
public sealed record CsvRow(int Line, IReadOnlyList<string> Cells);

public sealed record CsvTable(IReadOnlyList<string> Columns, IReadOnlyList<CsvRow> Rows);

/// <summary>The text is no CSV that can be read, or more than is taken.</summary>
public sealed class CsvException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}

/// <summary>
/// Comma-separated values (RFC 4180), as spreadsheets write them: also with semicolons or tabs, with a byte order mark, with line breaks in
/// quoted cells. Written ones are safe to open in a spreadsheet: no cell begins as a formula.
/// </summary>
public static class Csv
{
    public const int MostCharacters = 5_000_000;
    public const int MostRows = 2_000;
    public const int MostColumns = 100;
    public const int LongestCell = 100_000;
    private static readonly SearchValues<char> s_quoted = SearchValues.Create(",;\"\r\n\t");

    /// <exception cref="CsvException"><c>csv.…</c></exception>
    public static CsvTable Read(string text)
    {
        if (text.Length > MostCharacters) throw new CsvException("csv.tooLarge", $"The table has {text.Length:N0} characters; at most {MostCharacters:N0} are taken.");
        if (text.Contains('\0', StringComparison.Ordinal)) throw new CsvException("csv.notText", "This is not text. Save the table as CSV in UTF-8.");
        text = text.TrimStart('\uFEFF');
        List<CsvRow> records = Records(text, Separator(text));
        if (records.Count == 0) throw new CsvException("csv.empty", "The table is empty.");
        string[] columns = Columns(records[0]);
        if (records.Count == 1) throw new CsvException("csv.noRows", "The table has a header, but no row.");
        if (records.Count - 1 > MostRows) throw new CsvException("csv.tooManyRows", $"The table has {records.Count - 1:N0} rows; at most {MostRows:N0} are taken.");
        return new CsvTable(columns, records[1..]);
    }

    private static string[] Columns(CsvRow header)
    {
        if (header.Cells.Count > MostColumns) throw new CsvException("csv.tooManyColumns", $"The table has {header.Cells.Count} columns; at most {MostColumns} are taken.");
        string[] columns = [.. header.Cells.Select((c, i) => c.Trim() is { Length: > 0 } name ? name : L["Column {0}", i + 1])];
        string? twice = columns.GroupBy(c => c, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1)?.Key;
        return twice is null ? columns : throw new CsvException("csv.columnTwice", $"Two columns are called “{twice}”.");
    }

    /// <summary>What stands most often in the first line, outside of quotes.</summary>
    private static char Separator(string text)
    {
        Dictionary<char, int> counts = new() { [','] = 0, [';'] = 0, ['\t'] = 0 };
        bool isQuoted = false;
        foreach (char c in text)
        {
            if (c == '"') isQuoted = !isQuoted;
            else if (!isQuoted && c is '\n' or '\r') break;
            else if (!isQuoted && counts.TryGetValue(c, out int count)) counts[c] = count + 1;
        }
        return counts.MaxBy(c => c.Value).Key;
    }

    private static List<CsvRow> Records(string text, char separator)
    {
        List<CsvRow> records = [];
        List<string> cells = [];
        int line = 1, begins = 1, at = 0;
        while (at < text.Length)
        {
            cells.Add(Cell(text, separator, ref at, ref line));
            if (at < text.Length && text[at] == separator)
            {
                at++;
                // A line that ends with a separator has an empty cell behind it.
                if (at < text.Length) continue;
                cells.Add("");
            }
            // An empty line is no row.
            if (cells is not [""]) records.Add(new CsvRow(begins, [.. cells]));
            if (records.Count > MostRows + 1) throw new CsvException("csv.tooManyRows", $"The table has more than {MostRows:N0} rows.");
            cells.Clear();
            SkipLineBreak(text, ref at, ref line);
            begins = line;
        }
        return records;
    }

    private static string Cell(string text, char separator, ref int at, ref int line)
    {
        string cell = text[at] == '"' ? Quoted(text, separator, ref at, ref line) : Plain(text, separator, ref at);
        return cell.Length <= LongestCell ? cell : throw new CsvException("csv.cellTooLarge", $"A cell in line {line} has {cell.Length:N0} characters; at most {LongestCell:N0} are taken.");
    }

    private static string Plain(string text, char separator, ref int at)
    {
        int from = at;
        while (at < text.Length && text[at] != separator && text[at] is not ('\n' or '\r')) at++;
        return text[from..at];
    }

    private static string Quoted(string text, char separator, ref int at, ref int line)
    {
        StringBuilder cell = new();
        int opened = line;
        for (at++; at < text.Length; at++)
        {
            char c = text[at];
            if (c == '\n' || c == '\r' && (at + 1 == text.Length || text[at + 1] != '\n')) line++;
            if (c != '"')
            {
                cell.Append(c);
                continue;
            }
            if (at + 1 < text.Length && text[at + 1] == '"')
            {
                cell.Append('"');
                at++;
                continue;
            }
            at++;
            if (at < text.Length && text[at] != separator && text[at] is not ('\n' or '\r')) throw new CsvException("csv.afterQuote", $"Line {line}: text follows a closing quote. Write a quote inside a cell twice.");
            return cell.ToString();
        }
        throw new CsvException("csv.openQuote", $"Line {opened}: a quote is opened and never closed.");
    }

    private static void SkipLineBreak(string text, ref int at, ref int line)
    {
        if (at >= text.Length) return;
        at += text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? 2 : 1;
        line++;
    }

    /// <summary>One line, with its break.</summary>
    public static string Line(IEnumerable<string> cells) => string.Join(',', cells.Select(Write)) + "\r\n";

    // A spreadsheet runs what begins like a formula, whoever wrote it; an apostrophe makes it text again. Numbers stay numbers.
    private static string Write(string cell)
    {
        bool isFormula = cell.Length > 0 && cell[0] is '=' or '+' or '-' or '@' or '\t' or '\r' && !double.TryParse(cell, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out _);
        string safe = isFormula ? "'" + cell : cell;
        return safe.AsSpan().ContainsAny(s_quoted) || safe != safe.Trim() ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
