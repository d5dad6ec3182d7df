namespace Designer.Knowledge.Tests.Documents;

public sealed class DocumentLabelTests
{
    [Theory]
    [InlineData("leave.md", "leave.md")]
    [InlineData("hr/leave.md", "hr/leave.md")]
    [InlineData("年假制度.md", "年假制度.md")]
    [InlineData("../../x", "x")]
    [InlineData("/etc/passwd", "etc/passwd")]
    [InlineData(@"C:\Users\..\x.md", "Users/x.md")]
    [InlineData("a\0b\nc.md", "abc.md")]
    [InlineData("invoice\u202Efdp.md", "invoicefdp.md")]
    [InlineData("\u200B", "document")]
    [InlineData("", "document")]
    [InlineData("..", "document")]
    [InlineData("//./..//", "document")]
    [InlineData("con", "con")]
    [InlineData("<script>alert(1)<script>.md", "<script>alert(1)<script>.md")]
    public void Names_are_labels_only(string name, string label) => Assert.Equal(label, DocumentLabel.Of(name));

    [Fact]
    public void Long_names_are_cut_and_stay_different()
    {
        string one = DocumentLabel.Of(new string('a', 4000) + "1.md"), other = DocumentLabel.Of(new string('a', 4000) + "2.md");
        Assert.Equal((DocumentLabel.Longest, DocumentLabel.Longest), (one.Length, other.Length));
        Assert.NotEqual(one, other);
        Assert.EndsWith(".md", one, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_replaced() => Assert.Equal("\uFFFDx", DocumentLabel.Of("\uD800x"));

    [Fact]
    public void Cutting_keeps_surrogate_pairs_whole()
    {
        string label = DocumentLabel.Of("x" + string.Concat(Enumerable.Repeat("𠮷", 300)));
        Assert.Equal(label, label.ToWellFormed());
        string odd = DocumentLabel.Of(string.Concat(Enumerable.Repeat("𠮷", 300)));
        Assert.Equal(odd, odd.ToWellFormed());
    }

    [Theory]
    [InlineData("hr/leave.md", "leave")]
    [InlineData("notes", "notes")]
    [InlineData(".hidden", ".hidden")]
    public void Titles_come_from_the_last_part(string label, string title) => Assert.Equal(title, DocumentLabel.TitleOf(label));
}
