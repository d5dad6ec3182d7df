using Designer.Web.Features.Editor.Batches;

namespace Designer.Web.Tests.Editor;

public sealed class CsvTests
{
    private static string Show(CsvTable table) => string.Join(" | ", table.Rows.Select(r => $"{r.Line}:{string.Join('/', r.Cells)}"));

    [Theory]
    [InlineData("a,b\n1,2\n", "2:1/2")]
    [InlineData("a,b\r\n1,2\r\n3,4", "2:1/2 | 3:3/4")]
    [InlineData("a,b\r1,2\r", "2:1/2")]
    [InlineData("\uFEFFa;b\n1;2,5\n", "2:1/2,5")]
    [InlineData("a\tb\n1\t2\n", "2:1/2")]
    [InlineData("a,b\n\"x, y\",\"say \"\"hi\"\"\"\n", "2:x, y/say \"hi\"")]
    [InlineData("a,b\n\"two\nlines\",2\n3,4\n", "2:two\nlines/2 | 4:3/4")]
    [InlineData("a,b\n\n1,2\n\n\n", "3:1/2")]
    [InlineData("a,b\n1,\n,2\n", "2:1/ | 3:/2")]
    [InlineData("a,b\n1,2,3\n4\n", "2:1/2/3 | 3:4")]
    [InlineData("a,b\n1,", "2:1/")]
    [InlineData("a\n\"\"\nx\n", "3:x")]
    [InlineData("\"a;b\",c\n1,2\n", "2:1/2")]
    public void Reads_what_spreadsheets_write(string text, string rows) => Assert.Equal(rows, Show(Csv.Read(text)));

    [Theory]
    [InlineData("", "csv.empty")]
    [InlineData("\n\n", "csv.empty")]
    [InlineData("a,b\n", "csv.noRows")]
    [InlineData("a,A\n1,2\n", "csv.columnTwice")]
    [InlineData("a\n\"open\n", "csv.openQuote")]
    [InlineData("a\n\"x\"y\n", "csv.afterQuote")]
    [InlineData("PK\u0003\u0004\0\0", "csv.notText")]
    public void Says_what_cannot_be_read(string text, string code) => Assert.Equal(code, Assert.Throws<CsvException>(() => Csv.Read(text)).Code);

    [Fact]
    public void Takes_so_much_and_no_more()
    {
        Assert.Equal(Csv.MostRows, Csv.Read("a\n" + string.Concat(Enumerable.Repeat("x\n", Csv.MostRows))).Rows.Count);
        Assert.Equal("csv.tooManyRows", Assert.Throws<CsvException>(() => Csv.Read("a\n" + string.Concat(Enumerable.Repeat("x\n", Csv.MostRows + 1)))).Code);
        Assert.Equal("csv.tooManyColumns", Assert.Throws<CsvException>(() => Csv.Read(string.Join(',', Enumerable.Range(0, Csv.MostColumns + 1)) + "\n1")).Code);
        Assert.Equal("csv.tooLarge", Assert.Throws<CsvException>(() => Csv.Read(new string('x', Csv.MostCharacters + 1))).Code);
        Assert.Equal("csv.cellTooLarge", Assert.Throws<CsvException>(() => Csv.Read("a\n" + new string('x', Csv.LongestCell + 1))).Code);
    }

    [Fact]
    public void An_unnamed_column_gets_a_name() => Assert.Equal(["a", "Column 2"], Csv.Read("a,\n1,2").Columns);

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+cmd", "'+cmd")]
    [InlineData("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("-12.5", "-12.5")]
    [InlineData("\t=1", "\"'\t=1\"")]
    [InlineData("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"")]
    [InlineData("a \"b\"\nc", "\"a \"\"b\"\"\nc\"")]
    [InlineData("plain", "plain")]
    public void What_is_written_is_no_formula(string cell, string written) => Assert.Equal(written + "\r\n", Csv.Line([cell]));

    [Fact]
    public void What_is_written_can_be_read_again()
    {
        string[] cells = ["a,b", "two\r\nlines", "\"quoted\"", "", " padded ", "半角"];
        CsvTable table = Csv.Read(Csv.Line(cells.Select((_, i) => $"c{i}")) + Csv.Line(cells));
        Assert.Equal(cells, table.Rows[0].Cells);
    }
}
